package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RealtimeHeapTest {
  @Test
  void sizesAreRoundedUpToPowersOfTwo() {
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 20)) {
      long[][] sizes = {{0, 16}, {1, 16}, {16, 16}, {17, 32}, {100, 128}, {4097, 8192}};
      for (long[] size : sizes) {
        MemorySegment block = heap.allocate(size[0], 1);
        assertThat(heap.usableSize(block)).isEqualTo(size[1]);
        heap.free(block);
      }
    }
  }

  @Test
  void anAlignedBlockTakesAsMuchAsItsAlignmentAndIsFreedWithItsOwnSize() {
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 20)) {
      MemorySegment block = heap.allocate(100, 4096);
      assertThat(heap.usableSize(block)).isEqualTo(4096);
      assertThatExceptionOfType(InvalidBlockException.class)
          .isThrownBy(() -> heap.free(block.asSlice(0, 10)))
          .satisfies(
              refusal ->
                  assertThat(refusal.kind()).isEqualTo(InvalidBlockException.Kind.WRONG_SIZE));
      heap.free(block);
      heap.validate();
      assertThat(heap.stats().liveBytes()).isZero();
    }
  }

  @Test
  void everyByteIsLiveOrFree() {
    try (RealtimeHeap heap = RealtimeHeap.confined(100_000)) {
      assertThat(heap.stats().footprintBytes()).isEqualTo(100_000);
      MemorySegment block = heap.allocate(1000, 1);
      heap.free(heap.allocate(5000, 1));
      Stats stats = heap.stats();
      assertThat(stats.liveBytes()).isEqualTo(1024);
      assertThat(stats.freeBytes()).isEqualTo(100_000 - 1024);
      assertThat(stats.peakLiveBytes()).isEqualTo(1024 + 8192);
      assertThat(stats.frees()).isEqualTo(1);
      heap.free(block);
      assertThat(heap.stats().largestFreeBytes()).isEqualTo(65_536);
    }
  }

  @Test
  void aFullHeapSaysWhatItHas() {
    try (RealtimeHeap heap = RealtimeHeap.confined(4096)) {
      heap.free(heap.allocate(4096, 1));
      MemorySegment block = heap.allocate(1, 1);
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(() -> heap.allocate(4096, 1))
          .withMessageContaining("4080 bytes free")
          .withMessageContaining("2048; free blocks, or open it as large as HeapSizing says");
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(() -> heap.allocate(8, 2 << 20))
          .withMessageContaining("aligns to 1048576 bytes at most");
      heap.free(block);
    }
  }

  @Test
  void whatIsLiveAtTheEndIsReported() {
    List<ClassStats> leaks = new ArrayList<>();
    try (RealtimeHeap heap =
        RealtimeHeap.shared(1 << 16).onLeak(report -> leaks.addAll(report.unplaced()))) {
      heap.free(heap.allocate(16, 1));
      heap.allocate(100, 1);
      heap.allocate(120, 1);
    }
    assertThat(leaks).containsExactly(new ClassStats(128, 2, 256, 256, 2, 2));
  }

  @Test
  void everyLiveBlockIsVisited() {
    try (RealtimeHeap heap = RealtimeHeap.shared(1 << 16).onLeak(_ -> {})) {
      heap.allocate(100, 1);
      MemorySegment freed = heap.allocate(1000, 1);
      heap.allocate(5000, 1);
      heap.free(freed);
      List<Long> sizes = new ArrayList<>();
      heap.walk(block -> sizes.add(block.byteSize()));
      assertThat(sizes).containsExactly(128L, 8192L);
    }
  }

  @Test
  void aVisitorThatUsesTheHeapIsRefusedAndDoesNotWaitForItself() {
    for (RealtimeHeap heap :
        List.of(RealtimeHeap.confined(1 << 16), RealtimeHeap.shared(1 << 16))) {
      try (heap) {
        MemorySegment block = heap.allocate(100, 1);
        for (Runnable call :
            List.<Runnable>of(
                () -> heap.allocate(8, 1),
                () -> heap.free(block),
                () -> heap.walk(_ -> {}),
                heap::stats,
                heap::classes,
                heap::validate)) {
          assertThatIllegalStateException()
              .isThrownBy(() -> heap.walk(_ -> call.run()))
              .withMessageContaining("first note what it visits");
        }
        heap.free(block);
        heap.validate();
      }
    }
  }

  @Test
  void aListenerOfLeaksMayCloseTheHeapOrFreeWhatIsLive() {
    RealtimeHeap heap = RealtimeHeap.confined(1 << 16);
    heap.allocate(100, 1);
    List<ClassStats> leaks = new ArrayList<>();
    heap.onLeak(
        live -> {
          leaks.addAll(live.unplaced());
          heap.close();
        });
    heap.close();
    assertThat(leaks).hasSize(1);
    RealtimeHeap other = RealtimeHeap.shared(1 << 16);
    MemorySegment block = other.allocate(100, 1);
    other.onLeak(_ -> other.free(block));
    other.close();
    assertThat(other.stats().frees()).isOne();
  }

  @Test
  void requestsThatNoHeapCanMeetFindNoRoomOrAreRefused() {
    for (RealtimeHeap heap :
        List.of(
            RealtimeHeap.confined(0), RealtimeHeap.confined(15), RealtimeHeap.shared(100_000))) {
      try (heap) {
        for (long size : new long[] {1 << 20, 1L << 40, Long.MAX_VALUE}) {
          assertThat(heap.tryAllocate(size, 1)).isNull();
        }
        for (long alignment : new long[] {1 << 21, 1L << 40, 1L << 62}) {
          assertThat(heap.tryAllocate(1, alignment)).isNull();
        }
        for (long[] layout : new long[][] {{-1, 1}, {1, 0}, {1, 3}, {1, -8}, {1, Long.MIN_VALUE}}) {
          assertThatExceptionOfType(LayoutException.class)
              .isThrownBy(() -> heap.tryAllocate(layout[0], layout[1]));
        }
        heap.validate();
        assertThat(heap.stats().liveBlocks()).isZero();
      }
    }
    try (RealtimeHeap heap = RealtimeHeap.confined(100_000)) {
      MemorySegment block = heap.allocate(16, 1);
      assertThat(heap.resize(block, Long.MAX_VALUE)).isNull();
      assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> heap.resize(block, -1));
      heap.free(block);
    }
  }

  @Test
  void memoryOfTheCallerIsUsedFromItsFirstGranuleToItsLast() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1 << 16, 1 << 16);
      for (int begin : new int[] {0, 1, 15, 16, 17, 4095, 65_535}) {
        for (int less : new int[] {0, 1, 16, 17}) {
          long size = Math.max((1 << 16) - begin - less, 0);
          try (RealtimeHeap heap = RealtimeHeap.confinedOver(memory.asSlice(begin, size))) {
            heap.onLeak(_ -> {});
            long blocks = 0;
            while (heap.tryAllocate(16, 16) != null) {
              blocks++;
            }
            heap.validate();
            int first = (begin + 15) / 16;
            assertThat(blocks).isEqualTo(Math.max((begin + size) / 16 - first, 0));
          }
        }
      }
    }
  }

  @Test
  void whatLiesInTheRoomOfABlockIsInsideItAndAllElseIsNotLive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3000, 16);
      for (int begin = 0; begin < 40; begin += 8) {
        for (int size = 16; size < 2500; size += 37) {
          MemorySegment part = memory.asSlice(begin, size);
          try (RealtimeHeap heap = RealtimeHeap.sharedOver(part).onLeak(_ -> {})) {
            MemorySegment block = heap.tryAllocate(size / 3, 1);
            long from = block == null ? 0 : block.address();
            long to = block == null ? 0 : from + heap.usableSize(block);
            // From the first whole granule to the end of the last one.
            for (int at = (begin + 15) & -16; at < ((begin + size) & -16); at += 8) {
              MemorySegment view = memory.asSlice(at, 0);
              if (view.address() != from) {
                InvalidBlockException.Kind expected =
                    view.address() > from && view.address() < to
                        ? InvalidBlockException.Kind.INTERIOR
                        : InvalidBlockException.Kind.NOT_LIVE;
                assertThatExceptionOfType(InvalidBlockException.class)
                    .isThrownBy(() -> heap.free(view))
                    .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(expected));
              }
            }
          }
        }
      }
    }
  }

  @Test
  void aConfinedHeapRefusesOtherThreads() throws InterruptedException {
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 16)) {
      MemorySegment block = heap.allocate(64, 1);
      for (Runnable call :
          List.<Runnable>of(
              () -> heap.allocate(8, 1),
              () -> heap.free(block),
              () -> heap.resize(block, 8),
              heap::stats,
              heap::classes,
              heap::validate,
              heap::confinedArena,
              heap::close)) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        call.run();
                      } catch (Throwable failure) {
                        thrown.set(failure);
                      }
                    });
        other.join();
        assertThat(thrown.get())
            .isInstanceOf(WrongThreadException.class)
            .hasMessageContaining("open one in each thread, or a shared one");
      }
      heap.free(block);
    }
  }

  @Test
  void anArenaOverAHeapKeepsItOpen() {
    RealtimeHeap heap = RealtimeHeap.shared(1 << 16);
    try (Arena arena = heap.sharedArena()) {
      arena.allocate(100, 8);
      assertThatIllegalStateException().isThrownBy(heap::close);
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.close();
    heap.close();
  }

  @Test
  void sizesThatNoHeapCanHaveAreRefused() {
    for (long byteSize : new long[] {-1, RealtimeHeap.MAX_BYTES + 1, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> RealtimeHeap.confined(byteSize));
      assertThatIllegalArgumentException().isThrownBy(() -> RealtimeHeap.shared(byteSize));
    }
    MemorySegment readOnly = MemorySegment.ofArray(new byte[64]).asReadOnly();
    assertThatIllegalArgumentException().isThrownBy(() -> RealtimeHeap.sharedOver(readOnly));
  }
}
