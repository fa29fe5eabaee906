package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random programs on a text, each step beside a [StringBuilder].
class StrRandomTest {
  private static final String[] POOL = {"a", "b", "\0", "é", "ß", "€", "中", "𝄞", "🦀"};

  private final long seed = Long.getLong("dev.cairn.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @Test
  void aTextInNativeMemoryDoesAsAStringBuilder() {
    try (Heap heap = Heap.growable(1 << 26)) {
      run(heap, 20_000);
    }
  }

  @Test
  void aTextInAnArrayDoesAsAStringBuilder() {
    try (Heap heap = Heap.over(MemorySegment.ofArray(new byte[1 << 20]))) {
      run(heap, 20_000);
    }
  }

  private void run(Heap heap, int steps) {
    StringBuilder model = new StringBuilder();
    String program = "-Ddev.cairn.seed=" + seed;
    try (Str str = Str.in(heap)) {
      for (int i = 0; i < steps; i++) {
        step(str, model);
        assertThat(str.toString()).as("%s, step %s", program, i).isEqualTo(model.toString());
        assertThat(str.byteSize()).isEqualTo(bytesOf(model.toString()));
        if (model.length() > 2000) {
          str.clear();
          model.setLength(0);
        }
      }
    }
    assertThat(heap.stats().liveBlocks()).as(program).isZero();
    heap.validate();
  }

  private void step(Str str, StringBuilder model) {
    int at = position(model, 0);
    int to = position(model, at);
    String text = text();
    int codePoint = POOL[random.nextInt(POOL.length)].codePointAt(0);
    switch (random.nextInt(16)) {
      case 0 -> {
        str.append(text);
        model.append(text);
      }
      case 1 -> {
        str.push(codePoint);
        model.appendCodePoint(codePoint);
      }
      case 2 -> {
        str.insert(byteIndex(model, at), text);
        model.insert(at, text);
      }
      case 3 -> {
        str.insert(byteIndex(model, at), codePoint);
        model.insert(at, Character.toString(codePoint));
      }
      case 4 -> {
        str.replaceRange(byteIndex(model, at), byteIndex(model, to), text);
        model.replace(at, to, text);
      }
      case 5 -> {
        str.removeRange(byteIndex(model, at), byteIndex(model, to));
        model.delete(at, to);
      }
      case 6 -> {
        OptionalInt last = str.pop();
        assertThat(last.isPresent()).isEqualTo(!model.isEmpty());
        if (last.isPresent()) {
          int begin = model.offsetByCodePoints(model.length(), -1);
          assertThat(last).hasValue(model.codePointAt(begin));
          model.setLength(begin);
        }
      }
      case 7 -> {
        if (at < model.length()) {
          assertThat(str.remove(byteIndex(model, at))).isEqualTo(model.codePointAt(at));
          model.delete(at, at + Character.charCount(model.codePointAt(at)));
        }
      }
      case 8 -> {
        if (random.nextInt(10) == 0) {
          str.truncate(byteIndex(model, at));
          model.setLength(at);
        }
      }
      case 9 -> {
        try (Str rest = str.splitOff(byteIndex(model, at))) {
          assertThat(rest.toString()).isEqualTo(model.substring(at));
          str.append(rest);
        }
      }
      case 10 -> {
        str.retain(c -> c != codePoint);
        String kept = model.toString().replace(Character.toString(codePoint), "");
        model.setLength(0);
        model.append(kept);
      }
      case 11 -> {
        String target = text.substring(0, text.offsetByCodePoints(0, 1));
        String replacement = text();
        str.replace(target, replacement);
        String replaced = model.toString().replace(target, replacement);
        model.setLength(0);
        model.append(replaced);
      }
      case 12 -> {
        String wanted = model.substring(at, Math.min(to, next(model, next(model, at))));
        assertThat(str.indexOf(wanted)).isEqualTo(byteIndex(model, model.indexOf(wanted)));
        assertThat(str.lastIndexOf(wanted)).isEqualTo(byteIndex(model, model.lastIndexOf(wanted)));
        assertThat(str.contains(text)).isEqualTo(model.indexOf(text) >= 0);
      }
      case 13 -> {
        str.append(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
        model.append(text);
      }
      case 14 -> {
        str.shrinkToFit();
        str.reserve(random.nextInt(100));
      }
      default -> {
        assertThat(str.hashCode()).isEqualTo(model.toString().hashCode());
        assertThat(str.contentEquals(model)).isTrue();
        assertThat(str.codePoints().toArray()).isEqualTo(model.codePoints().toArray());
        assertThat(str.substring(byteIndex(model, at), byteIndex(model, to)))
            .isEqualTo(model.substring(at, to));
      }
    }
  }

  /// From one to twelve code points, or many of ASCII.
  private String text() {
    if (random.nextInt(8) == 0) {
      return "ascii".repeat(1 + random.nextInt(20));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(12); i > 0; i--) {
      text.append(POOL[random.nextInt(POOL.length)]);
    }
    return text.toString();
  }

  /// Where a code point of the model begins, or its end.
  private int position(StringBuilder model, int from) {
    return model.offsetByCodePoints(
        from, random.nextInt(model.codePointCount(from, model.length()) + 1));
  }

  private static int next(StringBuilder model, int at) {
    return at == model.length() ? at : model.offsetByCodePoints(at, 1);
  }

  private static long byteIndex(StringBuilder model, int at) {
    return bytesOf(model.substring(0, at));
  }

  private static long bytesOf(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
