package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.platform.Proc;
import dev.cairn.platform.Reservation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is in blocks: zeros where they were asked for, and what was there where a block changes its
/// size where it stands.
class HeapContentsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @EnumSource
  void zeroedBlocksAreZeroWhateverWasThereBefore(HeapKind kind) {
    try (Heap heap = kind.open(64 * MIB)) {
      for (long byteSize = 1; byteSize <= 4 * MIB; byteSize = byteSize * 5 / 4 + 1) {
        assertZeroedAfterUse(heap, byteSize);
        assertZeroedAfterUse(heap, byteSize);
        heap.trim();
        assertZeroedAfterUse(heap, byteSize);
      }
      heap.validate();
    }
  }

  private static void assertZeroedAfterUse(Heap heap, long byteSize) {
    // Whichever the heap takes, it has been used.
    List<MemorySegment> used = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      used.add(heap.allocate(byteSize, 1).fill((byte) -1));
    }
    used.forEach(heap::free);
    MemorySegment first = heap.allocateZeroed(byteSize, 1);
    MemorySegment second = heap.allocateZeroed(byteSize, 1);
    assertThat(first.mismatch(zeros(byteSize))).isEqualTo(-1);
    assertThat(second.mismatch(zeros(byteSize))).isEqualTo(-1);
    heap.free(first.fill((byte) -1));
    heap.free(second.fill((byte) -1));
  }

  @Test
  void aLargeBlockOfMemoryThatWasNeverUsedIsZeroWithoutBeingWritten() throws Exception {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    try (Heap heap = Heap.growable(64 * MIB)) {
      MemorySegment fresh = heap.allocateZeroed(16 * MIB, 1);
      assertThat(Proc.residentPages(fresh)).isZero();
      assertThat(fresh.mismatch(zeros(16 * MIB))).isEqualTo(-1);
      // A part of it is written, and it all comes back: then no more than that part is.
      fresh.asSlice(MIB, 10).fill((byte) -1);
      heap.free(fresh);
      heap.trim();
      MemorySegment again = heap.allocateZeroed(16 * MIB, 1);
      assertThat(Proc.residentPages(again)).isZero();
      assertThat(again.mismatch(zeros(16 * MIB))).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLargeBlockGrowsAndShrinksWhereItStandsAndKeepsItsBytes(HeapKind kind) {
    try (Heap heap = kind.open(64 * MIB)) {
      long address = 0;
      MemorySegment block = fill(heap.allocate(100_000, 1));
      for (long byteSize : new long[] {3 * MIB, 3 * MIB + 1, 200_000, 8 * MIB, 100_001, 70_000}) {
        address = block.address();
        long kept = Math.min(block.byteSize(), byteSize);
        MemorySegment resized = heap.resize(block, byteSize);
        if (resized == null) {
          // Only where the heap is yet to grow is there no room behind it.
          assertThat(byteSize).isGreaterThan(block.byteSize());
          assertThat(kind).isIn(HeapKind.GROWABLE, HeapKind.GROWABLE_FROM_ARENAS);
          resized = heap.reallocate(block, byteSize, 1);
        } else {
          assertThat(resized.address()).isEqualTo(address);
        }
        assertThat(resized.byteSize()).isEqualTo(byteSize);
        requireFilled(resized.asSlice(0, kept));
        block = fill(resized);
        heap.validate();
        assertThat(heap.stats().liveBytes()).isBetween(byteSize, byteSize + 4096);
      }
      heap.free(block);
      assertThat(heap.stats().liveBytes()).isZero();
    }
  }

  @Test
  void aLargeBlockGrowsUpToItsNeighbourAndNoFurther() {
    try (Heap heap = Heap.fixed(16 * MIB)) {
      MemorySegment block = fill(heap.allocate(MIB, 1));
      MemorySegment gap = heap.allocate(MIB, 1);
      MemorySegment neighbour = heap.allocate(MIB, 1).fill((byte) 9);
      assertThat(gap.address()).isEqualTo(block.address() + MIB);
      assertThat(heap.resize(block, MIB + 1)).isNull();
      requireFilled(block);
      heap.free(gap);
      assertThat(heap.resize(block, 2 * MIB + 1)).isNull();
      MemorySegment grown = Objects.requireNonNull(heap.resize(block, 2 * MIB));
      requireFilled(grown.asSlice(0, MIB));
      grown.fill((byte) 8);
      assertThat(neighbour.mismatch(MemorySegment.ofArray(new byte[1 << 20]).fill((byte) 9)))
          .isEqualTo(-1);
      // What a block gives up is at once another's.
      MemorySegment shrunk = Objects.requireNonNull(heap.resize(grown, MIB));
      assertThat(heap.allocate(MIB, 1).address()).isEqualTo(shrunk.address() + MIB);
      heap.validate();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatABlockGaveUpOrGainedAndWroteIsZeroedForTheNext(boolean trimmed) {
    for (Heap heap :
        List.of(
            Heap.growable(64 * MIB),
            Heap.fixed(16 * MIB),
            Heap.builder().fromArenas().fixed(16 * MIB))) {
      try (heap) {
        // A growable heap has grown enough then.
        heap.free(heap.allocate(10 * MIB, 1));
        MemorySegment block = heap.allocate(MIB, 1);
        block = Objects.requireNonNull(heap.resize(block, 4 * MIB)).fill((byte) -1);
        block = Objects.requireNonNull(heap.resize(block, 2 * MIB + 5000));
        if (trimmed) {
          heap.trim();
        }
        MemorySegment next = heap.allocateZeroed(MIB, 1);
        assertThat(next.address()).isEqualTo(block.address() + 2 * MIB + 8192);
        assertThat(next.mismatch(zeros(MIB))).isEqualTo(-1);
        assertThat(block.mismatch(zeros(2 * MIB + 5000).fill((byte) -1))).isEqualTo(-1);
        heap.free(block);
        MemorySegment first = heap.allocateZeroed(2 * MIB, 1);
        assertThat(first.mismatch(zeros(2 * MIB))).isEqualTo(-1);
        heap.validate();
      }
    }
  }

  @Test
  void largeBlocksThatChangeTheirSizesAtRandomKeepTheirBytes() {
    try (Heap heap = Heap.growable(64 * MIB)) {
      SplittableRandom random = new SplittableRandom(5);
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        blocks.add(fill(heap.allocate(70_000 + random.nextInt(500_000), 1)));
      }
      int inPlace = 0;
      for (int step = 0; step < 500; step++) {
        int index = random.nextInt(blocks.size());
        MemorySegment block = blocks.get(index);
        long byteSize = 70_000L + random.nextInt(1_000_000);
        MemorySegment now = heap.resize(block, byteSize);
        if (now != null) {
          inPlace++;
        } else {
          now = heap.reallocate(block, byteSize, 1);
        }
        requireFilled(now.asSlice(0, Math.min(block.byteSize(), byteSize)));
        blocks.set(index, fill(now));
      }
      assertThat(inPlace).isBetween(100, 499);
      blocks.forEach(HeapContentsTest::requireFilled);
      heap.validate();
    }
  }

  private static MemorySegment zeros(long byteSize) {
    return MemorySegment.ofArray(new byte[(int) byteSize]);
  }

  /// Writes bytes to a block of which each part is told from each other by its place.
  private static MemorySegment fill(MemorySegment block) {
    return block.copyFrom(pattern(block.byteSize()));
  }

  private static void requireFilled(MemorySegment block) {
    assertThat(block.mismatch(pattern(block.byteSize()))).isEqualTo(-1);
  }

  private static MemorySegment pattern(long byteSize) {
    byte[] bytes = new byte[(int) byteSize];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 12));
    }
    return MemorySegment.ofArray(bytes);
  }
}
