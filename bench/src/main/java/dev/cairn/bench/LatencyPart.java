package dev.cairn.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/// What was measured of an entrant over so many calls, and what its JVM did meanwhile.
///
/// @param calls how many calls
/// @param allocations how long each allocation took, in nanoseconds
/// @param frees how long each free took, in nanoseconds
/// @param garbageBytes what the measuring thread allocated on the Java heap, in bytes
/// @param collections how often the collector ran
/// @param interruptions what the system did to the measuring thread
/// @param compilations how often a method was compiled
/// @param safepoints how often all threads were stopped
/// @param longestSafepointNanos for how long at most
record LatencyPart(
    long calls,
    Histogram allocations,
    Histogram frees,
    long garbageBytes,
    long collections,
    Interruptions interruptions,
    long compilations,
    long safepoints,
    long longestSafepointNanos) {
  /// What makes a JVM log that of which [#of] counts the lines.
  static final String LOG = "-Xlog:safepoint=info,jit+compilation=debug:stdout:tags";

  private static final Pattern SAFEPOINT =
      Pattern.compile("\\[safepoint *] .* Total: +(\\d+) ns.*");
  private static final Pattern COMPILATION = Pattern.compile("\\[jit,compilation *] .*");
  // Compiled code that is thrown away is logged in the same form.
  private static final String DISCARDED = "made not entrant";

  /// Puts together what is known.
  ///
  /// @param log the lines that the JVM logged meanwhile
  static LatencyPart of(
      Histogram allocations,
      Histogram frees,
      long garbageBytes,
      long collections,
      Interruptions interruptions,
      List<String> log) {
    long[] safepoints =
        log.stream()
            .map(SAFEPOINT::matcher)
            .filter(Matcher::matches)
            .mapToLong(match -> Long.parseLong(match.group(1)))
            .sorted()
            .toArray();
    return new LatencyPart(
        allocations.getTotalCount() + frees.getTotalCount(),
        allocations,
        frees,
        garbageBytes,
        collections,
        interruptions,
        log.stream()
            .filter(line -> COMPILATION.matcher(line).matches() && !line.contains(DISCARDED))
            .count(),
        safepoints.length,
        safepoints.length == 0 ? 0 : safepoints[safepoints.length - 1]);
  }
}
