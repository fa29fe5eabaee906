package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How much memory a list has, and what it does when there is no more.
class VecCapacityTest {
  private final Heap heap = Heap.growable(64 << 20);

  @AfterEach
  void nothingIsLeft() {
    heap.validate();
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.close();
  }

  @Test
  void anEmptyListHasNoBlock() {
    try (VecOfLong vec = VecOfLong.in(heap)) {
      assertThat(vec.capacity()).isZero();
      vec.reserve(0);
      vec.shrinkToFit();
      vec.clear();
      assertThat(vec.<Long>borrow(MemorySegment::byteSize)).isZero();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void withCapacityThereIsRoomForAsMany() {
    try (VecOfLong vec = VecOfLong.withCapacity(heap, 10);
        Vec<Long> boxed = Vec.withCapacity(heap, Elements.LONG, 10)) {
      assertThat(vec.capacity()).isEqualTo(10);
      assertThat(boxed.capacity()).isEqualTo(10);
      long address = address(vec);
      for (int i = 0; i < 10; i++) {
        vec.push(i);
      }
      assertThat(vec.capacity()).isEqualTo(10);
      assertThat(address(vec)).isEqualTo(address);
    }
  }

  @Test
  void reservingLeavesRoomForTheElementsToCome() {
    try (VecOfInt vec = VecOfInt.in(heap)) {
      vec.reserve(2);
      assertThat(vec.capacity()).isGreaterThanOrEqualTo(16); // never a block of a few bytes
      for (int i = 0; i < 16; i++) {
        vec.push(i);
      }
      vec.reserve(1);
      assertThat(vec.capacity()).isGreaterThanOrEqualTo(32);
      vec.reserve(100);
      assertThat(vec.capacity()).isGreaterThanOrEqualTo(116);
      long capacity = vec.capacity();
      vec.reserve(capacity - vec.size());
      assertThat(vec.capacity()).isEqualTo(capacity);
    }
  }

  @Test
  void reservingExactlyLeavesNoOtherRoom() {
    try (VecOfInt vec = VecOfInt.in(heap)) {
      vec.push(1);
      vec.reserveExact(32);
      assertThat(vec.capacity()).isEqualTo(33);
      vec.reserveExact(10);
      assertThat(vec.capacity()).isEqualTo(33);
    }
  }

  @Test
  void shrinkingKeepsTheElements() {
    try (VecOfInt vec = VecOfInt.withCapacity(heap, 100)) {
      vec.extend(1, 2, 3);
      vec.shrinkTo(200);
      assertThat(vec.capacity()).isEqualTo(100);
      vec.shrinkTo(50);
      assertThat(vec.capacity()).isEqualTo(50);
      vec.shrinkTo(0);
      assertThat(vec.capacity()).isEqualTo(3);
      assertThat(vec.toArray()).containsExactly(1, 2, 3);
      vec.clear();
      assertThat(vec.capacity()).isEqualTo(3);
      vec.shrinkToFit();
      assertThat(vec.capacity()).isZero();
      assertThat(heap.stats().liveBlocks()).isZero();
      vec.push(4);
      assertThat(vec.toArray()).containsExactly(4);
    }
  }

  @Test
  void addingAnElementCopiesO1OnAverage() {
    try (VecOfLong vec = VecOfLong.in(heap)) {
      int growths = 0;
      long capacity = 0;
      for (int i = 0; i < 100_000; i++) {
        vec.push(i);
        if (vec.capacity() != capacity) {
          growths++;
          capacity = vec.capacity();
        }
      }
      assertThat(growths).isLessThan(18);
    }
  }

  @Test
  void aLargeBlockGrowsWhereItStands() {
    try (Heap fresh = Heap.fixed(64 << 20);
        VecOfLong vec = VecOfLong.withCapacity(fresh, 1 << 17)) {
      vec.resize(1 << 17, 7);
      long address = address(vec);
      vec.push(8);
      assertThat(vec.capacity()).isGreaterThan(1 << 17);
      assertThat(address(vec)).isEqualTo(address);
      assertThat(vec.get(5)).isEqualTo(7);
    }
  }

  @Test
  void anExhaustedHeapLeavesTheListAsItWas() {
    try (Heap small = Heap.fixed(256 << 10);
        VecOfLong vec = VecOfLong.in(small)) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  vec.push(vec.size());
                }
              })
          .isInstanceOf(MemoryExhaustedException.class);
      long size = vec.size();
      // Even where doubling has failed, most of the heap is used.
      assertThat(size * Long.BYTES).isGreaterThan(64 << 10);
      assertThat(vec.capacity()).isEqualTo(size);
      for (Runnable call :
          List.<Runnable>of(
              () -> vec.insert(0, 1),
              () -> vec.extend(1L, 2L),
              () -> vec.extendFromWithin(0, size),
              () -> vec.resize(size + 1, 1),
              () -> vec.reserve(Long.MAX_VALUE),
              () -> vec.reserve(Long.MAX_VALUE / 8),
              () -> vec.reserveExact(Long.MAX_VALUE / 8 + 1),
              () -> vec.resize(Long.MAX_VALUE, 1))) {
        assertThatThrownBy(call::run).isInstanceOf(MemoryExhaustedException.class);
        assertThat(vec.size()).isEqualTo(size);
        assertThat(vec.capacity()).isEqualTo(size);
        assertThat(vec.get(size - 1)).isEqualTo(size - 1);
      }
      small.validate();
      vec.truncate(10);
      vec.push(3);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // it throws
  void aListThatCannotBeMadeLeavesNothing() {
    assertThatThrownBy(() -> VecOfLong.withCapacity(heap, Long.MAX_VALUE))
        .isInstanceOf(MemoryExhaustedException.class);
    assertThatThrownBy(() -> Vec.withCapacity(heap, Elements.INT, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void elementsWithoutBytesNeedNoMemory() {
    AtomicInteger drops = new AtomicInteger();
    try (Vec<String> vec = Vec.in(heap, new Nothing(drops))) {
      assertThat(vec.capacity()).isEqualTo(Long.MAX_VALUE);
      for (int i = 0; i < 1000; i++) {
        vec.push("nothing");
      }
      assertThat(vec.size()).isEqualTo(1000);
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(vec.get(999)).isEqualTo("nothing");
      assertThatThrownBy(() -> vec.get(1000)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(vec.pop()).isEqualTo("nothing");
      assertThat(vec.remove(3)).isEqualTo("nothing");
      assertThat(vec.swapRemove(3)).isEqualTo("nothing");
      vec.insert(0, "nothing");
      assertThat(vec.size()).isEqualTo(998);
      vec.sort(Comparator.naturalOrder());
      vec.reverse();
      vec.swap(1, 2);
      try (Vec<String> tail = vec.splitOff(900)) {
        assertThat(tail.size()).isEqualTo(98);
        vec.append(tail);
      }
      vec.truncate(500);
      assertThat(drops).hasValue(498);
      vec.removeRange(0, 100);
      assertThat(vec.size()).isEqualTo(400);
      vec.set(0, "nothing");
      vec.dedup();
      assertThat(vec.size()).isEqualTo(1);
      assertThat(vec.toString()).isEqualTo("[nothing]");
      assertThat(drops).hasValue(998);
    }
    assertThat(drops).hasValue(999);
  }

  private static long address(VecOfLong vec) {
    return vec.borrow(MemorySegment::address);
  }

  /// Elements that have no bytes, and count how many of them were dropped.
  private record Nothing(AtomicInteger drops) implements Element<String> {
    @Override
    public long byteSize() {
      return 0;
    }

    @Override
    public long byteAlignment() {
      return 1;
    }

    @Override
    public String get(MemorySegment memory, long offset) {
      return "nothing";
    }

    @Override
    public void set(MemorySegment memory, long offset, String value) {}

    @Override
    public void drop(MemorySegment memory, long offset) {
      drops.incrementAndGet();
    }

    @Override
    public boolean owns() {
      return true;
    }
  }
}
