package dev.cairn.trace;

import dev.cairn.memory.HeapSizing;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.trace.SizingResult.Bound;
import dev.cairn.trace.SizingResult.Outcome;
import dev.cairn.trace.SizingResult.Proof;
import dev.cairn.trace.SizingResult.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Finds how large a heap of an exact size must be for a recorded program.
///
/// [HeapSizing] computes the size from what the program asks for at most, and a replay at that size
/// verifies it. For each allocator that has an exact size, the smallest one at which no request is
/// refused is found by replays, too.
///
/// One thread replays the operations of all threads of the trace, in their order. No memory of a
/// block is touched but by the region, which zeroes: heaps may be larger than what is free.
public final class Sizing {
  // The search goes up from what is live at most, in strides that double, to the first size that
  // is enough, and halves the last stride. So it ends at a size that is enough, a step above one
  // that is not. That there is no other such place below or above is not certain: where blocks lie
  // depends on the size, and a heap that is larger can have the worse luck. The next few steps are
  // replayed to show how much of that there is.
  private static final int STEPS_OF_PEAK = 256;
  private static final int LARGER = 16;
  // What o1heap puts before each fragment, where addresses have 64 bits.
  private static final long O1HEAP_HEADER = 32;

  private final Trace trace;
  private final long memoryBytes;
  private final SizingProgress progress;
  private final Demand demand;
  private final FittingPass pass;
  private double done;

  private Sizing(Trace trace, long memoryBytes, SizingProgress progress) {
    this.trace = trace;
    this.memoryBytes = memoryBytes;
    this.progress = progress;
    this.demand = Demand.of(trace, memoryBytes);
    this.pass = new FittingPass(new Script(trace, Long.MAX_VALUE));
  }

  /// Finds the sizes for a trace.
  ///
  /// ## Cost
  /// Some hundred replays: seconds, for a hundred thousand operations.
  ///
  /// @param trace the trace
  /// @param progress who wants to know how far it is
  /// @return the sizes
  /// @throws IllegalArgumentException if the trace asks for no memory, or for more than this
  ///     machine has
  public static SizingResult of(Trace trace, SizingProgress progress) {
    return of(trace, ReplayPlan.totalMemory(), progress);
  }

  static SizingResult of(Trace trace, long memoryBytes, SizingProgress progress) {
    return new Sizing(trace, memoryBytes, progress).result();
  }

  private SizingResult result() {
    HeapSizing figures = demand.figures();
    long own = figures.realtimeHeapBytes(demand.roundedPeakBytes());
    // What lies before the first multiple of the largest request is lost.
    long over = own + figures.realtimeHeapBytesOver() - figures.realtimeHeapBytes();
    FixedKind realtime = FixedKind.realtime(most(own));
    FixedKind realtimeOver = FixedKind.realtimeOver(most(over));
    List<FixedKind> kinds = new ArrayList<>(List.of(realtime, realtimeOver));
    kinds.addAll(FixedKind.others(memoryBytes));

    List<Proof> proofs =
        List.of(
            proof(realtime, own),
            proof(realtimeOver, over),
            proof(realtime, figures.realtimeHeapBytes()));
    List<Trial> trials = new ArrayList<>();
    for (FixedKind kind : kinds) {
      done = (double) trials.size() / kinds.size();
      trials.add(trial(kind));
    }
    return new SizingResult(
        trace.name(),
        trace.operations(),
        demand.peakLiveBytes(),
        figures.peakLiveBytes(),
        demand.roundedPeakBytes(),
        figures.smallestByteSize(),
        figures.largestByteSize(),
        bounds(figures, own, over),
        proofs,
        // One that is too small for what is live has nothing to be found.
        trials.stream().filter(trial -> trial.mostBytes() >= demand.peakLiveBytes()).toList());
  }

  /// Where to stop looking for what is proved to be there.
  private long most(long bound) {
    return Math.min(2 * bound, Math.min(memoryBytes, RealtimeHeap.MAX_BYTES));
  }

  /// The bounds for some figures, of which the first two are known better.
  static List<Bound> bounds(HeapSizing figures, long own, long over) {
    String cairn = "this project, docs/design/realtime.md";
    return List.of(
        new Bound("RealtimeHeap", own, cairn),
        new Bound("RealtimeHeap, over", over, cairn),
        bound("RealtimeHeap, of three figures", figures::realtimeHeapBytes, cairn),
        bound("first fit", figures::firstFitBytes, "Robson 1977"),
        bound("half-fit", figures::halfFitBytes, "Ogasawara 1995, Herter 2014"),
        bound("half-fit, o1heap", () -> figures.halfFitBytes(O1HEAP_HEADER), "o1heap"),
        bound("best fit, TLSF", figures::bestFitBytes, "Robson 1977"));
  }

  private static Bound bound(String strategy, LongSupplier byteSize, String source) {
    @Nullable Long bytes;
    try {
      bytes = byteSize.getAsLong();
    } catch (IllegalArgumentException _) {
      // More than a long holds.
      bytes = null;
    }
    return new Bound(strategy, bytes, source);
  }

  private Proof proof(FixedKind kind, long byteSize) {
    if (byteSize > Math.min(memoryBytes, RealtimeHeap.MAX_BYTES)) {
      return new Proof(kind.name(), byteSize, Outcome.TOO_LARGE, null);
    }
    int refused = firstRefused(kind, byteSize);
    return refused == FittingPass.NONE
        ? new Proof(kind.name(), byteSize, Outcome.MET, null)
        : new Proof(kind.name(), byteSize, Outcome.REFUSED, refused);
  }

  private Trial trial(FixedKind kind) {
    long step =
        Math.max(Long.highestOneBit(demand.peakLiveBytes() / STEPS_OF_PEAK), kind.granule());
    long most = kind.most() / step * step;
    long met = smallest(kind, step, most);
    if (met > most) {
      return new Trial(kind.name(), null, step, kind.least(), most, 0, 0);
    }
    int tried = 0;
    int refused = 0;
    for (long size = met + step; size <= most && tried < LARGER; size += step) {
      tried++;
      refused += meets(kind, size) ? 0 : 1;
    }
    return new Trial(kind.name(), met, step, kind.least(), most, tried, refused);
  }

  /// The smallest size that was found, or one that is larger than `most`.
  private long smallest(FixedKind kind, long step, long most) {
    // At least what is live, and that in steps.
    long size = Math.ceilDiv(Math.max(demand.peakLiveBytes(), kind.least()), step) * step;
    long refused = size - step;
    for (long stride = step; size <= most && !meets(kind, size); stride *= 2) {
      refused = size;
      size = size < most ? Math.min(size + stride, most) : most + step;
    }
    long met = size;
    while (met <= most && met - refused > step) {
      long middle = refused + (met - refused) / step / 2 * step;
      if (meets(kind, middle)) {
        met = middle;
      } else {
        refused = middle;
      }
    }
    return met;
  }

  private boolean meets(FixedKind kind, long byteSize) {
    return firstRefused(kind, byteSize) == FittingPass.NONE;
  }

  private int firstRefused(FixedKind kind, long byteSize) {
    progress.at(kind.name(), byteSize, done);
    try {
      return kind.opener().firstRefused(pass, byteSize);
    } catch (OutOfMemoryError failure) {
      throw new IllegalArgumentException(
          "%s at %,d bytes, as %s: %s; give the JVM more, or size it on a larger machine"
              .formatted(trace.name(), byteSize, kind.name(), failure.getMessage()),
          failure);
    }
  }
}
