package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import org.junit.jupiter.api.Test;

/// How much room dicts have, and what becomes of it.
class DictCapacityTest extends HeapTest {
  @Test
  void capacityIsKeptUntilItIsGivenBack() {
    try (Dict<Long, Long> dict = Dict.withCapacity(heap, Elements.LONG, Elements.LONG, 1000)) {
      long capacity = dict.capacity();
      assertThat(capacity).isGreaterThanOrEqualTo(1000);
      long blocks = heap.stats().allocations();
      for (long i = 0; i < capacity; i++) {
        dict.put(i, i);
      }
      assertThat(heap.stats().allocations()).isEqualTo(blocks);
      assertThat(dict.capacity()).isEqualTo(capacity);
      dict.put(-1L, 0L);
      assertThat(dict.capacity()).isGreaterThan(capacity);
      dict.retain((key, _) -> key < 100);
      dict.shrinkToFit();
      assertThat(dict.capacity()).isBetween(101L, 300L);
      dict.validate();
      dict.clear();
      dict.shrinkToFit();
      assertThat(dict.capacity()).isZero();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void negativeSizesAreRefused() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      assertThatThrownBy(() -> dict.reserve(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1");
    }
    assertThatThrownBy(
            () -> {
              try (var dict = Dict.withCapacity(heap, Elements.LONG, Elements.LONG, -5)) {
                dict.clear();
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-5");
  }

  @Test
  void moreThanThereIsCannotBeReserved() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      dict.put(1L, 2L);
      for (long more : new long[] {1L << 40, 1L << 60, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> dict.reserve(more)).isInstanceOf(MemoryExhaustedException.class);
        assertThat(dict.get(1L)).isEqualTo(2);
        dict.validate();
      }
    }
  }

  @Test
  void aDictThatCannotGrowIsAsItWas() {
    try (Heap small = Heap.fixed(64 << 10);
        Dict<Long, Long> dict = Dict.in(small, Elements.LONG, Elements.LONG)) {
      long put = 0;
      while (true) {
        try {
          dict.put(put, put);
          put++;
        } catch (MemoryExhaustedException full) {
          break;
        }
        dict.validate();
      }
      assertThat(dict.size()).isEqualTo(put).isEqualTo(dict.capacity());
      for (long i = 0; i < put; i++) {
        assertThat(dict.get(i)).isEqualTo(i);
      }
      // There is room for one where one was removed, however often.
      for (long i = 0; i < put; i++) {
        assertThat(dict.remove(i)).isTrue();
        dict.put(-1 - i, i);
      }
      dict.validate();
    }
  }

  @Test
  void aMillionRemovalsNeitherGrowADictNorMakeSearchesLonger() {
    try (Dict<Long, Long> dict = Dict.withCapacity(heap, Elements.LONG, Elements.LONG, 10_000)) {
      // All but full is the hardest: almost every group is.
      long size = dict.capacity() * 85 / 100;
      for (long i = 0; i < size; i++) {
        dict.put(i, i);
      }
      long capacity = dict.capacity();
      TableSurvey before = TableSurvey.of(dict);
      for (long i = 0; i < 1_000_000; i++) {
        assertThat(dict.remove(i)).isTrue();
        dict.put(i + size, i);
        if (i % 50_000 == 0) {
          dict.validate();
          TableSurvey now = TableSurvey.of(dict);
          assertThat(now.groupsPerHit()).isLessThan(1.5 * before.groupsPerHit());
          // Up to a tenth of the slots are deleted before they are swept.
          assertThat(now.groupsPerMiss()).isLessThan(4 * before.groupsPerMiss());
        }
      }
      assertThat(dict.capacity()).isEqualTo(capacity);
      assertThat(dict.size()).isEqualTo(size);
    }
  }

  @Test
  void keysInRegularPatternsAreSpread() {
    for (int shift = 0; shift < 48; shift += 4) {
      try (DictOfLongs dict = DictOfLongs.in(heap)) {
        for (long i = 0; i < 10_000; i++) {
          dict.put(i << shift, i);
        }
        assertThat(dict.slotsPerHit()).as("shift %s", shift).isLessThan(2.5);
        dict.validate();
      }
    }
    try (Dict<Integer, Integer> dict = Dict.in(heap, Elements.INT, Elements.INT)) {
      for (int i = 0; i < 10_000; i++) {
        dict.put(i * 1024, i);
      }
      assertThat(TableSurvey.of(dict).groupsPerHit()).isLessThan(1.5);
    }
  }

  @Test
  void removalsFromADictOfLongsLeaveNothingBehind() {
    try (DictOfLongs dict = DictOfLongs.withCapacity(heap, 10_000)) {
      long size = dict.capacity();
      for (long i = 0; i < size; i++) {
        dict.put(i * i, i);
      }
      double before = dict.slotsPerHit();
      for (long i = 0; i < 1_000_000; i++) {
        assertThat(dict.remove(i * i)).isTrue();
        dict.put((i + size) * (i + size), i);
      }
      dict.validate();
      assertThat(dict.slotsPerHit()).isLessThan(1.5 * before);
      assertThat(dict.capacity()).isEqualTo(size);
      assertThat(dict.size()).isEqualTo(size);
    }
  }
}
