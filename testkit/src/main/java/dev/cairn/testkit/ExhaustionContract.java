package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about there being no room.
public interface ExhaustionContract extends ContractSubject {
  /// Sizes that no machine has are answered as any other lack of room.
  @Test
  default void requestsBeyondAllMemoryAreAnsweredAsExhaustion() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      long alignment = Math.min(traits().maxAlignment(), 4096);
      for (long size : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 4096, 1L << 62}) {
        assertExhausted(allocator, size, 1);
        if (size <= Long.MAX_VALUE - alignment) {
          assertExhausted(allocator, size, alignment);
        }
        MemorySegment block = witnesses.get(witnesses.size() - 1);
        assertNull(allocator.resize(block, size));
        assertThrows(MemoryExhaustedException.class, () -> allocator.reallocate(block, size, 1));
      }
      MemorySegment large = allocator.tryAllocate(1L << 46, 1);
      if (traits().capacity() == Traits.Capacity.BOUNDED) {
        assertNull(large);
      } else if (large != null) {
        allocator.free(large);
      }
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// A valid request with an alignment beyond the largest gets an aligned block, or is refused.
  @Test
  default void alignmentsBeyondTheLargestAreHonouredOrRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (int shift = 1; shift <= 62; shift++) {
        long alignment = 1L << shift;
        if (alignment > traits().maxAlignment()) {
          MemorySegment block = allocateOrRefuse(allocator, alignment);
          if (block != null) {
            assertEquals(0, block.address() % alignment, "address modulo " + alignment);
            allocator.free(block);
          }
          witnesses.assertIntact();
        }
      }
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// A full allocator says so, both ways, and what it holds is as it was.
  @Test
  default void aFullAllocatorRefusesAndGoesOn() {
    assumeBounded();
    long capacity = capacityOf(256 * 1024);
    try (Allocator allocator = open(256 * 1024)) {
      Witnesses witnesses = filled(allocator, 1024);
      assertTrue(witnesses.size() <= capacity / 1024, witnesses.size() + " blocks of 1 KiB");
      assertTrue(witnesses.size() >= capacity / 2048, witnesses.size() + " blocks of 1 KiB");
      assertTrue(allocator.stats().footprintBytes() <= capacity);
      assertExhausted(allocator, 1024, 1);
      assertThrows(MemoryExhaustedException.class, () -> allocator.allocate(new Layout(1024, 1)));
      witnesses.assertIntact();
      allocator.free(witnesses.removeLast());
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// A block that finds no room to grow is as it was.
  @Test
  default void aFailedReallocateLeavesTheBlockAsItWas() {
    assumeBounded();
    try (Allocator allocator = open(256 * 1024)) {
      Witnesses witnesses = filled(allocator, 1024);
      long live = allocator.stats().liveBlocks();
      for (int i = 0; i < witnesses.size(); i++) {
        MemorySegment block = witnesses.get(i);
        MemoryExhaustedException refusal =
            assertThrows(
                MemoryExhaustedException.class, () -> allocator.reallocate(block, 200_000, 1));
        assertEquals(200_000, refusal.byteSize());
        assertEquals(live, allocator.stats().liveBlocks());
        assertTrue(allocator.usableSize(block) >= 1024);
      }
      witnesses.free();
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// The memory of freed blocks is used again, however often.
  @Test
  default void memoryOfFreedBlocksIsUsedAgain() {
    assumeBounded();
    try (Allocator allocator = open(256 * 1024)) {
      int room = 0;
      for (int round = 0; round < 10; round++) {
        Witnesses witnesses = filled(allocator, 1024);
        int blocks = witnesses.size();
        if (round == 0) {
          room = blocks;
        }
        // Where a large allocator takes its memory in pieces, their edges may lie differently.
        assertTrue(
            blocks >= room - room / 500,
            blocks + " blocks of 1 KiB in round " + round + ", and " + room + " in the first");
        witnesses.free();
      }
      for (int i = 0; i < 10_000; i++) {
        allocator.free(allocator.allocate(1000 + i % 5000, 1));
      }
      assertEquals(0, allocator.stats().liveBytes());
    }
  }

  /// Where frees are reclaimed in any order, a hole takes the next block that it suits.
  @Test
  default void holesAreFilledAgain() {
    assumeBounded();
    assumeTrue(traits().reclaim() == Traits.Reclaim.ANY_ORDER, "frees only in one order make room");
    try (Allocator allocator = open(256 * 1024)) {
      Witnesses witnesses = filled(allocator, 1024);
      int holes = 0;
      for (int i = 0; i < witnesses.size(); i += 2) {
        allocator.free(witnesses.get(i));
        holes++;
      }
      for (int i = 0; i < holes; i++) {
        assertNotNull(allocator.tryAllocate(1024, 1), "block " + i + " of " + holes);
      }
      for (int i = 1; i < witnesses.size(); i += 2) {
        Witnesses.assertMarked(witnesses.get(i), Mark.of(i));
      }
    }
  }

  private void assumeBounded() {
    assumeTrue(traits().capacity() == Traits.Capacity.BOUNDED, "only the system fills it up");
  }

  private static Witnesses filled(Allocator allocator, long byteSize) {
    Witnesses witnesses = new Witnesses(allocator);
    for (MemorySegment block; (block = allocator.tryAllocate(byteSize, 1)) != null; ) {
      witnesses.add(block);
    }
    return witnesses;
  }

  private static void assertExhausted(Allocator allocator, long byteSize, long byteAlignment) {
    long failures = allocator.stats().failures();
    assertNull(allocator.tryAllocate(byteSize, byteAlignment));
    for (SegmentAllocator call : List.<SegmentAllocator>of(allocator, allocator::allocateZeroed)) {
      MemoryExhaustedException refusal =
          assertThrows(
              MemoryExhaustedException.class, () -> call.allocate(byteSize, byteAlignment));
      assertEquals(byteSize, refusal.byteSize());
      assertEquals(byteAlignment, refusal.byteAlignment());
      assertTrue(refusal.toString().contains(Long.toString(byteSize)), refusal.toString());
    }
    assertEquals(failures + 3, allocator.stats().failures(), "failures counted");
  }

  private static @Nullable MemorySegment allocateOrRefuse(Allocator allocator, long alignment) {
    try {
      return allocator.tryAllocate(16, alignment);
    } catch (LayoutException wrong) {
      throw new AssertionError("16 bytes aligned to " + alignment + " are a layout", wrong);
    } catch (IllegalArgumentException refusal) {
      return null;
    }
  }
}
