package dev.cairn.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What was measured so far: times in nanoseconds, by contestant and column.
final class Samples {
  private final Map<String, Map<String, List<Double>>> samples = new LinkedHashMap<>();

  /// Adds a sample.
  ///
  /// @param contestant whose it is
  /// @param column the name of the column it is for
  /// @param nanos the time in nanoseconds
  void add(String contestant, String column, double nanos) {
    samples
        .computeIfAbsent(contestant, _ -> new LinkedHashMap<>())
        .computeIfAbsent(column, _ -> new ArrayList<>())
        .add(nanos);
  }

  /// The contestants that have a sample, in the order of their first.
  List<String> contestants() {
    return List.copyOf(samples.keySet());
  }

  /// The middle one of a contestant's samples; of an even number the mean of the middle two.
  ///
  /// @param contestant the contestant
  /// @param column the name of the column
  /// @return the time in nanoseconds, if there is any
  OptionalDouble median(String contestant, String column) {
    List<Double> all =
        samples.getOrDefault(contestant, Map.of()).getOrDefault(column, List.of()).stream()
            .sorted()
            .toList();
    int count = all.size();
    return count == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((all.get((count - 1) / 2) + all.get(count / 2)) / 2);
  }
}
