package dev.cairn.bench;

import java.util.LinkedHashMap;
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
    /// A loop with all its sizes: fewer JVMs to start, but what the compiler learnt of one size
    /// shapes the code for the next. Different loops always are apart: after another loop, a heap
    /// is in another state, which made a hand-over up to five times faster or slower.
    LOOP,
    /// A loop with one size.
    COLUMN
  }

  /// A first look, in less than three minutes for everything.
  static Plan quick() {
    return new Plan(3, 150, 30, 3, Turns.LOOP);
  }

  /// Figures to publish, in less than an hour for everything.
  static Plan thorough() {
    return new Plan(5, 2000, 200, 5, Turns.COLUMN);
  }

  /// The columns, parted into what runs in one JVM.
  List<List<Column>> parted(List<Column> columns) {
    return switch (turns) {
      case LOOP ->
          List.copyOf(
              columns.stream()
                  .collect(
                      Collectors.groupingBy(
                          Column::family, LinkedHashMap::new, Collectors.toList()))
                  .values());
      case COLUMN -> columns.stream().map(List::of).toList();
    };
  }
}
