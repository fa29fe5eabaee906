package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about what an allocator says of itself.
public interface StatsContract extends ContractSubject {
  /// Before the first block nothing is live, and nothing has happened.
  @Test
  default void aNewAllocatorHoldsNothingLive() {
    try (Allocator allocator = open(1 << 20)) {
      Stats stats = allocator.stats();
      assertConsistent(stats);
      assertEquals(0, stats.liveBlocks());
      assertEquals(0, stats.liveBytes());
      assertEquals(0, stats.allocations());
      assertEquals(0, stats.frees());
      assertEquals(0, stats.failures());
    }
  }

  /// Live bytes are the blocks' sizes or what they were rounded up to, and each call is counted.
  @Test
  default void everyBlockAndEveryByteIsAccountedFor() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      int blocks = witnesses.size();
      long asked = 0;
      long usable = 0;
      for (int i = 0; i < blocks; i++) {
        asked += witnesses.get(i).byteSize();
        usable += allocator.usableSize(witnesses.get(i));
      }
      Stats full = allocator.stats();
      assertConsistent(full);
      assertEquals(blocks, full.liveBlocks());
      assertEquals(blocks, full.allocations());
      assertTrue(asked <= full.liveBytes(), full.liveBytes() + " live, asked for " + asked);
      assertTrue(full.liveBytes() <= usable, full.liveBytes() + " live of usable " + usable);
      for (int i = 0; i < blocks / 2; i++) {
        allocator.free(witnesses.removeLast());
        assertConsistent(allocator.stats());
      }
      Stats half = allocator.stats();
      assertEquals(blocks - blocks / 2, half.liveBlocks());
      assertEquals(blocks / 2, half.frees());
      assertTrue(half.liveBytes() < full.liveBytes());
      assertEquals(full.peakLiveBytes(), half.peakLiveBytes());
      assertTrue(half.peakFootprintBytes() >= full.footprintBytes());
      witnesses.free();
      Stats empty = allocator.stats();
      assertConsistent(empty);
      assertEquals(0, empty.liveBlocks());
      assertEquals(0, empty.liveBytes());
      assertEquals(blocks, empty.frees());
    }
  }

  /// Zeroed and tried blocks count as any other; resized and reallocated ones stay one block.
  @Test
  default void whicheverCallMakesABlockItIsOne() {
    try (Allocator allocator = open(1 << 20)) {
      MemorySegment zeroed = allocator.allocateZeroed(100, 1);
      MemorySegment tried = allocator.tryAllocate(100, 1);
      assertNotNull(tried);
      assertEquals(2, allocator.stats().liveBlocks());
      assertEquals(2, allocator.stats().allocations());
      MemorySegment moved = allocator.reallocate(zeroed, 1000, 1);
      MemorySegment resized = allocator.resize(tried, 50);
      MemorySegment smaller = resized == null ? allocator.reallocate(tried, 50, 1) : resized;
      assertConsistent(allocator.stats());
      assertEquals(2, allocator.stats().liveBlocks());
      allocator.free(moved);
      allocator.free(smaller);
      assertConsistent(allocator.stats());
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// Peaks are the largest figures so far, also those that a resize brought.
  @Test
  default void peaksAreTheLargestFiguresSoFar() {
    try (Allocator allocator = open(1 << 20)) {
      allocator.free(allocator.allocate(50_000, 1));
      assertTrue(allocator.stats().peakLiveBytes() >= 50_000);
      MemorySegment block = allocator.allocate(10, 1);
      MemorySegment resized = allocator.resize(block, 60_000);
      MemorySegment now = resized == null ? allocator.reallocate(block, 60_000, 1) : resized;
      assertTrue(allocator.stats().peakLiveBytes() >= 60_000);
      allocator.free(now);
      assertConsistent(allocator.stats());
    }
  }

  /// The largest free run is what it says: room for one block of its size.
  @Test
  default void theLargestFreeRunHoldsABlockOfItsSize() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      Stats before = allocator.stats();
      if (before.largestFreeBytes() > 0) {
        MemorySegment largest = allocator.tryAllocate(before.largestFreeBytes(), 1);
        assertNotNull(largest, before.largestFreeBytes() + " bytes");
        allocator.free(largest);
      }
      witnesses.assertAlone();
    }
  }

  private void assertConsistent(Stats stats) {
    assertAll(
        stats.toString(),
        () -> assertTrue(stats.liveBlocks() >= 0, "live blocks"),
        () -> assertTrue(stats.liveBytes() >= 0, "live bytes"),
        () -> assertTrue(stats.freeBytes() >= 0, "free bytes"),
        () -> assertTrue(stats.cachedBytes() >= 0, "cached bytes"),
        () -> assertTrue(stats.retainedBytes() >= 0, "retained bytes"),
        () -> assertTrue(stats.metadataBytes() >= 0, "metadata bytes"),
        () ->
            assertTrue(
                stats.largestFreeBytes() <= stats.freeBytes() + stats.retainedBytes(),
                "largest free"),
        () -> assertTrue(stats.peakLiveBytes() >= stats.liveBytes(), "peak of live bytes"),
        () ->
            assertTrue(
                stats.peakFootprintBytes() >= stats.footprintBytes(), "peak of the footprint"),
        () -> assertTrue(stats.footprintBytes() <= stats.limitBytes(), "footprint within limit"),
        () ->
            assertEquals(
                stats.liveBlocks(), stats.allocations() - stats.frees(), "allocations less frees"));
  }
}
