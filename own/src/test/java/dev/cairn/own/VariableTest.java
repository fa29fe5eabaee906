package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Strings and byte arrays as elements.
class VariableTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "\0",
          "exactly fifteen",
          "exactly sixteen!",
          "one that needs a block of its own",
          "a".repeat(15),
          "ä".repeat(7),
          "ä".repeat(8),
          "é",
          "€".repeat(5),
          "€".repeat(6),
          "𝄞",
          "𝄞𝄞𝄞",
          "𝄞𝄞𝄞𝄞",
          "mixed: ä € 𝄞, and ASCII after it that is long enough to be copied at once",
          "x".repeat(70_000),
          "\u0080",
          "\u07ff\u0800\ud7ff\ue000\uffff",
          "\ud800\udc00\udbff\udfff");

  static Stream<Named<Supplier<Allocator>>> allocators() {
    return Stream.of(
        Named.of("growable heap", () -> Heap.growable(64 << 20)),
        Named.of("fixed heap", () -> Heap.fixed(8 << 20)),
        Named.of("small fixed heap", () -> Heap.fixed(1 << 20)),
        Named.of("heap over an array", () -> Heap.over(MemorySegment.ofArray(new byte[1 << 20]))),
        Named.of("region", () -> Region.growable(64 << 20)),
        Named.of(
            "region over an array", () -> Region.over(MemorySegment.ofArray(new int[1 << 18]))),
        Named.of("malloc", SystemAllocator::ofConfined),
        Named.of(
            "leak watch",
            () ->
                LeakWatch.over(
                    Heap.growable(64 << 20),
                    leak -> {
                      throw new AssertionError(leak);
                    })));
  }

  @ParameterizedTest
  @MethodSource("allocators")
  void stringsComeBackAsTheyWere(Supplier<Allocator> allocators) {
    try (Allocator allocator = allocators.get()) {
      Element<String> element = Elements.utf8(allocator);
      MemorySegment table = allocator.allocate(TEXTS.size() * element.byteSize() + 1, 1);
      for (int i = 0; i < TEXTS.size(); i++) {
        element.set(table, at(element, i), TEXTS.get(i));
      }
      for (int i = 0; i < TEXTS.size(); i++) {
        String text = TEXTS.get(i);
        assertThat(element.get(table, at(element, i))).isEqualTo(text);
        assertThat(element.hash(table, at(element, i)))
            .isEqualTo(text.hashCode())
            .isEqualTo(element.hash(text));
        for (String other : TEXTS) {
          assertThat(element.isEqual(table, at(element, i), other))
              .as("%s is %s", text, other)
              .isEqualTo(text.equals(other));
        }
      }
      for (int i = 0; i < TEXTS.size(); i += 2) {
        assertThat(element.take(table, at(element, i))).isEqualTo(TEXTS.get(i));
      }
      for (int i = 1; i < TEXTS.size(); i += 2) {
        element.drop(table, at(element, i));
      }
      assertThat(allocator.stats().liveBlocks()).isOne();
      allocator.free(table);
    }
  }

  @ParameterizedTest
  @MethodSource("allocators")
  void byteArraysComeBackAsTheyWere(Supplier<Allocator> allocators) {
    try (Allocator allocator = allocators.get()) {
      Element<byte[]> element = Elements.bytes(allocator);
      int[] sizes = {0, 1, 14, 15, 16, 17, 100, 5000, 70_000};
      MemorySegment table = allocator.allocate(sizes.length * element.byteSize() + 1, 1);
      Random random = new Random(7);
      byte[][] values = new byte[sizes.length][];
      for (int i = 0; i < sizes.length; i++) {
        values[i] = new byte[sizes[i]];
        random.nextBytes(values[i]);
        element.set(table, at(element, i), values[i]);
      }
      for (int i = 0; i < sizes.length; i++) {
        byte[] read = element.get(table, at(element, i));
        assertThat(read).isEqualTo(values[i]).isNotSameAs(values[i]);
        assertThat(element.hash(table, at(element, i)))
            .isEqualTo(Arrays.hashCode(values[i]))
            .isEqualTo(element.hash(values[i]));
        assertThat(element.isEqual(table, at(element, i), read)).isTrue();
        assertThat(element.isEqual(table, at(element, i), Arrays.copyOf(read, read.length + 1)))
            .isFalse();
        if (read.length > 0) {
          read[read.length - 1]++;
          assertThat(element.isEqual(table, at(element, i), read)).isFalse();
          assertThat(element.get(table, at(element, i))).as("no alias").isEqualTo(values[i]);
        }
        assertThat(element.take(table, at(element, i))).isEqualTo(values[i]);
      }
      assertThat(allocator.stats().liveBlocks()).isOne();
      allocator.free(table);
    }
  }

  private static long at(Element<?> element, int index) {
    // Not aligned.
    return 1 + index * element.byteSize();
  }

  @Test
  void upToFifteenBytesTakeNoBlock() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = MemorySegment.ofArray(new byte[16]);
      element.set(memory, 0, "€€€€€");
      assertThat(heap.stats().liveBlocks()).isZero();
      element.drop(memory, 0);
      element.set(memory, 0, "€€€€€.");
      assertThat(heap.stats().liveBlocks()).isOne();
      element.drop(memory, 0);
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void elementsSayTheirSizeAndThatTheyOwn() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      assertThat(element.byteSize()).isEqualTo(16);
      assertThat(element.byteAlignment()).isEqualTo(8);
      assertThat(element.owns()).isTrue();
    }
  }

  @Test
  void whatIsEqualInHashAloneIsNotEqual() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = heap.allocate(16, 8);
      String one = "Aa, and so on up to a block";
      String other = "BB, and so on up to a block";
      assertThat(one).hasSameHashCodeAs(other);
      element.set(memory, 0, one);
      assertThat(element.isEqual(memory, 0, other)).isFalse();
      assertThat(element.isEqual(memory, 0, one)).isTrue();
      element.drop(memory, 0);
      heap.free(memory);
    }
  }

  @Test
  void zeroedMemoryIsAnEmptyElement() {
    try (Heap heap = Heap.growable(1 << 20)) {
      MemorySegment zeroes = MemorySegment.ofArray(new byte[16]);
      assertThat(Elements.utf8(heap).get(zeroes, 0)).isEmpty();
      assertThat(Elements.bytes(heap).get(zeroes, 0)).isEmpty();
    }
  }

  @Test
  void halfASurrogatePairIsRefusedAndTakesNoBlock() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = MemorySegment.ofArray(new byte[16]);
      for (String half : List.of("\ud834", "a\udd1e", "\udd1e\ud834", "x".repeat(40) + "\udfff")) {
        assertThatThrownBy(() -> element.set(memory, 0, half))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("without its other half");
      }
      assertThat(heap.stats().liveBlocks()).isZero();
      element.set(memory, 0, "?");
      assertThat(element.isEqual(memory, 0, "\ud834")).isFalse();
    }
  }

  @Test
  void anAllocatorThatIsFullLeavesTheMemoryAlone() {
    try (Heap heap = Heap.fixed(4096)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = MemorySegment.ofArray(new byte[16]);
      element.set(memory, 0, "still here");
      assertThatThrownBy(() -> element.set(memory, 0, "x".repeat(5000)))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(element.get(memory, 0)).isEqualTo("still here");
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void whatCannotBeWrittenLeavesNoBlock() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment readOnly = MemorySegment.ofArray(new byte[16]).asReadOnly();
      assertThatThrownBy(() -> element.set(readOnly, 0, "x".repeat(50)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> element.set(MemorySegment.ofArray(new byte[15]), 0, "x".repeat(50)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  @Test
  void aSecondDropIsRefused() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = MemorySegment.ofArray(new byte[16]);
      element.set(memory, 0, "x".repeat(50));
      element.drop(memory, 0);
      assertThatThrownBy(() -> element.drop(memory, 0)).isInstanceOf(InvalidBlockException.class);
      assertThatThrownBy(() -> element.get(memory, 0)).isInstanceOf(InvalidBlockException.class);
      heap.validate();
    }
  }

  @Test
  void anElementThatIsOverwrittenByWhateverEndsNoOthersBlock() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Element<String> element = Elements.utf8(heap);
      MemorySegment memory = MemorySegment.ofArray(new byte[16]);
      element.set(memory, 0, "x".repeat(50));
      memory.set(ValueLayout.JAVA_BYTE, 8, (byte) (memory.get(ValueLayout.JAVA_BYTE, 8) + 1));
      assertThatThrownBy(() -> element.drop(memory, 0)).isInstanceOf(InvalidBlockException.class);
      assertThat(heap.stats().liveBlocks()).isOne();
      memory.set(ValueLayout.JAVA_BYTE, 8, (byte) (memory.get(ValueLayout.JAVA_BYTE, 8) - 1));
      element.drop(memory, 0);
    }
  }
}
