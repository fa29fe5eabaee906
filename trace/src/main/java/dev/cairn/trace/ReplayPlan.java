package dev.cairn.trace;

import dev.cairn.memory.Heap;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// How thoroughly to measure a replay, and how much memory it may make live.
///
/// @param warmUp how long to replay before anything is timed
/// @param runs how many times to measure the speed; the median is taken
/// @param runTime how long each of them is, at least; a trace that takes longer is replayed once
/// @param latencyOperations how many operations to measure one by one, at least
/// @param byteLimit the most bytes that may be live: requests beyond it are not made, and count as
///     failed
public record ReplayPlan(
    Duration warmUp, int runs, Duration runTime, long latencyOperations, long byteLimit) {
  /// Makes the plan.
  ///
  /// @throws IllegalArgumentException if a duration or the limit is negative, or there are no runs
  public ReplayPlan {
    if (warmUp.isNegative() || runTime.isNegative() || runs < 1 || byteLimit < 0) {
      throw new IllegalArgumentException(
          "a plan of "
              + runs
              + " runs of "
              + runTime
              + " after "
              + warmUp
              + " with "
              + byteLimit
              + " bytes: plan for one run or more, and for no less than nothing");
    }
  }

  /// A plan for figures that will be reported: some three seconds for each replay of a short trace.
  ///
  /// @return the plan, with a quarter of this machine's memory as its limit
  public static ReplayPlan thorough() {
    return new ReplayPlan(
        Duration.ofSeconds(1), 5, Duration.ofMillis(200), 500_000, quarterOfMemory());
  }

  /// A plan for a first look: a second or two with the start of its JVM.
  ///
  /// @return the plan, with a quarter of this machine's memory as its limit
  public static ReplayPlan quick() {
    return new ReplayPlan(
        Duration.ofMillis(600), 3, Duration.ofMillis(40), 50_000, quarterOfMemory());
  }

  // What the JVM takes for its own heap if it is not told: it leaves room for that and for others.
  private static long quarterOfMemory() {
    return totalMemory() / 4;
  }

  /// The memory of this machine, or of the part of it that this process may use.
  static long totalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Heap.MAX_BYTES;
  }
}
