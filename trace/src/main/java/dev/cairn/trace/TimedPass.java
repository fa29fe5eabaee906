package dev.cairn.trace;

import org.HdrHistogram.Histogram;

/// Replays many times to measure time, all with one contestant, so that its memory is warm.
///
/// What is still live at the end of the trace is freed between two rounds, outside the measured
/// time. Blocks are written to, one byte in each page: an allocator that hands out memory which is
/// not yet there has not done the work yet.
final class TimedPass {
  private static final int HISTOGRAM_DIGITS = 3;
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  private final Script script;
  private final Contestant contestant;
  // Per slot: the size of the block in it. Of a reallocated one only what it gained is written to.
  private final long[] sizeIn;

  TimedPass(Script script, Contestant contestant) {
    this.script = script;
    this.contestant = contestant;
    this.sizeIn = new long[script.slots];
  }

  /// Runs rounds until they have taken so much time together, and at least one.
  ///
  /// @return nanoseconds per round
  double run(long nanos, Meter meter) {
    long taken = 0;
    int rounds = 0;
    do {
      meter.at(taken, nanos);
      long start = System.nanoTime();
      round();
      taken += System.nanoTime() - start;
      clear();
      rounds++;
    } while (taken < nanos);
    return (double) taken / rounds;
  }

  /// Runs rounds until so many operations were measured one by one, and at least one.
  ///
  /// @return how many nanoseconds they took, each with the time that it takes to look at the clock
  Histogram latencies(long operations, Meter meter) {
    Histogram latencies = new Histogram(LONGEST_NANOS, HISTOGRAM_DIGITS);
    do {
      meter.at(latencies.getTotalCount(), operations);
      measuredRound(latencies);
      clear();
    } while (latencies.getTotalCount() < operations && script.operations > 0);
    return latencies;
  }

  private void round() {
    byte[] codes = script.codes;
    byte[] alignmentShifts = script.alignmentShifts;
    int[] slotOf = script.slotOf;
    long[] byteSizes = script.byteSizes;
    int operations = script.operations;
    for (int i = 0; i < operations; i++) {
      int slot = slotOf[i];
      long size = byteSizes[i];
      switch (codes[i]) {
        case Trace.ALLOCATE -> {
          if (contestant.allocate(slot, size, 1L << alignmentShifts[i])) {
            contestant.touch(slot, 0);
            sizeIn[slot] = size;
          }
        }
        case Trace.ALLOCATE_ZEROED -> {
          if (contestant.allocateZeroed(slot, size, 1L << alignmentShifts[i])) {
            contestant.touch(slot, 0);
            sizeIn[slot] = size;
          }
        }
        case Trace.REALLOCATE -> {
          if (contestant.reallocate(slot, size, 1L << alignmentShifts[i])) {
            contestant.touch(slot, sizeIn[slot]);
            sizeIn[slot] = size;
          }
        }
        case Trace.FREE -> contestant.free(slot);
        default -> contestant.freeNull();
      }
    }
  }

  private void measuredRound(Histogram latencies) {
    for (int i = 0; i < script.operations; i++) {
      int slot = script.slotOf[i];
      long size = script.byteSizes[i];
      long alignment = 1L << script.alignmentShifts[i];
      boolean met = false;
      long start = System.nanoTime();
      switch (script.codes[i]) {
        case Trace.ALLOCATE -> met = contestant.allocate(slot, size, alignment);
        case Trace.ALLOCATE_ZEROED -> met = contestant.allocateZeroed(slot, size, alignment);
        case Trace.REALLOCATE -> met = contestant.reallocate(slot, size, alignment);
        case Trace.FREE -> contestant.free(slot);
        default -> contestant.freeNull();
      }
      long taken = System.nanoTime() - start;
      latencies.recordValue(Math.min(taken, LONGEST_NANOS));
      if (met) {
        contestant.touch(slot, script.codes[i] == Trace.REALLOCATE ? sizeIn[slot] : 0);
        sizeIn[slot] = size;
      }
    }
  }

  private void clear() {
    for (int slot = 0; slot < script.slots; slot++) {
      contestant.free(slot);
    }
  }
}
