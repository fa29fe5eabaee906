package dev.cairn.trace;

import dev.cairn.memory.HeapSizing;

/// What a trace asks for at most, as the sizes of heaps are computed from it.
///
/// @param peakLiveBytes the largest sum of the sizes of live blocks, as asked for
/// @param figures the peak, the smallest and the largest request, as [HeapSizing] counts them
/// @param roundedPeakBytes the most that can be live at once in a [dev.cairn.memory.RealtimeHeap],
///     which rounds sizes up
record Demand(long peakLiveBytes, HeapSizing figures, long roundedPeakBytes) {
  private static final long SMALLEST_FRAGMENT = 16;

  /// Sums up a trace.
  ///
  /// @param trace the trace
  /// @param memoryBytes the memory that there is
  /// @throws IllegalArgumentException if the trace has no requests, or needs more memory than that
  static Demand of(Trace trace, long memoryBytes) {
    Sum sum = new Sum(trace, memoryBytes);
    for (int i = 0; i < trace.operations(); i++) {
      sum.add(i);
    }
    if (sum.largest == 0) {
      throw new IllegalArgumentException(
          trace.name() + " asks for no memory: a heap of no bytes will do");
    }
    return new Demand(
        sum.askedPeak, new HeapSizing(sum.heldPeak, sum.smallest, sum.largest), sum.roundedPeak);
  }

  /// As much as a block of a size takes in a [dev.cairn.memory.RealtimeHeap].
  private static long rounded(long byteSize) {
    return byteSize <= SMALLEST_FRAGMENT
        ? SMALLEST_FRAGMENT
        : Long.highestOneBit(byteSize - 1) << 1;
  }

  /// The figures while they are being summed up.
  private static final class Sum {
    private final Trace trace;
    private final long memoryBytes;
    // Per block: what was asked for last, and the most that was, with what alignment adds.
    private final long[] asked;
    private final long[] held;
    private long askedLive;
    private long askedPeak;
    private long heldLive;
    private long heldPeak;
    private long roundedLive;
    private long roundedPeak;
    private long smallest = Long.MAX_VALUE;
    private long largest;

    Sum(Trace trace, long memoryBytes) {
      this.trace = trace;
      this.memoryBytes = memoryBytes;
      this.asked = new long[trace.blocks()];
      this.held = new long[trace.blocks()];
    }

    void add(int i) {
      switch (trace.kind(i)) {
        case ALLOCATE, REALLOCATE -> request(i, trace.block(i));
        case FREE -> end(trace.block(i));
        case FREE_NULL -> {
          // It asks for nothing.
        }
      }
    }

    private void request(int i, int block) {
      long counted = Math.max(Math.max(trace.byteSize(i), trace.byteAlignment(i)), 1);
      // A block that is reallocated is there twice while it moves.
      if (counted > memoryBytes - heldLive) {
        throw new IllegalArgumentException(
            "%s asks for %,d bytes by operation %,d, while %,d are live: this machine has %,d bytes"
                    .formatted(trace.name(), counted, i, heldLive, memoryBytes)
                + " of memory, so size it on a larger one");
      }
      smallest = Math.min(smallest, counted);
      largest = Math.max(largest, counted);
      heldPeak = Math.max(heldPeak, heldLive + counted);

      long before = held[block];
      // What fits in the fragment of before stays there, and keeps it until it is freed.
      boolean moves = before == 0 || rounded(counted) > rounded(before);
      roundedPeak = Math.max(roundedPeak, roundedLive + (moves ? rounded(counted) : 0));

      long after = Math.max(before, counted);
      roundedLive += rounded(after) - (before == 0 ? 0 : rounded(before));
      heldLive += after - before;
      held[block] = after;
      askedLive += trace.byteSize(i) - asked[block];
      asked[block] = trace.byteSize(i);
      askedPeak = Math.max(askedPeak, askedLive);
    }

    private void end(int block) {
      askedLive -= asked[block];
      heldLive -= held[block];
      roundedLive -= rounded(held[block]);
    }
  }
}
