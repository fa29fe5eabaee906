package dev.cairn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// The comparison of [Latency] for a number of calls, as tables in Markdown.
final class LatencyTable {
  private static final List<String> UNITS = List.of("ns", "µs", "ms", "s");

  private LatencyTable() {}

  /// How long calls took.
  ///
  /// @param parts what was measured, by entrant
  static List<String> times(Map<Entrant, LatencyPart> parts) {
    List<String> lines = new ArrayList<>();
    lines.add("| | call | p50 | p99 | p99.9 | p99.99 | max |");
    lines.add("|---|---|---|---|---|---|---|");
    parts.forEach(
        (entrant, part) -> {
          lines.add(line(entrant.id(), "allocate", part.allocations()));
          lines.add(line("", "free", part.frees()));
        });
    return lines;
  }

  private static String line(String name, String call, Histogram times) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s |",
        name,
        call,
        time(times.getValueAtPercentile(50)),
        time(times.getValueAtPercentile(99)),
        time(times.getValueAtPercentile(99.9)),
        time(times.getValueAtPercentile(99.99)),
        time(times.getMaxValue()));
  }

  /// What the JVMs did meanwhile.
  ///
  /// @param parts what was measured, by entrant
  static List<String> causes(Map<Entrant, LatencyPart> parts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| | garbage per call, bytes | collections | safepoints | the longest | compilations"
            + " | page faults | preemptions |");
    lines.add("|---|---|---|---|---|---|---|---|");
    parts.forEach(
        (entrant, part) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %d | %s | %d | %d | %d |",
                    entrant.id(),
                    garbage(part),
                    part.collections(),
                    part.safepoints(),
                    part.safepoints() == 0 ? "–" : time(part.longestSafepointNanos()),
                    part.compilations(),
                    part.interruptions().pageFaults(),
                    part.interruptions().preemptions())));
    return lines;
  }

  private static String garbage(LatencyPart part) {
    // Zero is said of nothing that is only nearly so.
    return part.garbageBytes() == 0
        ? "0"
        : String.format(Locale.ROOT, "%.3g", (double) part.garbageBytes() / part.calls());
  }

  /// A time with three digits: `123 ns`, `1.23 µs`, `12.3 ms`.
  ///
  /// @param nanos the time in nanoseconds
  static String time(long nanos) {
    double value = nanos;
    int unit = 0;
    // What would be rounded to 1000 is one of the next unit.
    while (value >= 999.5 && unit < UNITS.size() - 1) {
      value /= 1000;
      unit++;
    }
    String format =
        unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, UNITS.get(unit));
  }
}
