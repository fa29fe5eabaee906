package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class RegionTest {

  @Test
  void blocksLieOneAfterTheOtherAndAreZeroed() {
    try (Region region = Region.fixed(4096)) {
      MemorySegment first = region.allocate(20, 4);
      MemorySegment second = region.allocate(16, 4);
      assertThat(second.address() - first.address()).isEqualTo(32);
      assertThat(first.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      region.validate();
    }
  }

  @Test
  void rewindingEndsWhatWasAllocatedSinceAndKeepsTheRest() {
    try (Region region = Region.fixed(4096)) {
      MemorySegment before = region.allocateFrom(ValueLayout.JAVA_INT, 42);
      try (Checkpoint mark = region.checkpoint()) {
        MemorySegment first = region.allocate(100, 8).fill((byte) -1);
        mark.rewind();
        assertThatIllegalStateException().isThrownBy(() -> first.get(ValueLayout.JAVA_BYTE, 0));
        MemorySegment again = region.allocate(100, 8);
        assertThat(again.address()).isEqualTo(first.address());
        assertThat(again.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        mark.rewind();
        assertThat(region.stats().liveBlocks()).isEqualTo(1);
        region.validate();
      }
      assertThat(before.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
    }
  }

  @Test
  void rewindingToAnOuterCheckpointEndsTheInnerOnes() {
    try (Region region = Region.growable(1 << 20);
        Checkpoint outer = region.checkpoint()) {
      MemorySegment a = region.allocate(3000, 8);
      Checkpoint inner = region.checkpoint();
      MemorySegment b = region.allocate(9000, 8);
      outer.rewind();
      assertThatIllegalStateException().isThrownBy(() -> a.get(ValueLayout.JAVA_BYTE, 0));
      assertThatIllegalStateException().isThrownBy(() -> b.get(ValueLayout.JAVA_BYTE, 0));
      assertThatIllegalStateException()
          .isThrownBy(inner::rewind)
          .withMessageContaining("has ended");
      inner.close();
      assertThat(region.stats().liveBlocks()).isZero();
      region.validate();
    }
  }

  @Test
  void closingACheckpointTwiceDoesNothing() {
    try (Region region = Region.fixed(1024)) {
      Checkpoint mark = region.checkpoint();
      mark.close();
      MemorySegment block = region.allocate(8, 8);
      mark.close();
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
    }
  }

  @Test
  void theLastBlockGrowsAndShrinksInPlaceAndOthersOnlyShrink() {
    try (Region region = Region.fixed(1024)) {
      MemorySegment first = region.allocate(64, 8);
      MemorySegment last = region.allocateFrom(ValueLayout.JAVA_LONG, 1, 2);
      assertThat(region.resize(first, 128)).isNull();
      MemorySegment grown = region.resize(last, 900);
      assertThat(grown).isNotNull();
      assertThat(grown.address()).isEqualTo(last.address());
      assertThat(grown.getAtIndex(ValueLayout.JAVA_LONG, 1)).isEqualTo(2);
      assertThat(region.resize(grown, 1000)).isNull();
      assertThat(region.resize(first, 16)).isNotNull();
      region.validate();
    }
  }

  @Test
  void freeingTheLastBlockGivesBackWhatEndedBeforeIt() {
    try (Region region = Region.fixed(1024)) {
      MemorySegment first = region.allocate(100, 8);
      MemorySegment second = region.allocate(100, 8);
      MemorySegment third = region.allocate(100, 8);
      region.free(second);
      assertThat(region.stats().largestFreeBytes()).isEqualTo(1024 - 3 * 112);
      region.free(third);
      assertThat(region.stats().largestFreeBytes()).isEqualTo(1024 - 112);
      region.free(first);
      assertThat(region.stats().largestFreeBytes()).isEqualTo(1024);
      region.validate();
    }
  }

  @Test
  void aBlockFromBeforeTheCheckpointIsNotTheLast() {
    try (Region region = Region.fixed(1024)) {
      MemorySegment before = region.allocate(16, 8);
      try (Checkpoint mark = region.checkpoint()) {
        assertThat(region.resize(before, 32)).isNull();
        region.free(before);
        MemorySegment inside = region.allocate(16, 8);
        assertThat(inside.address()).isEqualTo(before.address() + 16);
        mark.rewind();
        region.validate();
      }
      assertThat(region.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void freeingTwiceIsRefusedAlsoWhereTheBlockIsNotTheLast() {
    try (Region region = Region.fixed(1024)) {
      MemorySegment first = region.allocate(16, 8);
      MemorySegment last = region.allocate(16, 8);
      region.free(first);
      assertKind(Kind.NOT_LIVE, () -> region.free(first));
      region.free(last);
      assertKind(Kind.NOT_LIVE, () -> region.free(last));
      region.validate();
    }
  }

  @Test
  void framesOfLastInFirstOutWorkNeverGrowARegion() {
    try (Region region = Region.growable(1 << 20)) {
      long footprint = 0;
      for (int round = 0; round < 100; round++) {
        var blocks = new java.util.ArrayList<MemorySegment>();
        for (int i = 0; i < 50; i++) {
          blocks.add(region.allocate(1000, 8));
        }
        blocks.reversed().forEach(region::free);
        footprint = round == 0 ? region.stats().footprintBytes() : footprint;
      }
      assertThat(region.stats().footprintBytes()).isEqualTo(footprint);
      region.validate();
    }
  }

  @Test
  void aFullRegionSaysWhatItHas() {
    try (Region region = Region.fixed(256)) {
      region.allocate(100, 8);
      assertThatThrownBy(() -> region.allocate(200, 8))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContainingAll("200 bytes aligned to 8", "fixed region of 256", "144", "112");
      assertThat(region.tryAllocate(144, 1)).isNotNull();
    }
  }

  @Test
  void aGrowableRegionStaysWithinItsLimit() {
    try (Region region = Region.growable(100_000)) {
      int blocks = 0;
      while (region.tryAllocate(1000, 8) != null) {
        blocks++;
      }
      assertThat(region.stats().footprintBytes()).isLessThanOrEqualTo(100_000);
      assertThat(blocks).isGreaterThan(90);
      assertThat(region.stats().failures()).isEqualTo(1);
    }
  }

  @Test
  void itServesAsAnArena() {
    MemorySegment block;
    try (Arena arena = Region.growable(1 << 16)) {
      block = arena.allocateFrom("stones");
      assertThat(block.getString(0)).isEqualTo("stones");
      assertThat(arena.scope()).isEqualTo(block.scope());
    }
    assertThatIllegalStateException().isThrownBy(() -> block.getString(0));
  }

  @Test
  void overTheCallersMemoryBlocksEndWhenTheMemoryDoes() {
    MemorySegment block;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1024, 16).fill((byte) -1);
      try (Region region = Region.over(memory)) {
        block = region.allocate(8, 8);
        assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
      }
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
      assertThat(memory.get(ValueLayout.JAVA_BYTE, 1000)).isEqualTo((byte) -1);
    }
    assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void memoryThatMayEndHasNoCheckpointsAndNoArenas() {
    try (Arena arena = Arena.ofConfined();
        Region inArray = Region.over(MemorySegment.ofArray(new long[64]));
        Region inArena = Region.over(arena.allocate(1024))) {
      for (Region region : List.of(inArray, inArena)) {
        assertThat(region.allocate(8, 8).byteSize()).isEqualTo(8);
        assertThatThrownBy(region::checkpoint)
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("Arena.global()");
        assertThatThrownBy(region::confinedArena).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  @Test
  void memoryThatNeverEndsHasCheckpoints() {
    try (Region region = Region.over(Arena.global().allocate(1024));
        Checkpoint mark = region.checkpoint()) {
      MemorySegment block = region.allocate(8, 8);
      mark.rewind();
      assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void memoryThatHasEndedOrIsAnotherThreadsIsRefused() throws Exception {
    MemorySegment ended;
    try (Arena arena = Arena.ofConfined()) {
      ended = arena.allocate(64);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Region.over(ended))
        .withMessageContaining("has ended");
    try (Arena arena = Arena.ofConfined();
        var executor = Executors.newSingleThreadExecutor()) {
      MemorySegment mine = arena.allocate(64);
      executor
          .submit(
              () ->
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> Region.over(mine))
                      .withMessageContaining("another thread's"))
          .get();
    }
  }

  @Test
  void aBlockThatCannotBeZeroedIsNotLost() {
    try (Arena arena = Arena.ofConfined()) {
      Region region;
      try (Arena below = Arena.ofConfined()) {
        region = Region.over(below.allocate(4096));
      }
      for (int i = 0; i < 10; i++) {
        assertThatIllegalStateException().isThrownBy(() -> region.allocate(1024, 8));
      }
      assertThat(region.stats().liveBlocks()).isZero();
      assertThat(arena.scope().isAlive()).isTrue();
    }
  }

  @Test
  void aStaleSegmentDoesNotReachIntoACheckpoint() {
    try (Region region = Region.growable(1 << 20)) {
      MemorySegment stale = region.allocate(64, 8);
      region.free(stale);
      try (Checkpoint mark = region.checkpoint()) {
        MemorySegment block = region.allocate(64, 8);
        assertThat(block.address()).isEqualTo(stale.address());
        assertKind(Kind.FOREIGN, () -> region.resize(stale, 64));
        assertKind(Kind.FOREIGN, () -> region.free(stale));
        mark.rewind();
        assertKind(Kind.NOT_LIVE, () -> region.free(block));
      }
    }
  }

  @Test
  void aRegionIsNotRewoundUnderAnArena() {
    try (Region region = Region.growable(1 << 20);
        Checkpoint mark = region.checkpoint()) {
      try (Arena arena = region.confinedArena()) {
        MemorySegment block = arena.allocateFrom(ValueLayout.JAVA_LONG, 42);
        assertThatIllegalStateException()
            .isThrownBy(mark::rewind)
            .withMessageContaining("close each arena first");
        assertThatIllegalStateException().isThrownBy(mark::close);
        assertThatIllegalStateException().isThrownBy(region::close);
        assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
      }
      mark.rewind();
      assertThat(region.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void aBlockFreedUnderACheckpointGivesItsMemoryBackWithIt() {
    try (Region region = Region.fixed(4096)) {
      MemorySegment all = region.allocate(4096, 8);
      Checkpoint mark = region.checkpoint();
      region.free(all);
      mark.close();
      assertThat(region.tryAllocate(4096, 8)).isNotNull();
    }
  }

  @Test
  void aRewindStandsWhereBlocksFreedBeforeItBegan() {
    try (Region region = Region.fixed(4096)) {
      MemorySegment before = region.allocate(1024, 8);
      try (Checkpoint mark = region.checkpoint()) {
        region.free(before);
        mark.rewind();
        MemorySegment block = region.allocate(3500, 8);
        assertThat(region.usableSize(block)).isEqualTo(3504);
        mark.rewind();
        assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
        assertThat(region.stats().liveBlocks()).isZero();
        region.validate();
      }
    }
  }

  @Test
  void aCleanupThatThrowsLeavesNothingHalfClosed() {
    Region region = Region.growable(1 << 16);
    Checkpoint mark = region.checkpoint();
    MemorySegment block = region.allocate(8, 8);
    failWhenClosed(mark.scope());
    assertThatThrownBy(mark::close).hasMessage("cleanup");
    assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    assertThat(region.stats().liveBlocks()).isZero();
    assertThat(region.allocate(8, 8).get(ValueLayout.JAVA_LONG, 0)).isZero();
    failWhenClosed(region);
    assertThatThrownBy(region::close).hasMessage("cleanup");
    assertThatThrownBy(() -> region.allocate(8, 8)).isInstanceOf(AllocatorClosedException.class);
    region.close();
  }

  @SuppressWarnings("restricted")
  private static void failWhenClosed(Arena arena) {
    // SAFETY: the segment is of no bytes.
    var _ =
        MemorySegment.NULL.reinterpret(
            arena,
            _ -> {
              throw new IllegalArgumentException("cleanup");
            });
  }

  @Test
  void otherThreadsAreRefused() throws Exception {
    try (Region region = Region.fixed(1024);
        var executor = Executors.newSingleThreadExecutor()) {
      MemorySegment block = region.allocate(8, 8);
      executor
          .submit(
              () -> {
                assertThatThrownBy(() -> region.allocate(8, 8))
                    .isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(() -> region.free(block))
                    .isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(region::close).isInstanceOf(WrongThreadException.class);
              })
          .get();
      region.free(block);
    }
  }

  @Test
  void aClosedRegionIsRefused() {
    Region region = Region.fixed(1024);
    MemorySegment block = region.allocate(8, 8);
    region.close();
    region.close();
    assertThatThrownBy(() -> region.allocate(8, 8)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> region.free(block)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(region::checkpoint).isInstanceOf(AllocatorClosedException.class);
    assertThat(region.stats().footprintBytes()).isZero();
  }

  private static void assertKind(
      Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
    assertThatThrownBy(c)
        .isInstanceOfSatisfying(
            InvalidBlockException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
