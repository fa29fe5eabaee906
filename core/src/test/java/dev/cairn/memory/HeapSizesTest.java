package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every size and alignment that a heap has room for is had, and what it has no room for is told.
class HeapSizesTest {
  private static final long MIB = 1 << 20;
  private static final long ODD = 8 * MIB + 100;

  @ParameterizedTest
  @EnumSource
  void everySizeUpToTheLimitIsHadFromAnEmptyHeap(HeapKind kind) {
    try (Heap heap = kind.open(ODD)) {
      for (long byteSize = 0; byteSize <= 70_000; byteSize++) {
        assertHad(heap, byteSize);
      }
      for (long byteSize = 70_000; byteSize < ODD; byteSize += 39_119) {
        assertHad(heap, byteSize);
      }
      for (long byteSize = ODD - 200; byteSize <= ODD; byteSize++) {
        assertHad(heap, byteSize);
      }
      assertThat(heap.tryAllocate(ODD + 1, 1)).isNull();
      assertThat(heap.tryAllocate(Long.MAX_VALUE, 1)).isNull();
      heap.validate();
      assertThat(heap.stats().liveBytes()).isZero();
    }
  }

  private static void assertHad(Heap heap, long byteSize) {
    MemorySegment block = heap.allocate(byteSize, 1);
    long usable = heap.usableSize(block);
    if (block.byteSize() != byteSize || usable < byteSize || block.address() % 16 != 0) {
      throw new AssertionError(block + " of usable size " + usable + " for " + byteSize);
    }
    heap.free(block);
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * MIB, 2 * MIB + 1, 2 * MIB + 4095, 3 * MIB + 12_345, ODD})
  void allOfAFixedHeapIsHadAlsoAfterItWasFullOfSmallBlocks(long byteSize) {
    try (Heap heap = Heap.fixed(byteSize)) {
      List<MemorySegment> blocks = new ArrayList<>();
      long[] sizes = {16, 200, 1000, 4000};
      for (int i = 0; ; i++) {
        MemorySegment block = heap.tryAllocate(sizes[i % sizes.length], 1);
        if (block == null) {
          break;
        }
        blocks.add(block);
      }
      assertThat(blocks).hasSizeGreaterThan(1_000);
      blocks.forEach(heap::free);
      MemorySegment all = heap.allocate(byteSize, 1);
      assertThat(heap.usableSize(all)).isEqualTo(byteSize);
      all.fill((byte) 1);
      Stats full = heap.stats();
      assertThat(full.liveBytes()).isEqualTo(byteSize);
      assertThat(full.freeBytes()).isZero();
      assertThat(full.largestFreeBytes()).isZero();
      assertThat(heap.tryAllocate(0, 1)).isNull();
      heap.free(all);
      heap.validate();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OVER_BYTES")
  void everyAlignmentUpToFourMebibytesIsHadForEverySize(HeapKind kind) {
    try (Heap heap = kind.open(64 * MIB)) {
      for (long alignment = 1; alignment <= 4 * MIB; alignment *= 2) {
        List<MemorySegment> blocks = new ArrayList<>();
        for (long byteSize : new long[] {0, 1, 17, 100, 4096, 5000, 40_000, 65_536, 100_000}) {
          MemorySegment block = heap.allocate(byteSize, alignment);
          assertThat(block.address() % alignment).as("%d of %d", byteSize, alignment).isZero();
          assertThat(heap.usableSize(block)).isGreaterThanOrEqualTo(byteSize);
          blocks.add(block.fill((byte) 1));
        }
        blocks.forEach(heap::free);
      }
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void exhaustionTellsWhatWasAskedWhatThereIsAndWhatToDo() {
    try (Heap heap = Heap.fixed(ODD)) {
      MemorySegment first = heap.allocate(2 * MIB, 1);
      MemorySegment second = heap.allocate(MIB, 1);
      MemorySegment third = heap.allocate(4 * MIB, 1);
      heap.free(first);
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(() -> heap.allocate(2 * MIB + 1, 1 << 12))
          .withMessage(
              "no room for 2097153 bytes aligned to 4096: this fixed heap of 8388708 bytes has"
                  + " 3145828 bytes free, 2097152 of them in one run; free blocks, or give it more"
                  + " memory")
          .satisfies(
              exhausted -> {
                assertThat(exhausted.byteSize()).isEqualTo(2 * MIB + 1);
                assertThat(exhausted.byteAlignment()).isEqualTo(1 << 12);
              });
      assertThat(heap.stats().failures()).isEqualTo(1);
      // Nothing has changed, and what was said to be there is.
      MemorySegment run = heap.allocate(2 * MIB, 1);
      heap.free(run);
      heap.free(heap.allocateZeroed(MIB, 1));
      heap.free(second);
      heap.free(third);
      heap.free(heap.allocate(ODD, 1));
      heap.validate();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLargestFreeRunIsWhatCanBeHad(HeapKind kind) {
    try (Heap heap = kind.open(4 * MIB)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (MemorySegment block; (block = heap.tryAllocate(90_000, 1)) != null; ) {
        blocks.add(block);
      }
      for (int i = 0; i < blocks.size(); i += 3) {
        heap.free(blocks.get(i));
      }
      long largest = heap.stats().largestFreeBytes();
      assertThat(largest).isGreaterThanOrEqualTo(90_000);
      MemorySegment block = Objects.requireNonNull(heap.tryAllocate(largest, 1));
      assertThat(heap.tryAllocate(Math.max(largest, 100_000) + 4096, 1)).isNull();
      heap.free(block);
      heap.validate();
    }
  }

  @Test
  void aSmallRequestIsServedFromALargerClassIfThatIsAllThereIs() {
    try (Heap heap = Heap.fixed(2 * MIB)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (MemorySegment block; (block = heap.tryAllocate(1024, 1)) != null; ) {
        blocks.add(block.fill((byte) 1));
      }
      assertThat(blocks).hasSize(2048);
      MemorySegment freed = blocks.removeLast();
      heap.free(freed);

      MemorySegment small = heap.allocate(100, 8);
      assertThat(small.address()).isEqualTo(freed.address());
      assertThat(heap.usableSize(small)).isEqualTo(1024);
      assertThat(heap.tryAllocate(1, 1)).isNull();
      heap.validate();

      MemorySegment larger = Objects.requireNonNull(heap.resize(small, 700));
      assertThatThrownBy(() -> heap.free(small)).isInstanceOf(InvalidBlockException.class);
      heap.free(larger);
      assertThatThrownBy(() -> heap.free(larger)).isInstanceOf(InvalidBlockException.class);
      assertThat(heap.allocate(1024, 1024).address()).isEqualTo(freed.address());
      for (MemorySegment block : blocks) {
        assertThat(block.mismatch(MemorySegment.ofArray(new byte[1024]).fill((byte) 1)))
            .isEqualTo(-1);
      }
      heap.validate();
    }
  }

  @Test
  void aBlockThatWouldBeInASlabIsARunIfThereIsNoRoomForASlab() {
    try (Heap heap = Heap.fixed(2 * MIB)) {
      MemorySegment rest = heap.allocate(2 * MIB - 8192, 1);
      MemorySegment first = heap.allocate(100, 8);
      MemorySegment second = heap.allocate(100, 8);
      assertThat(heap.tryAllocate(100, 8)).isNull();
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isEqualTo(3);
      assertThatThrownBy(() -> heap.free(first.asSlice(0, 50)))
          .isInstanceOf(InvalidBlockException.class);
      heap.free(first);
      heap.free(second);
      heap.free(rest);
      assertThat(heap.allocate(2 * MIB, 1).byteSize()).isEqualTo(2 * MIB);
      heap.validate();
    }
  }
}
