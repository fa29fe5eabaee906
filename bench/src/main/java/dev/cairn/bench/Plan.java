package dev.cairn.bench;

import java.util.List;
import java.util.stream.Collectors;

/// How long to measure.
///
/// @param rounds how often every contestant has its turn
/// @param warmupMillis how long a loop of Java runs before it is measured
/// @param sampleMillis how long a sample takes
/// @param samples how many samples are taken of a loop in a turn, of which the median counts
/// @param turns what runs in one JVM
record Plan(int rounds, long warmupMillis, long sampleMillis, int samples, Turns turns) {
  /// What of a contestant runs in one JVM.
  enum Turns {
    /// All columns, but a hand-over apart: what churn leaves behind made it up to five times faster
    /// or slower. Fewer JVMs to start, but what the compiler learnt of one column shapes the next.
    TOGETHER,
    /// One column.
    APART
  }

  /// A first look, in less than three minutes for everything.
  static Plan quick() {
    return new Plan(3, 200, 30, 3, Turns.TOGETHER);
  }

  /// Figures to publish, in less than an hour for everything.
  static Plan thorough() {
    return new Plan(5, 2000, 200, 5, Turns.APART);
  }

  /// The columns, parted into what runs in one JVM.
  List<List<Column>> parted(List<Column> columns) {
    return switch (turns) {
      case TOGETHER ->
          columns.stream()
              .collect(Collectors.partitioningBy(column -> column.loop() == HandOver.class))
              .values()
              .stream()
              .filter(part -> !part.isEmpty())
              .toList();
      case APART -> columns.stream().map(List::of).toList();
    };
  }
}
