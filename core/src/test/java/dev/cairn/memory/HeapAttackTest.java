package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.platform.Reservation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What was once possible, and must not be.
class HeapAttackTest {

  @Test
  void whatAResizeFreesIsCappedToo() {
    try (Heap heap = Heap.builder().retaining(1 << 20).growable(1 << 30)) {
      MemorySegment block = heap.allocate(100 << 20, 1);
      MemorySegment small = heap.resize(block, 100_000);
      assertThat(small).isNotNull();
      assertThat(heap.stats().retainedBytes()).isLessThanOrEqualTo(1 << 20);
      heap.free(small);
    }
  }

  @Test
  void anAlignmentBeyondAllMemoryFindsNoRoomAndCostsNothing() {
    for (HeapBuilder builder : List.of(Heap.builder(), Heap.builder().fromArenas())) {
      try (Heap heap = builder.growable(Long.MAX_VALUE)) {
        MemorySegment block = heap.allocate(100_000, 1);
        long before = heap.stats().metadataBytes();
        for (int shift = 47; shift <= 62; shift++) {
          long alignment = 1L << shift;
          assertThatThrownBy(() -> heap.allocate(16, alignment))
              .isInstanceOf(MemoryExhaustedException.class);
        }
        assertThat(heap.stats().metadataBytes()).isEqualTo(before);
        heap.free(block);
        heap.validate();
      }
    }
  }

  @Test
  void allOfAGrowableHeapCanBeOneAlignedBlock() {
    Assumptions.assumeTrue(Reservation.isSupported());
    try (Heap heap = Heap.growable(4 << 20)) {
      MemorySegment block = heap.allocate(4 << 20, 1 << 20);
      assertThat(block.address() % (1 << 20)).isZero();
      heap.free(block);
      heap.validate();
    }
  }

  @Test
  void aThreadThatComesWhileAHeapClosesIsToldThatItIsClosed() throws Exception {
    for (int round = 0; round < 1000; round++) {
      CyclicBarrier start = new CyclicBarrier(2);
      AtomicBoolean isClosed = new AtomicBoolean();
      Heap heap = Heap.growable(4 << 20);
      FutureTask<Integer> late =
          new FutureTask<>(
              () -> {
                start.await();
                return blocksAfter(heap, isClosed);
              });
      Thread.ofPlatform().start(late);
      start.await();
      for (int i = round; i > 0; i--) {
        Thread.onSpinWait();
      }
      heap.close();
      isClosed.set(true);
      assertThat(late.get()).isZero();
    }
  }

  /// Uses a heap until it is refused, and counts the blocks that were had after it closed.
  private static int blocksAfter(Heap heap, AtomicBoolean isClosed) {
    int late = 0;
    try {
      while (late < 100) {
        late += isClosed.get() ? 1 : 0;
        heap.free(heap.allocate(64, 1));
      }
    } catch (AllocatorClosedException refused) {
      return Math.max(late - 1, 0);
    }
    return late;
  }
}
