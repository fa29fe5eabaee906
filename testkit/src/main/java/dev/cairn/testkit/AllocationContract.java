package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about the blocks handed out.
public interface AllocationContract extends ContractSubject {
  /// Sizes from 0 to 1 MiB: exact, writable to the last byte and not beyond, none touching another.
  @Test
  default void blocksHaveExactlyTheSizeAskedForAndDoNotOverlap() {
    try (Allocator allocator = open(8 << 20)) {
      Witnesses witnesses = new Witnesses(allocator);
      for (long size = 0; size <= 130; size++) {
        assertEquals(size, witnesses.add(allocator.allocate(size, 1)).byteSize());
      }
      for (long power = 256; power <= 1 << 20; power *= 2) {
        for (long size = power - 1; size <= power + (power < 1 << 18 ? 1 : 0); size++) {
          assertEquals(size, witnesses.add(allocator.allocate(size, 1)).byteSize());
        }
      }
      for (int i = 0; i < witnesses.size(); i++) {
        MemorySegment block = witnesses.get(i);
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> block.set(ValueLayout.JAVA_BYTE, block.byteSize(), (byte) 1));
      }
      witnesses.free();
    }
  }

  /// Every power of two up to the largest alignment, for sizes below, at and above it.
  @Test
  default void everyAlignmentIsHonoured() {
    for (long alignment = 1; alignment <= traits().maxAlignment(); alignment *= 2) {
      try (Allocator allocator = open(16 << 20)) {
        // One byte at first, so that no block is aligned by luck.
        MemorySegment first = allocator.allocate(1, 1);
        for (long size : new long[] {0, 1, alignment - 1, alignment, alignment + 1}) {
          Witnesses witnesses = new Witnesses(allocator);
          MemorySegment tried = allocator.tryAllocate(size, alignment);
          assertNotNull(tried);
          witnesses.add(tried);
          witnesses.add(allocator.allocate(size, alignment));
          witnesses.add(allocator.allocateZeroed(size, alignment));
          for (int i = 0; i < witnesses.size(); i++) {
            MemorySegment block = witnesses.get(i);
            assertEquals(size, block.byteSize());
            assertEquals(0, block.address() % alignment, "address modulo " + alignment);
          }
          witnesses.free();
        }
        allocator.free(first);
      }
    }
  }

  /// A block of no bytes is live, and nothing else begins where it does.
  @Test
  default void blocksOfNoBytesAreLiveAtAddressesOfTheirOwn() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = new Witnesses(allocator);
      Set<Long> addresses = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        MemorySegment block = witnesses.add(allocator.allocate(i % 2 == 0 ? 0 : 8, 1));
        assertTrue(addresses.add(block.address()), "a second live block at " + block);
      }
      assertEquals(200, allocator.stats().liveBlocks());
      witnesses.free();
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// Also where the memory was used and left dirty before.
  @Test
  default void zeroedBlocksAreZero() {
    try (Allocator allocator = open(1 << 20)) {
      for (int round = 0; round < 3; round++) {
        Witnesses witnesses = new Witnesses(allocator);
        for (int size : new int[] {0, 1, 7, 8, 16, 100, 1000, 4096, 5000, 70_000}) {
          MemorySegment block = allocator.allocateZeroed(size, 1);
          Witnesses.assertMarked(block, (byte) 0);
          witnesses.add(block);
          witnesses.add(allocator.allocate(size, 1));
        }
        witnesses.free();
      }
    }
  }

  /// A [Layout] is its size and its alignment.
  @Test
  default void aLayoutIsAllocatedAsItsSizeAndAlignment() {
    try (Allocator allocator = open(1 << 20)) {
      Layout layout = new Layout(24, Math.min(traits().maxAlignment(), 64));
      allocator.allocate(1, 1);
      MemorySegment block = allocator.allocate(layout);
      assertEquals(layout.byteSize(), block.byteSize());
      assertEquals(0, block.address() % layout.byteAlignment());
      allocator.free(block, layout);
    }
  }

  /// Strings and arrays come from it as they come from any [SegmentAllocator].
  @Test
  default void itIsASegmentAllocator() {
    try (Allocator allocator = open(1 << 20)) {
      SegmentAllocator any = allocator;
      int[] primes = {2, 3, 5, 7, 11};
      MemorySegment ints = any.allocateFrom(ValueLayout.JAVA_INT_UNALIGNED, primes);
      MemorySegment text = any.allocateFrom("cairn \u2014 \u77f3");
      MemorySegment bytes = any.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1, (byte) 2);
      MemorySegment longs = any.allocate(ValueLayout.JAVA_LONG_UNALIGNED, 10);
      MemorySegment one = any.allocate(5);
      assertArrayEquals(primes, ints.toArray(ValueLayout.JAVA_INT_UNALIGNED));
      assertEquals("cairn \u2014 \u77f3", text.getString(0));
      assertArrayEquals(new byte[] {1, 2}, bytes.toArray(ValueLayout.JAVA_BYTE));
      assertEquals(80, longs.byteSize());
      assertEquals(5, one.byteSize());
      for (MemorySegment block : List.of(one, longs, bytes, text, ints)) {
        allocator.free(block);
      }
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// Negative sizes, alignments that are not powers of two, and sizes that overflow.
  @Test
  default void whatMakesNoLayoutIsRefusedAndNothingIsAllocated() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      MemorySegment last = witnesses.get(witnesses.size() - 1);
      Stats before = allocator.stats();
      long[][] invalid = {
        {-1, 1},
        {Long.MIN_VALUE, 1},
        {8, 0},
        {8, -1},
        {8, -8},
        {8, 3},
        {8, 24},
        {8, Long.MIN_VALUE},
        {8, Long.MAX_VALUE},
        {Long.MAX_VALUE, 2},
        {Long.MAX_VALUE - 6, 8},
        {(1L << 62) + 1, 1L << 62}
      };
      for (long[] pair : invalid) {
        long size = pair[0];
        long alignment = pair[1];
        String asked = size + " bytes aligned to " + alignment;
        assertThrows(LayoutException.class, () -> allocator.allocate(size, alignment), asked);
        assertThrows(LayoutException.class, () -> allocator.tryAllocate(size, alignment), asked);
        assertThrows(LayoutException.class, () -> allocator.allocateZeroed(size, alignment), asked);
        assertThrows(
            LayoutException.class, () -> allocator.reallocate(last, size, alignment), asked);
      }
      assertThrows(LayoutException.class, () -> allocator.resize(last, -1));
      assertThrows(LayoutException.class, () -> allocator.resize(last, Long.MIN_VALUE));
      assertEquals(before, allocator.stats());
      witnesses.assertAlone();
      witnesses.free();
    }
  }
}
