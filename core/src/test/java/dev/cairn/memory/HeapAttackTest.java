package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.AllocatorClosedException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// What was once possible, and must not be.
class HeapAttackTest {

  @Test
  void aThreadThatComesWhileAHeapClosesIsToldThatItIsClosed() throws Exception {
    for (int round = 0; round < 1000; round++) {
      CyclicBarrier start = new CyclicBarrier(2);
      Heap heap = Heap.growable(4 << 20);
      FutureTask<Integer> blocks =
          new FutureTask<>(
              () -> {
                start.await();
                return blocksUntilClosed(heap);
              });
      Thread.ofPlatform().start(blocks);
      start.await();
      for (int i = round; i > 0; i--) {
        Thread.onSpinWait();
      }
      heap.close();
      assertThat(blocks.get()).isNotNegative();
    }
  }

  /// How many, or -1 if there is no end to it.
  private static int blocksUntilClosed(Heap heap) {
    try {
      for (int i = 0; i < 1_000_000; i++) {
        heap.free(heap.allocate(64, 1));
      }
      return -1;
    } catch (AllocatorClosedException closed) {
      return 0;
    }
  }
}
