package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about closing, and about the threads that blocks are for.
public interface CloseContract extends ContractSubject {
  /// Every call but `stats` and `close`.
  @Test
  default void aClosedAllocatorRefusesEveryCall() {
    Allocator allocator = open(1 << 20);
    MemorySegment block = allocator.allocate(64, 1);
    allocator.close();
    assertClosed(() -> allocator.allocate(8, 1));
    assertClosed(() -> allocator.allocate(0, 1));
    assertClosed(() -> allocator.allocate(8));
    assertClosed(() -> allocator.allocate(Layout.ofBytes(8)));
    assertClosed(() -> allocator.tryAllocate(8, 1));
    assertClosed(() -> allocator.allocateZeroed(8, 1));
    assertClosed(() -> allocator.free(block));
    assertClosed(() -> allocator.free(block, Layout.ofBytes(64)));
    assertClosed(() -> allocator.resize(block, 8));
    assertClosed(() -> allocator.reallocate(block, 8, 1));
    assertClosed(() -> allocator.reallocate(block, 1000, 1));
    assertClosed(() -> allocator.usableSize(block));
    assertClosed(allocator::confinedArena);
  }

  /// Closing again does nothing, and the last figures remain.
  @Test
  default void closingAgainDoesNothingAndTheLastFiguresRemain() {
    Allocator allocator = open(1 << 20);
    Witnesses.of(allocator);
    Stats open = allocator.stats();
    for (int i = 0; i < 3; i++) {
      allocator.close();
      Stats closed = allocator.stats();
      assertEquals(0, closed.liveBlocks());
      assertEquals(0, closed.liveBytes());
      assertEquals(0, closed.footprintBytes());
      assertEquals(open.allocations(), closed.allocations());
      assertEquals(open.peakLiveBytes(), closed.peakLiveBytes());
      assertEquals(open.peakFootprintBytes(), closed.peakFootprintBytes());
    }
  }

  /// Blocks end with their allocator, except over memory of the caller.
  @Test
  default void closingEndsTheBlocks() {
    Allocator allocator = open(1 << 20);
    MemorySegment first = allocator.allocate(64, 1).fill((byte) 1);
    MemorySegment last = allocator.allocate(100_000, 1).fill((byte) 2);
    allocator.close();
    switch (traits().ending()) {
      case BLOCKS_END -> {
        assertThrows(IllegalStateException.class, () -> first.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> last.fill((byte) 3));
      }
      case BLOCKS_STAY -> {
        Witnesses.assertMarked(first, (byte) 1);
        Witnesses.assertMarked(last, (byte) 2);
      }
      case BLOCKS_ARE_WIPED -> {
        Witnesses.assertMarked(first, (byte) 0);
        Witnesses.assertMarked(last, (byte) 0);
      }
    }
  }

  /// Another thread may use a block, or is refused, as the traits say.
  @Test
  default void blocksAreForTheThreadsThatTheAllocatorStates() {
    try (Allocator allocator = open(1 << 20)) {
      MemorySegment block = allocator.allocate(64, 1).fill((byte) 1);
      Throwable thrown = Elsewhere.run(() -> block.fill((byte) 2));
      switch (traits().threads()) {
        case ANY -> {
          assertEquals(null, thrown);
          Witnesses.assertMarked(block, (byte) 2);
        }
        case ALLOCATING -> {
          assertEquals(WrongThreadException.class, thrown == null ? null : thrown.getClass());
          Witnesses.assertMarked(block, (byte) 1);
        }
      }
    }
  }

  private static void assertClosed(Runnable call) {
    assertThrows(AllocatorClosedException.class, call::run);
  }
}
