package dev.cairn.bench;

/// Random numbers that cost little beside what they are used for: Marsaglia's xorshift, with the
/// same seed in every run and in the C program.
final class Dice {
  private static final int SMALLEST = 16;

  private long state = 0x9e3779b97f4a7c15L;

  /// The next number.
  long next() {
    long x = state;
    x ^= x << 13;
    x ^= x >>> 7;
    x ^= x << 17;
    state = x;
    return x;
  }

  /// A size whose logarithm is uniform, so that a size twice as large is half as frequent.
  ///
  /// @param limit where sizes, which begin at 16 bytes, end
  /// @return the size in bytes
  int powerLaw(int limit) {
    double uniform = (next() >>> 11) * 0x1.0p-53;
    return (int) (SMALLEST * Math.pow((double) limit / SMALLEST, uniform));
  }

  /// Picks one of several.
  ///
  /// @param random a number of [#next()]
  /// @param count how many there are
  /// @return which, from 0
  static int pick(long random, int count) {
    return (int) (((random >>> 32) * count) >>> 32);
  }
}
