package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The part of the contract that is about handing in what is not a live block: each call refuses
/// it, and nothing has changed.
public interface InvalidBlockContract extends ContractSubject {
  /// Null is not C's null: it is refused.
  @Test
  default void nullIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      assertRefused(allocator, Witnesses.of(allocator), null, Set.of(Kind.NULL));
    }
  }

  /// Nor is the null address accepted.
  @Test
  default void theNullAddressIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      assertRefused(allocator, Witnesses.of(allocator), MemorySegment.NULL, Set.of(Kind.NULL));
    }
  }

  /// A double free, and every other use of a block that was freed.
  @Test
  default void aBlockThatWasFreedIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (int size : new int[] {0, 1, 16, 100, 5000, 100_000}) {
        MemorySegment block = allocator.allocate(size, 1);
        allocator.free(block);
        assertRefused(allocator, witnesses, block, Set.of(Kind.NOT_LIVE, Kind.FOREIGN));
      }
      witnesses.free();
    }
  }

  /// A block that was freed while others of its size live on both sides of it.
  @Test
  default void aBlockThatWasFreedAmongLiveOnesIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = new Witnesses(allocator);
      witnesses.add(allocator.allocate(64, 1));
      MemorySegment block = allocator.allocate(64, 1);
      witnesses.add(allocator.allocate(64, 1));
      allocator.free(block);
      // What is told of an address may be that it is in memory that was given back.
      assertThrows(InvalidBlockException.class, () -> allocator.free(block));
      assertThrows(InvalidBlockException.class, () -> allocator.resize(block, 10));
      assertThrows(InvalidBlockException.class, () -> allocator.reallocate(block, 10, 1));
      assertThrows(InvalidBlockException.class, () -> allocator.usableSize(block));
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  /// After a move the old segment is no block any more.
  @Test
  default void aBlockThatMovedIsRefusedAtItsOldPlace() {
    try (Allocator allocator = open(1 << 20)) {
      MemorySegment old = allocator.allocate(100, 1);
      Witnesses witnesses = Witnesses.of(allocator);
      MemorySegment moved = witnesses.add(allocator.reallocate(old, 10_000, 1));
      if (moved.address() != old.address()) {
        assertRefused(allocator, witnesses, old, Set.of(Kind.NOT_LIVE, Kind.FOREIGN));
      }
      witnesses.free();
    }
  }

  /// Slices that begin inside a block, aligned or not.
  @Test
  default void aSliceFromInsideABlockIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      MemorySegment block = witnesses.add(allocator.allocate(4096, 1));
      for (int offset : new int[] {1, 2, 8, 15, 16, 24, 32, 64, 128, 1024, 2048, 4095}) {
        assertRefused(
            allocator,
            witnesses,
            block.asSlice(offset),
            Set.of(Kind.INTERIOR, Kind.NOT_LIVE, Kind.FOREIGN));
      }
      witnesses.free();
    }
  }

  /// Memory that the allocator never handed out: native, on the Java heap, or another allocator's.
  @Test
  default void foreignMemoryIsRefused() {
    try (Allocator allocator = open(1 << 20);
        Allocator other = open(1 << 20);
        Arena arena = Arena.ofConfined()) {
      Witnesses witnesses = Witnesses.of(allocator);
      Set<Kind> kinds = Set.of(Kind.FOREIGN, Kind.NOT_LIVE);
      assertRefused(allocator, witnesses, arena.allocate(64, 16), kinds);
      assertRefused(allocator, witnesses, arena.allocate(64, 16).asSlice(3), kinds);
      assertRefused(allocator, witnesses, MemorySegment.ofAddress(1), kinds);
      assertRefused(allocator, witnesses, MemorySegment.ofAddress(Long.MIN_VALUE), kinds);
      assertRefused(allocator, witnesses, MemorySegment.ofArray(new byte[64]), kinds);
      assertRefused(allocator, witnesses, MemorySegment.ofArray(new long[8]), kinds);
      MemorySegment anothers = other.allocate(64, 1);
      assertRefused(allocator, witnesses, anothers, kinds);
      other.free(anothers);
      witnesses.free();
    }
  }

  /// What an arena handed out ends with the arena, not by a free.
  @Test
  default void aSegmentOfAnArenaOverTheAllocatorIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      MemorySegment block = allocator.allocate(8, 1);
      assumeTrue(Witnesses.hasArenas(allocator), "there are no arenas over it");
      try (Arena arena = allocator.confinedArena()) {
        MemorySegment segment = arena.allocate(64, 1);
        Stats before = allocator.stats();
        InvalidBlockException refusal =
            assertThrows(InvalidBlockException.class, () -> allocator.free(segment));
        assertEquals(Kind.FOREIGN, refusal.kind());
        assertEquals(before, allocator.stats());
      }
      assertEquals(1, allocator.stats().liveBlocks());
      allocator.free(block);
    }
  }

  /// A slice of a block from its start, with a size that does not fit it.
  @Test
  default void aSizeThatDoesNotFitIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (int size : new int[] {64, 1000, 5000}) {
        MemorySegment block = witnesses.add(allocator.allocate(size, 1));
        for (int wrong : new int[] {0, 1, size / 4, size / 2, size - 33, size - 17, size - 1}) {
          if (!fits(allocator, wrong, block)) {
            assertRefused(allocator, witnesses, block.asSlice(0, wrong), Set.of(Kind.WRONG_SIZE));
          }
        }
      }
      witnesses.free();
    }
  }

  /// The segment from before a resize, whose size was the block's once.
  @Test
  default void theSegmentFromBeforeAResizeIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      MemorySegment old = allocator.allocate(5000, 1);
      MemorySegment resized = allocator.resize(old, 1000);
      MemorySegment now =
          witnesses.add(resized == null ? allocator.reallocate(old, 1000, 1) : resized);
      if (now.address() != old.address()) {
        assertRefused(allocator, witnesses, old, Set.of(Kind.NOT_LIVE, Kind.FOREIGN));
      } else if (!fits(allocator, 5000, now)) {
        assertRefused(allocator, witnesses, old, Set.of(Kind.WRONG_SIZE));
      }
      witnesses.free();
    }
  }

  /// A free that states the layout is refused if the block is of another one.
  @Test
  default void aLayoutThatDoesNotFitIsRefused() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      MemorySegment block = witnesses.add(allocator.allocate(100, 1));
      Stats before = allocator.stats();
      for (long wrong : new long[] {0, 10, 1000}) {
        InvalidBlockException refusal =
            assertThrows(
                InvalidBlockException.class, () -> allocator.free(block, Layout.ofBytes(wrong)));
        assertEquals(Kind.WRONG_SIZE, refusal.kind());
      }
      Layout coarser = new Layout(100, Math.max(Long.lowestOneBit(block.address()), 1) << 1);
      InvalidBlockException refusal =
          assertThrows(InvalidBlockException.class, () -> allocator.free(block, coarser));
      assertEquals(Kind.WRONG_ALIGNMENT, refusal.kind());
      assertEquals(before, allocator.stats());
      witnesses.assertAlone();
      witnesses.removeLast();
      allocator.free(block, Layout.ofBytes(100));
      witnesses.free();
    }
  }

  /// A block is found by its address, and nothing else is.
  @Test
  default void onlyALiveBlockIsFoundByItsAddress() {
    try (Allocator allocator = open(1 << 20)) {
      Witnesses witnesses = Witnesses.of(allocator);
      for (int size : new int[] {0, 1, 64, 5000, 100_000}) {
        MemorySegment block = witnesses.add(allocator.allocate(size, 1));
        assertEquals(block, found(allocator, block.address(), size));
        assertTrue(isRefusedAt(allocator, block.address() + 1, size));
        assertTrue(isRefusedAt(allocator, block.address(), size + 1000));
        assertTrue(isRefusedAt(allocator, block.address(), Long.MAX_VALUE / 2));
        witnesses.removeLast();
        allocator.free(found(allocator, block.address(), size));
        assertTrue(isRefusedAt(allocator, block.address(), size));
      }
      assertTrue(isRefusedAt(allocator, -1, 1));
      assertTrue(isRefusedAt(allocator, Long.MIN_VALUE, 1));
      assertThrows(LayoutException.class, () -> allocator.blockAt(16, -1));
      witnesses.assertAlone();
      witnesses.free();
    }
  }

  private static MemorySegment found(Allocator allocator, long address, long byteSize) {
    try {
      return allocator.blockAt(address, byteSize);
    } catch (UnsupportedOperationException refusal) {
      return abort(refusal.getMessage());
    }
  }

  private static boolean isRefusedAt(Allocator allocator, long address, long byteSize) {
    InvalidBlockException refusal =
        assertThrows(InvalidBlockException.class, () -> allocator.blockAt(address, byteSize));
    return refusal.address() == address;
  }

  private static boolean fits(Allocator allocator, long byteSize, MemorySegment block) {
    MemorySegment probe = allocator.allocate(byteSize, 1);
    // The block after it keeps an allocator that can grow its last block from counting that room.
    MemorySegment next = allocator.allocate(1, 1);
    boolean fits = allocator.usableSize(probe) == allocator.usableSize(block);
    allocator.free(next);
    allocator.free(probe);
    return fits;
  }

  @SuppressWarnings("NullAway") // null is what some of these calls are about
  private void assertRefused(
      Allocator allocator, Witnesses witnesses, @Nullable MemorySegment wrong, Set<Kind> kinds) {
    long alignment = Math.min(traits().maxAlignment(), 8);
    Map<String, BiConsumer<Allocator, MemorySegment>> calls =
        Map.of(
            "free",
            Allocator::free,
            "free with a layout",
            (a, block) -> a.free(block, Layout.ofBytes(block == null ? 8 : block.byteSize())),
            "resize",
            (a, block) -> a.resize(block, 8),
            "resize to more",
            (a, block) -> a.resize(block, 200),
            "reallocate",
            (a, block) -> a.reallocate(block, 8, 1),
            "reallocate to more",
            (a, block) -> a.reallocate(block, 20_000, 1),
            "reallocate aligned",
            (a, block) -> a.reallocate(block, 8, alignment),
            "usableSize",
            Allocator::usableSize);
    Stats before = allocator.stats();
    calls.forEach(
        (name, call) -> {
          String what = name + " of " + wrong;
          InvalidBlockException refusal =
              assertThrows(InvalidBlockException.class, () -> call.accept(allocator, wrong), what);
          assertTrue(kinds.contains(refusal.kind()), what + " is refused as " + refusal.kind());
          assertEquals(wrong == null ? 0 : wrong.address(), refusal.address(), what);
          assertEquals(before, allocator.stats(), what);
        });
    witnesses.assertAlone();
  }
}
