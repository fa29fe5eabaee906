package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolTest {
  private static final Layout SLOT = new Layout(40, 16);

  enum Form {
    CONFINED,
    SHARED,
    CONFINED_OVER,
    SHARED_OVER;

    Pool open(Layout slot, int count) {
      return switch (this) {
        case CONFINED -> Pool.confined(slot, count);
        case SHARED -> Pool.shared(slot, count);
        case CONFINED_OVER -> Pool.confinedOver(memory(slot, count), slot);
        case SHARED_OVER -> Pool.sharedOver(memory(slot, count), slot);
      };
    }

    /// Room for so many slots, though not for one more, from one byte after an aligned address on.
    private static MemorySegment memory(Layout slot, int count) {
      Layout whole = slot.padToAlign();
      long byteSize = whole.byteSize() * (count + 1) - 1;
      return Arena.global()
          .allocate(byteSize + 1, whole.byteAlignment())
          .asSlice(1)
          .fill((byte) 0xEE);
    }

    boolean ownsItsMemory() {
      return this == CONFINED || this == SHARED;
    }
  }

  @ParameterizedTest
  @EnumSource
  void itHasRoomForExactlyAsManyBlocksAsItHasSlots(Form form) {
    try (Pool pool = form.open(SLOT, 100)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        blocks.add(pool.allocate(i % 40 + 1, 16).fill((byte) i));
      }
      assertThat(pool.tryAllocate(1, 1)).isNull();
      assertThatThrownBy(() -> pool.allocate(1, 1))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContaining("each slot of this pool of 100 slots of 48 bytes aligned to 16")
          .hasMessageContaining("open a larger pool");
      for (int i = 0; i < 100; i++) {
        MemorySegment block = blocks.get(i);
        assertThat(block.byteSize()).isEqualTo(i % 40 + 1);
        assertThat(block.address() % 16).isZero();
        assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(i);
        pool.free(block);
      }
      pool.validate();
      assertThat(pool.stats().liveBlocks()).isZero();
      assertThat(pool.stats().peakLiveBytes()).isEqualTo(4800);
      assertThat(pool.stats().allocations()).isEqualTo(100);
      assertThat(pool.stats().failures()).isEqualTo(2);
      assertThat(pool.stats().footprintBytes()).isEqualTo(4800);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLargerThanASlotOrMoreAlignedFindsNoRoomAndIsToldWhy(Form form) {
    try (Pool pool = form.open(SLOT, 2)) {
      pool.free(pool.allocate(48, 16));
      assertThatThrownBy(() -> pool.allocate(49, 1))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContaining("open a pool whose slots have that layout");
      assertThat(pool.tryAllocate(1, 32)).isNull();
      assertThat(pool.stats().liveBlocks()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWrongFreeIsRefusedByItsKind(Form form) {
    try (Pool pool = form.open(SLOT, 10);
        Pool other = form.open(SLOT, 10);
        Arena arena = Arena.ofConfined()) {
      MemorySegment live = pool.allocate(40, 1).fill((byte) 7);
      MemorySegment freed = pool.allocate(40, 1);
      pool.free(freed);
      assertRefused(Kind.NOT_LIVE, () -> pool.free(freed));
      assertRefused(Kind.NOT_LIVE, () -> pool.free(freed.asSlice(16)));
      assertRefused(Kind.NOT_LIVE, () -> pool.resize(freed, 1));
      assertRefused(Kind.INTERIOR, () -> pool.free(live.asSlice(16)));
      assertRefused(Kind.INTERIOR, () -> pool.usableSize(live.asSlice(1)));
      assertRefused(Kind.FOREIGN, () -> pool.free(other.allocate(40, 1)));
      assertRefused(Kind.FOREIGN, () -> pool.free(arena.allocate(40)));
      assertRefused(Kind.FOREIGN, () -> pool.free(MemorySegment.ofArray(new byte[40])));
      assertRefused(Kind.FOREIGN, () -> pool.free(live.asReadOnly()));
      assertRefused(Kind.FOREIGN, () -> pool.free(Rescope.to(live, arena)));
      assertRefused(Kind.NULL, () -> pool.free(MemorySegment.NULL));
      assertRefused(Kind.WRONG_SIZE, () -> pool.free(wider(live)));
      assertRefused(Kind.WRONG_SIZE, () -> pool.blockAt(live.address(), 39));
      assertRefused(Kind.NOT_LIVE, () -> pool.blockAt(freed.address(), 40));
      assertRefused(Kind.INTERIOR, () -> pool.blockAt(live.address() + 1, 40));
      assertRefused(Kind.FOREIGN, () -> pool.blockAt(42, 40));
      assertThat(pool.blockAt(live.address(), 40)).isEqualTo(live);
      pool.validate();
      assertThat(live.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
      assertThat(pool.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment wider(MemorySegment block) {
    // SAFETY: it is only handed back, and the slot after it is there.
    return block.reinterpret(49);
  }

  private static void assertRefused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InvalidBlockException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }

  @ParameterizedTest
  @EnumSource
  void blocksAreResizedWithinTheirSlot(Form form) {
    try (Pool pool = form.open(SLOT, 10)) {
      MemorySegment block = pool.allocate(1, 1);
      MemorySegment larger = pool.resize(block, 48);
      assertThat(larger).isNotNull();
      assertThat(larger.address()).isEqualTo(block.address());
      assertThat(larger.byteSize()).isEqualTo(48);
      assertThat(pool.resize(larger, 49)).isNull();
      assertThat(pool.usableSize(larger)).isEqualTo(48);
      assertThatThrownBy(() -> pool.reallocate(larger, 49, 1))
          .isInstanceOf(MemoryExhaustedException.class);
      assertRefused(Kind.WRONG_SIZE, () -> pool.free(block));
      pool.free(larger);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingEndsEveryBlockAndArenasKeepItOpen(Form form) {
    Pool pool = form.open(SLOT, 10);
    MemorySegment block = pool.allocate(40, 1).fill((byte) 0);
    Arena arena = pool.confinedArena();
    MemorySegment zeroed = arena.allocate(48, 16);
    assertThat(zeroed.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    assertThatIllegalStateException().isThrownBy(pool::close);
    arena.close();
    assertThat(pool.stats().liveBlocks()).isEqualTo(1);
    pool.close();
    pool.close();
    if (form.ownsItsMemory()) {
      assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_BYTE, 0));
    } else {
      assertThat(block.get(ValueLayout.JAVA_BYTE, 0)).isZero();
    }
    assertThatThrownBy(() -> pool.allocate(1, 1)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> pool.free(block)).isInstanceOf(AllocatorClosedException.class);
    assertThat(pool.stats().footprintBytes()).isZero();
  }

  @Test
  void aConfinedPoolIsForItsThread() throws Exception {
    try (Pool pool = Pool.confined(SLOT, 10);
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      assertThatThrownBy(() -> other.submit(() -> pool.allocate(1, 1)).get())
          .hasCauseInstanceOf(WrongThreadException.class)
          .hasMessageContaining("open it with Pool.shared");
      assertThatThrownBy(pool::sharedArena).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void countsThatMakeNoPoolAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.confined(SLOT, -1))
        .withMessageStartingWith("a pool of -1 slots of 48 bytes aligned to 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.shared(Layout.ofBytes(Long.MAX_VALUE / 2), 3));
    try (Pool empty = Pool.confined(Layout.ofBytes(0), 0)) {
      assertThat(empty.tryAllocate(0, 1)).isNull();
      empty.validate();
    }
  }

  @Test
  void aPoolOverMemoryHasTheSlotsThatFitBetweenItsAlignedAddresses() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4096, 4096).fill((byte) 7);
      for (int[] slots :
          new int[][] {{0, 4096, 85}, {1, 4096, 85}, {15, 64, 1}, {15, 63, 0}, {0, 0, 0}}) {
        MemorySegment part = memory.asSlice(slots[0], slots[1] - slots[0]);
        try (Pool pool = Pool.confinedOver(part, SLOT)) {
          int blocks = 0;
          for (MemorySegment block; (block = pool.tryAllocate(48, 16)) != null; ) {
            assertThat(block.address() % 16).isZero();
            assertThat(block.address()).isGreaterThanOrEqualTo(part.address());
            assertThat(block.address() + 48).isLessThanOrEqualTo(part.address() + part.byteSize());
            blocks++;
          }
          assertThat(blocks).isEqualTo(slots[2]);
        }
      }
      // Nothing but blocks is written.
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
      Pool huge = Pool.sharedOver(memory, new Layout(1, 1L << 40));
      assertThat(huge.tryAllocate(1, 1)).isNull();
    }
  }

  @Test
  void aPoolInAnArrayKnowsItsBlocksByTheirOffset() {
    long[] array = new long[64];
    try (Pool pool = Pool.sharedOver(MemorySegment.ofArray(array), new Layout(40, 8));
        Arena arena = Arena.ofConfined()) {
      MemorySegment block = pool.allocate(40, 8);
      block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 42);
      assertThat(array[0]).isEqualTo(42);
      assertThat(pool.blockAt(block.address(), 40)).isEqualTo(block);
      assertRefused(Kind.INTERIOR, () -> pool.free(block.asSlice(8)));
      assertRefused(Kind.FOREIGN, () -> pool.free(block.asReadOnly()));
      assertRefused(Kind.FOREIGN, () -> pool.free(MemorySegment.ofArray(new long[5])));
      assertRefused(Kind.FOREIGN, () -> pool.free(arena.allocate(40)));
      assertThatThrownBy(pool::confinedArena)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("bring memory of Arena.global()");
      pool.free(block);
      assertThatThrownBy(() -> pool.free(block))
          .hasMessageContaining("at offset 0 of an array, but no live block is there");
      pool.validate();
    }
  }

  @Test
  void memoryThatMakesNoPoolIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.sharedOver(MemorySegment.ofArray(new byte[64]), SLOT))
        .withMessageContaining("elements are aligned to 1 and no more");
    MemorySegment readOnly = MemorySegment.ofArray(new long[8]).asReadOnly();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.confinedOver(readOnly, Layout.ofBytes(1)))
        .withMessageContaining("is read-only");
    MemorySegment memory = ended();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.confinedOver(memory, SLOT))
        .withMessageContaining("has ended");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.sharedOver(vast(), Layout.ofBytes(1)))
        .withMessageContaining("4294967296 slots")
        .withMessageContaining("choose larger slots");
  }

  private static MemorySegment ended() {
    try (Arena arena = Arena.ofConfined()) {
      return arena.allocate(64);
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment vast() {
    // SAFETY: nothing reads or writes it.
    return MemorySegment.ofAddress(1 << 20).reinterpret(1L << 32);
  }

  @Test
  void noSlotIsEverHadByTwoThreads() throws Exception {
    int threads = 4;
    int rounds = 200_000;
    AtomicInteger full = new AtomicInteger();
    try (Pool pool = Pool.shared(Layout.ofBytes(8), 6);
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long mark = t + 1L;
        tasks.add(
            () -> {
              for (int i = 0; i < rounds; i++) {
                MemorySegment first = pool.tryAllocate(8, 1);
                MemorySegment second = pool.tryAllocate(8, 1);
                for (MemorySegment block : new MemorySegment[] {first, second}) {
                  if (block == null) {
                    full.incrementAndGet();
                    continue;
                  }
                  block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, mark);
                  Thread.onSpinWait();
                  if (block.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) != mark) {
                    throw new AssertionError("another thread has the slot, too");
                  }
                  pool.free(block);
                }
              }
              return rounds;
            });
      }
      int done = 0;
      for (Future<Integer> task : executor.invokeAll(tasks)) {
        done += task.get();
      }
      assertThat(done).isEqualTo(threads * rounds);
      pool.validate();
      assertThat(pool.stats().liveBlocks()).isZero();
      assertThat(pool.stats().allocations() + full.get()).isEqualTo(2L * threads * rounds);
    }
  }
}
