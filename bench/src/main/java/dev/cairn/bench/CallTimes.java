package dev.cairn.bench;

import org.HdrHistogram.Histogram;

/// How long each call took, in nanoseconds; allocations and frees apart.
///
/// A time is the difference of two looks at the clock: it has the cost of one look in it, which is
/// what [NoBlocks] shows. Nothing here makes garbage after construction.
final class CallTimes {
  /// The methods that are timed, for `-XX:CompileCommand`: they are not to be inlined, since
  /// compilers may move what they inline out of the time.
  static final String TIMED = CallTimes.class.getName() + "::timed*";

  // Longer than any test would wait; what takes longer counts as this.
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private final Histogram allocations = new Histogram(LONGEST_NANOS, DIGITS);
  private final Histogram frees = new Histogram(LONGEST_NANOS, DIGITS);

  /// The times of allocations, each with the write of the block's first eight bytes.
  Histogram allocations() {
    return allocations;
  }

  /// The times of frees.
  Histogram frees() {
    return frees;
  }

  /// Forgets all times.
  void reset() {
    allocations.reset();
    frees.reset();
  }

  /// Runs a part of a program.
  ///
  /// @param blocks who serves the calls
  /// @param program the program, which goes on where it was
  /// @param calls how many calls
  void run(Slots blocks, WorstCase program, long calls) {
    for (long call = 0; call < calls; call++) {
      int byteSize = program.next();
      int slot = program.slot();
      long start = System.nanoTime();
      if (byteSize == 0) {
        timedFree(blocks, slot);
        record(frees, System.nanoTime() - start);
      } else {
        timedAllocate(blocks, slot, byteSize);
        record(allocations, System.nanoTime() - start);
      }
    }
  }

  private static void timedAllocate(Slots blocks, int slot, int byteSize) {
    blocks.allocate(slot, byteSize);
  }

  private static void timedFree(Slots blocks, int slot) {
    blocks.free(slot);
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.min(nanos, LONGEST_NANOS));
  }
}
