package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about the arenas an allocator opens.
///
/// Where the blocks cannot be given a scope of their own there are none.
public interface ArenaContract extends ContractSubject {
  /// Zeroed and aligned blocks that live until the arena closes, and then no longer.
  @Test
  default void aConfinedArenaGivesItsBlocksBackWhenItCloses() {
    assertGivesBack(Allocator::confinedArena);
  }

  /// As a confined one does. Over an allocator that is for one thread there is none.
  @Test
  default void aSharedArenaGivesItsBlocksBackWhenItCloses() {
    if (traits().threads() == Traits.Threads.ALLOCATING) {
      try (Allocator allocator = open(1 << 20)) {
        assertThrows(UnsupportedOperationException.class, allocator::sharedArena);
      }
      return;
    }
    assertGivesBack(Allocator::sharedArena);
  }

  /// Another thread can neither use its segments, nor allocate from it, nor close it.
  @Test
  default void aConfinedArenaIsForOneThread() {
    try (Allocator allocator = open(1 << 20)) {
      if (!Witnesses.hasArenas(allocator)) {
        return;
      }
      try (Arena arena = allocator.confinedArena()) {
        MemorySegment segment = arena.allocate(64, 1);
        assertInstanceOf(WrongThreadException.class, Elsewhere.run(() -> segment.fill((byte) 1)));
        assertInstanceOf(WrongThreadException.class, Elsewhere.run(arena::close));
        if (traits().threads() == Traits.Threads.ANY) {
          assertInstanceOf(WrongThreadException.class, Elsewhere.run(() -> arena.allocate(8, 1)));
        }
        assertEquals(1, allocator.stats().liveBlocks());
        Witnesses.assertMarked(segment, (byte) 0);
      }
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// Any thread can use the segments of a shared one, allocate from it and close it.
  @Test
  default void aSharedArenaIsForAnyThread() {
    assumeTrue(traits().threads() == Traits.Threads.ANY, "its blocks are for one thread");
    try (Allocator allocator = open(1 << 20)) {
      if (!Witnesses.hasArenas(allocator)) {
        return;
      }
      @SuppressWarnings("MustBeClosedChecker") // the other thread closes it
      Arena arena = allocator.sharedArena();
      MemorySegment segment = arena.allocate(64, 1);
      assertNull(
          Elsewhere.run(
              () -> {
                segment.fill((byte) 1);
                arena.allocate(8, 1).fill((byte) 2);
                arena.close();
              }));
      assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /// Nor can it be closed under them: a segment would outlive its memory.
  @Test
  default void anAllocatorIsNotClosedUnderAnArena() {
    try (Allocator allocator = open(1 << 20)) {
      if (!Witnesses.hasArenas(allocator)) {
        return;
      }
      try (Arena arena = allocator.confinedArena()) {
        MemorySegment segment = arena.allocate(64, 1).fill((byte) 3);
        assertThrows(IllegalStateException.class, allocator::close);
        Witnesses.assertMarked(segment, (byte) 3);
        Witnesses.assertMarked(arena.allocate(64, 1), (byte) 0);
      }
    }
  }

  /// What the allocator refuses its arenas refuse, and hold nothing for it.
  @Test
  default void anArenaRefusesWhatItsAllocatorRefuses() {
    try (Allocator allocator = open(1 << 20)) {
      if (!Witnesses.hasArenas(allocator)) {
        return;
      }
      try (Arena arena = allocator.confinedArena()) {
        assertThrows(LayoutException.class, () -> arena.allocate(-1, 1));
        assertThrows(LayoutException.class, () -> arena.allocate(8, 3));
        assertThrows(
            MemoryExhaustedException.class, () -> arena.allocate(Long.MAX_VALUE - 4096, 1));
        assertEquals(0, allocator.stats().liveBlocks());
        Witnesses.assertMarked(arena.allocate(100, 1), (byte) 0);
      }
    }
  }

  private void assertGivesBack(Function<Allocator, Arena> opener) {
    try (Allocator allocator = open(1 << 20)) {
      if (!Witnesses.hasArenas(allocator)) {
        return;
      }
      Witnesses witnesses = Witnesses.of(allocator);
      for (int round = 0; round < 3; round++) {
        Arena arena = opener.apply(allocator);
        MemorySegment text = arena.allocateFrom("stone on stone");
        MemorySegment dirty = arena.allocate(5000, Math.min(traits().maxAlignment(), 64));
        assertEquals(0, dirty.address() % Math.min(traits().maxAlignment(), 64));
        Witnesses.assertMarked(dirty, (byte) 0);
        dirty.fill((byte) 0x77);
        for (int size = 0; size < 200; size += 7) {
          Witnesses.assertMarked(arena.allocate(size, 1), (byte) 0);
        }
        assertEquals("stone on stone", text.getString(0));
        assertEquals(arena.scope(), text.scope());
        assertTrue(arena.scope().isAlive());
        arena.close();
        assertFalse(arena.scope().isAlive());
        assertThrows(IllegalStateException.class, () -> dirty.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> arena.allocate(8, 1));
        assertThrows(IllegalStateException.class, arena::close);
        witnesses.assertAlone();
      }
      witnesses.free();
    }
  }
}
