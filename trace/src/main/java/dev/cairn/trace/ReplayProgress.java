package dev.cairn.trace;

/// Somebody who wants to know how far a replay is.
@FunctionalInterface
public interface ReplayProgress {
  /// A part of a replay.
  enum Pass {
    /// Checking that the allocator keeps its word.
    VERIFY,
    /// Finding the peak footprint.
    FOOTPRINT,
    /// Running until the JVM has compiled what runs.
    WARM_UP,
    /// Measuring operations per second.
    TIME,
    /// Measuring each operation.
    LATENCY
  }

  /// Nobody.
  ReplayProgress NONE = (_, _) -> {};

  /// Says how far a replay is. It is called from time to time, with the fraction growing, from the
  /// thread that asked for the replay.
  ///
  /// @param pass the pass that is running
  /// @param fraction how much of that pass is done, from 0 to 1
  void at(Pass pass, double fraction);
}
