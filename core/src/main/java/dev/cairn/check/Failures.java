package dev.cairn.check;

import java.util.SplittableRandom;

/// Which requests a [FailingAllocator] refuses.
///
/// The allocator asks once for each request, one at a time.
@FunctionalInterface
public interface Failures {
  /// Says whether a request fails.
  ///
  /// @param request its number, from 1: counted are blocks asked for, and blocks that are to grow
  /// @param byteSize the size asked for, in bytes
  /// @param liveBytes the sizes of the live blocks together, in bytes, without this one
  /// @return true if there shall be no room for it
  boolean refuses(long request, long byteSize, long liveBytes);

  /// No request fails.
  ///
  /// @return the failures
  static Failures none() {
    return (_, _, _) -> false;
  }

  /// One request fails, and those before and after it do not.
  ///
  /// @param number its number, from 1
  /// @return the failures
  static Failures only(long number) {
    return (request, _, _) -> request == number;
  }

  /// A request fails, and each after it.
  ///
  /// @param number the number of the first that does, from 1
  /// @return the failures
  static Failures from(long number) {
    return (request, _, _) -> request >= number;
  }

  /// Requests for more than some bytes fail.
  ///
  /// @param bytes the most that is not refused
  /// @return the failures
  static Failures above(long bytes) {
    return (_, byteSize, _) -> byteSize > bytes;
  }

  /// Requests fail that would make more bytes live than a budget has.
  ///
  /// @param bytes the budget
  /// @return the failures
  static Failures beyondBudget(long bytes) {
    return (_, byteSize, liveBytes) -> byteSize > bytes - liveBytes;
  }

  /// Requests fail at random, the same ones each time for the same seed.
  ///
  /// @param probability how probable it is for each, from 0 to 1
  /// @param seed where the random numbers begin
  /// @return the failures
  /// @throws IllegalArgumentException if the probability is none
  static Failures atRandom(double probability, long seed) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "a probability of " + probability + ": choose one from 0 to 1");
    }
    SplittableRandom random = new SplittableRandom(seed);
    return (_, _, _) -> random.nextDouble() < probability;
  }
}
