package dev.cairn.examples;

import dev.cairn.memory.HeapSizing;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A loop that runs a thousand times a second and allocates in each cycle, on a heap so large that
/// no request can fail.
final class ControlLoop {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  // So that the loop is compiled when it counts, as before a car leaves its yard.
  private static final int WARM_UP = 20_000;
  private static final int CYCLES = 1000;
  private static final int KEPT = 16;
  private static final int LARGEST = 512;

  private ControlLoop() {}

  static void main() {
    // @start region="program"
    HeapSizing sizing = new HeapSizing((KEPT + 1) * LARGEST, 64, LARGEST);
    try (RealtimeHeap heap = RealtimeHeap.confined(sizing.realtimeHeapBytes())) {
      MemorySegment[] kept = new MemorySegment[KEPT];
      for (int cycle = 0; cycle < WARM_UP; cycle++) {
        control(heap, kept, cycle);
      }
      long longest = 0;
      int missed = 0;
      long start = System.nanoTime();
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        long begin = System.nanoTime();
        control(heap, kept, WARM_UP + cycle);
        long taken = System.nanoTime() - begin;
        longest = Math.max(longest, taken);
        missed += taken > PERIOD_NANOS ? 1 : 0;
        LockSupport.parkNanos(start + (cycle + 1) * PERIOD_NANOS - System.nanoTime());
      }
      IO.println(
          heap
              + ": "
              + heap.stats().allocations()
              + " blocks, "
              + heap.stats().failures()
              + " requests failed");
      IO.println(missed + " of " + CYCLES + " deadlines missed");
      IO.println("the longest cycle took " + longest + " ns of " + PERIOD_NANOS + " ns");
      for (MemorySegment block : kept) {
        heap.free(block);
      }
    }
    // @end
  }

  /// Keeps what was measured in this cycle, and lets go of what was measured long ago.
  private static void control(RealtimeHeap heap, MemorySegment[] kept, int cycle) {
    MemorySegment measured = heap.allocate(64 + cycle * 37 % (LARGEST - 64), 8);
    measured.set(ValueLayout.JAVA_LONG, 0, cycle);
    int slot = cycle % KEPT;
    if (cycle >= KEPT) {
      heap.free(kept[slot]);
    }
    kept[slot] = measured;
  }
}
