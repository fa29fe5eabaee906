package dev.cairn.engine;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Gives memory back to the system some time after it came out of use, also if nobody uses the heap
/// any more.
///
/// It sleeps until [#wake(PagedHeap)] says that there may be something to do, and for no longer
/// than the decay time while there are slabs: what a thread puts into its cache wakes nobody. No
/// thread is its own: the JDK's timer wakes it. A heap that nobody refers to is not kept by it.
final class Upkeep {
  private final long decayMillis;
  private final AtomicBoolean isDue = new AtomicBoolean();

  /// @param decayMillis how long to wait; negative for ever
  Upkeep(long decayMillis) {
    this.decayMillis = decayMillis;
  }

  /// Sees to it that the heap is looked at after a while.
  void wake(PagedHeap heap) {
    if (decayMillis >= 0 && !isDue.get() && isDue.compareAndSet(false, true)) {
      try {
        WeakReference<PagedHeap> reference = new WeakReference<>(heap);
        CompletableFuture.delayedExecutor(decayMillis, TimeUnit.MILLISECONDS)
            .execute(() -> run(reference));
      } catch (VirtualMachineError | RejectedExecutionException lacking) {
        // No thread, no memory: the next call asks again. This one shall not fail for it.
        isDue.set(false);
      }
    }
  }

  /// Does something while no memory is given back behind its back.
  synchronized void pauseFor(Runnable action) {
    action.run();
  }

  private void run(WeakReference<PagedHeap> reference) {
    isDue.set(false);
    PagedHeap heap = reference.get();
    if (heap != null) {
      synchronized (this) {
        heap.trim();
      }
      if (heap.hasOpenSlabs()) {
        wake(heap);
      }
    }
  }
}
