package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Dicts as their callers see them.
class DictTest extends HeapTest {
  private static void refused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OwnershipException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }

  /// Elements of no bytes, of which there is one.
  private static final class Nothing implements Element<Boolean> {
    @Override
    public long byteSize() {
      return 0;
    }

    @Override
    public long byteAlignment() {
      return 1;
    }

    @Override
    public Boolean get(MemorySegment memory, long offset) {
      return true;
    }

    @Override
    public void set(MemorySegment memory, long offset, Boolean value) {}
  }

  @Test
  void anEmptyDictHasNoBlock() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(dict.isEmpty()).isTrue();
      assertThat(dict.capacity()).isZero();
      assertThat(dict.get(1L)).isNull();
      assertThat(dict.remove(1L)).isFalse();
      assertThat(dict.iterator().hasNext()).isFalse();
      dict.clear();
      dict.shrinkToFit();
      dict.validate();
      assertThat(dict).hasToString("{}");
    }
  }

  @Test
  void whatWasPutIsThere() {
    try (Dict<Integer, Double> dict = Dict.in(heap, Elements.INT, Elements.DOUBLE)) {
      assertThat(dict.put(1, 1.5)).isTrue();
      assertThat(dict.put(1, 2.5)).isFalse();
      assertThat(dict.get(1)).isEqualTo(2.5);
      assertThat(dict.getOrDefault(2, 0.0)).isZero();
      assertThat(dict.insert(1, 3.5)).isEqualTo(2.5);
      assertThat(dict.insert(2, 4.5)).isNull();
      assertThat(dict.replace(3, 5.5)).isNull();
      assertThat(dict.containsKey(3)).isFalse();
      assertThat(dict.containsValue(4.5)).isTrue();
      assertThat(dict.take(1)).isEqualTo(3.5);
      assertThat(dict.size()).isEqualTo(1);
      assertThat(dict).hasToString("{2=4.5}");
    }
  }

  @Test
  void nullsAreRefused() {
    try (Dict<String, Integer> dict = Dict.in(heap, Elements.utf8(heap), Elements.INT)) {
      assertThatThrownBy(() -> dict.put(none(), 1)).hasMessageContaining("no key null");
      assertThatThrownBy(() -> dict.get(none())).hasMessageContaining("no key null");
      assertThatThrownBy(() -> dict.put("a long key that has a block of its own", none()))
          .hasMessageContaining("no value null");
      assertThat(dict.isEmpty()).isTrue();
      dict.validate();
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what is to be refused
  private static <T> T none() {
    return null;
  }

  @Test
  void aDictLivesInAByteArray() {
    try (Heap array = Heap.over(MemorySegment.ofArray(new byte[1 << 20]));
        Dict<String, Long> dict = Dict.in(array, Elements.utf8(array), Elements.LONG)) {
      for (long i = 0; i < 1000; i++) {
        dict.put("a key of some length: " + i, i);
      }
      assertThat(dict.get("a key of some length: 500")).isEqualTo(500);
      dict.validate();
    }
  }

  @Test
  void valuesOfNoBytesMakeASetOfKeys() {
    try (Dict<Long, Boolean> set = Dict.in(heap, Elements.LONG, new Nothing())) {
      for (long i = 0; i < 1000; i++) {
        assertThat(set.put(i % 500, true)).isEqualTo(i < 500);
      }
      assertThat(set.size()).isEqualTo(500);
      assertThat(set.get(3L)).isTrue();
      set.validate();
    }
    try (Dict<Boolean, Boolean> one = Dict.in(heap, new Nothing(), new Nothing())) {
      assertThat(one.put(true, true)).isTrue();
      assertThat(one.put(true, true)).isFalse();
      assertThat(one.size()).isEqualTo(1);
      one.validate();
    }
  }

  @Test
  void tenThousandStringsOfAllLengthsAreTold() {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      texts.add("ä€x".repeat(random.nextInt(i / 100 + 1)) + i);
    }
    try (Dict<String, String> dict = Dict.in(heap, Elements.utf8(heap), Elements.utf8(heap))) {
      texts.forEach(text -> dict.put(text, text + "!"));
      assertThat(dict.size()).isEqualTo(texts.size());
      for (String text : texts) {
        assertThat(dict.get(text)).isEqualTo(text + "!");
        assertThat(dict.containsKey(text + "?")).isFalse();
      }
      dict.validate();
      texts.subList(0, 5000).forEach(dict::remove);
      assertThat(dict.asMap().keySet())
          .containsExactlyInAnyOrderElementsOf(texts.subList(5000, 10_000));
    }
  }

  @Test
  void arraysOfBytesAreKeysByTheirContents() {
    try (Dict<byte[], Integer> dict = Dict.in(heap, Elements.bytes(heap), Elements.INT)) {
      for (int i = 0; i < 1000; i++) {
        dict.put(("key number " + i).getBytes(StandardCharsets.UTF_8), i);
      }
      assertThat(dict.get("key number 77".getBytes(StandardCharsets.UTF_8))).isEqualTo(77);
      assertThat(dict.remove("key number 78".getBytes(StandardCharsets.UTF_8))).isTrue();
      dict.validate();
    }
  }

  @Test
  void aFunctionThatThrowsChangesNothing() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      dict.put(1L, 1L);
      IllegalStateException planned = new IllegalStateException("planned");
      assertThatThrownBy(
              () ->
                  dict.compute(
                      1L,
                      (_, _) -> {
                        throw planned;
                      }))
          .isSameAs(planned);
      assertThatThrownBy(
              () ->
                  dict.computeIfAbsent(
                      2L,
                      _ -> {
                        throw planned;
                      }))
          .isSameAs(planned);
      assertThatThrownBy(
              () ->
                  dict.merge(
                      1L,
                      2L,
                      (_, _) -> {
                        throw planned;
                      }))
          .isSameAs(planned);
      assertThat(dict).hasToString("{1=1}");
      dict.put(2L, 2L);
      dict.validate();
    }
  }

  @Test
  void aFunctionMayReadTheDictButNotChangeIt() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      Runnable close = dict::close;
      dict.put(1L, 1L);
      assertThat(dict.computeIfAbsent(2L, _ -> dict.get(1L))).isEqualTo(1);
      refused(Kind.BORROWED, () -> dict.computeIfAbsent(3L, _ -> put(dict, 3)));
      refused(Kind.BORROWED, () -> dict.compute(1L, (_, _) -> put(dict, 1)));
      refused(Kind.BORROWED, () -> dict.merge(1L, 1L, (_, _) -> put(dict, 1)));
      refused(Kind.BORROWED, () -> dict.forEach((_, _) -> dict.clear()));
      refused(Kind.BORROWED, () -> dict.retain((_, _) -> dict.remove(1L)));
      refused(Kind.BORROWED, () -> dict.forEach((_, _) -> close.run()));
      assertThat(dict.size()).isEqualTo(2);
      dict.validate();
    }
  }

  private static Long put(Dict<Long, Long> dict, long key) {
    dict.put(key, 99L);
    return 99L;
  }

  @Test
  void anIteratorIsStaleOnceAKeyWasAddedOrRemoved() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      dict.put(1L, 1L);
      dict.put(2L, 2L);
      Iterator<Map.Entry<Long, Long>> entries = dict.iterator();
      Iterator<Long> keys = dict.keys().iterator();
      assertThat(keys.next()).isIn(1L, 2L);
      dict.put(1L, 5L);
      assertThat(dict.values()).containsExactlyInAnyOrder(5L, 2L);
      entries.next().setValue(7L);
      assertThat(entries.next().getKey()).isIn(1L, 2L);
      assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
      dict.put(3L, 3L);
      refused(Kind.STALE, keys::next);
      refused(Kind.STALE, entries::remove);
      Iterator<Long> values = dict.values().iterator();
      assertThatThrownBy(values::remove).isInstanceOf(IllegalStateException.class);
      dict.remove(3L);
      refused(Kind.STALE, values::next);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // how they end is what is tested
  void aDictThatEndedIsOfNoUse() throws InterruptedException {
    Dict<Long, Long> moved = Dict.in(heap, Elements.LONG, Elements.LONG);
    moved.put(1L, 2L);
    try (Dict<Long, Long> dict = moved.move()) {
      refused(Kind.MOVED, () -> moved.get(1L));
      refused(Kind.MOVED, () -> moved.put(1L, 1L));
      moved.close();
      assertThat(dict.get(1L)).isEqualTo(2);
      List<Throwable> thrown = new ArrayList<>();
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      dict.put(2L, 2L);
                    } catch (OwnershipException refusal) {
                      thrown.add(refusal);
                    }
                  });
      other.join();
      assertThat(thrown).singleElement().isInstanceOf(OwnershipException.class);
      assertThat(thrown.getFirst()).hasMessageContaining("belongs to");
      dict.validate();
    }
    Dict<Long, Long> closed = Dict.in(heap, Elements.LONG, Elements.LONG);
    Iterator<Long> keys = closed.keys().iterator();
    closed.close();
    refused(Kind.CLOSED, closed::size);
    refused(Kind.CLOSED, closed::close);
    refused(Kind.CLOSED, () -> closed.getOrDefault(1L, 2L));
    refused(Kind.CLOSED, keys::hasNext);
  }

  @Test
  void nothingChangesADictWhileItIsBorrowed() {
    try (DictOfLongs dict = DictOfLongs.in(heap)) {
      dict.put(1, 2);
      try (Borrow borrow = dict.borrow()) {
        refused(Kind.BORROWED, () -> dict.put(2, 2));
        refused(Kind.BORROWED, () -> dict.reserve(1000));
        refused(Kind.BORROWED, dict::close);
        assertThat(dict.getOrDefault(1, 0)).isEqualTo(2);
        assertThat(borrow.segment().byteSize()).isPositive();
      }
      dict.put(2, 3);
      refused(Kind.BORROWED, () -> dict.computeIfAbsent(7, key -> dict.put(key, 1) ? 1 : 2));
      assertThat(dict.size()).isEqualTo(2);
    }
  }

  @Test
  void dictsAreEqualIfTheirEntriesAre() {
    try (Dict<String, Long> a = Dict.in(heap, Elements.utf8(heap), Elements.LONG);
        Dict<String, Long> b = Dict.withCapacity(heap, Elements.utf8(heap), Elements.LONG, 1000);
        Dict<Long, Long> c = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      for (int i = 0; i < 50; i++) {
        a.put("a key of some length " + i, (long) i);
        b.put("a key of some length " + (49 - i), 49L - i);
        c.put((long) i, (long) i);
      }
      assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
      assertThat(a.hashCode()).isEqualTo(Map.copyOf(a.asMap()).hashCode());
      assertThat(a).isNotEqualTo(c);
      b.put("a key of some length 7", 0L);
      assertThat(a).isNotEqualTo(b);
    }
  }

  @Test
  void aCursorGoesOverTheEntriesOfADictOfLongs() {
    try (DictOfLongs dict = DictOfLongs.in(heap)) {
      DictOfLongs.Cursor none = dict.cursor();
      assertThat(none.next()).isFalse();
      for (long i = 0; i < 100; i++) {
        dict.put(i, -i);
      }
      DictOfLongs.Cursor at = dict.cursor();
      assertThatThrownBy(at::key).isInstanceOf(NoSuchElementException.class);
      long sum = 0;
      while (at.next()) {
        sum += at.key();
        assertThat(at.value()).isEqualTo(-at.key());
        at.remove();
        assertThatThrownBy(at::remove).isInstanceOf(NoSuchElementException.class);
      }
      assertThat(sum).isEqualTo(4950);
      assertThat(dict.isEmpty()).isTrue();
      assertThat(at.next()).isFalse();
      dict.put(1, 1);
      refused(Kind.STALE, at::next);
    }
  }
}
