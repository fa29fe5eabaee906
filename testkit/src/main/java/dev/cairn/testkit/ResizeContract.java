package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about blocks changing their size.
public interface ResizeContract extends ContractSubject {
  /// Whether it succeeds or not, the block stays where it is and keeps its bytes.
  @Test
  default void resizeNeverMovesAndKeepsTheBytes() {
    long[] sizes = {0, 1, 8, 15, 16, 17, 100, 1000, 1024, 5000, 70_000};
    try (Allocator allocator = open(4 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (long from : sizes) {
        for (long to : sizes) {
          byte mark = Mark.of((int) (from + to));
          MemorySegment block = allocator.allocate(from, 1).fill(mark);
          long usable = allocator.usableSize(block);
          MemorySegment resized = allocator.resize(block, to);
          if (resized == null) {
            // Blocks of size classes may have to move to shrink, too.
            assertTrue(to < from || to > usable, from + " bytes can always become " + to);
            Witnesses.assertMarked(block, mark);
            assertEquals(usable, allocator.usableSize(block));
            allocator.free(block);
          } else {
            assertEquals(block.address(), resized.address());
            assertEquals(to, resized.byteSize());
            Witnesses.assertMarked(resized, Math.min(from, to), mark);
            resized.fill(mark);
            witnesses.assertIntact();
            allocator.free(resized);
          }
        }
      }
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// A block between two others grows into neither of them.
  @Test
  default void resizeBetweenLiveBlocksTouchesNeither() {
    try (Allocator allocator = open(1 << 20)) {
      for (long to = 0; to <= 300; to += 10) {
        Witnesses witnesses = new Witnesses(allocator);
        witnesses.add(allocator.allocate(100, 1));
        MemorySegment block = allocator.allocate(100, 1).fill((byte) -1);
        witnesses.add(allocator.allocate(100, 1));
        MemorySegment resized = allocator.resize(block, to);
        MemorySegment now = resized == null ? block : resized.fill((byte) -1);
        assertEquals(block.address(), now.address());
        witnesses.assertIntact();
        Witnesses.assertMarked(now, (byte) -1);
        allocator.free(witnesses.removeLast());
        allocator.free(now);
        witnesses.free();
      }
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// The bytes a block really has are at least those asked for, and can be had.
  @Test
  default void theUsableSizeCanAlwaysBeHad() {
    try (Allocator allocator = open(4 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (long size : new long[] {0, 1, 8, 15, 16, 17, 24, 33, 100, 1000, 4097, 70_001}) {
        MemorySegment block = allocator.allocate(size, 1).fill((byte) 7);
        // With this one behind it, there is no more room than it says.
        MemorySegment behind = allocator.allocate(size, 1).fill((byte) 8);
        long usable = allocator.usableSize(block);
        assertTrue(usable >= size, usable + " usable of " + size);
        MemorySegment whole = allocator.resize(block, usable);
        assertNotNull(whole, size + " bytes to the usable size " + usable);
        Witnesses.assertMarked(whole, size, (byte) 7);
        whole.fill((byte) 9);
        Witnesses.assertMarked(behind, (byte) 8);
        witnesses.assertIntact();
        allocator.free(behind);
        allocator.free(whole);
      }
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// Wherever the block is afterwards, it has the bytes that both sizes cover.
  @Test
  default void reallocateKeepsTheBytesThatBothSizesCover() {
    long[] sizes = {0, 1, 7, 8, 16, 17, 100, 1000, 5000, 70_000};
    long alignment = Math.min(traits().maxAlignment(), 256);
    try (Allocator allocator = open(16 << 20)) {
      for (long from : sizes) {
        for (long to : sizes) {
          for (long wanted = 1; wanted <= alignment; wanted *= 16) {
            byte mark = Mark.of((int) (from + to));
            MemorySegment block = allocator.allocate(from, 1).fill(mark);
            // With this one behind it, the block must move to grow.
            Witnesses witnesses = Witnesses.of(allocator);
            MemorySegment now = allocator.reallocate(block, to, wanted);
            assertEquals(to, now.byteSize());
            assertEquals(0, now.address() % wanted, "address modulo " + wanted);
            Witnesses.assertMarked(now, Math.min(from, to), mark);
            witnesses.add(now);
            witnesses.assertAlone();
            witnesses.free();
          }
        }
      }
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// A block grows step by step, as a string builder's does, and is whole at the end.
  @Test
  default void aBlockThatGrowsStepByStepIsWhole() {
    try (Allocator allocator = open(4 << 20)) {
      MemorySegment block = allocator.allocate(0, 1);
      for (int size = 1; size <= 2000; size++) {
        block = allocator.reallocate(block, size, 1);
        block.asSlice(size - 1).fill((byte) 3);
      }
      Witnesses.assertMarked(block, (byte) 3);
      assertEquals(1, allocator.stats().liveBlocks());
      allocator.free(block);
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }
}
