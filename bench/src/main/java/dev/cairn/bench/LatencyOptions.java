package dev.cairn.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What [Latency] is to do.
///
/// @param calls how many calls are measured, for each table
/// @param entrants who takes part
/// @param out the folder for the pictures; none if there are to be none
/// @param jvm further options for each JVM
record LatencyOptions(
    List<Long> calls, List<Entrant> entrants, @Nullable Path out, List<String> jvm) {
  /// What there is, for messages.
  static final String USAGE =
      "[--operations 1m,10m,100m] [--contestants realtime-raw,...] [--out FOLDER] [--jvm -X...,...]";

  private static final Pattern COUNT = Pattern.compile("([1-9][0-9]{0,11})([km]?)");

  /// Reads arguments.
  ///
  /// @param arguments the arguments, each option with its value
  /// @return what they ask for
  /// @throws IllegalArgumentException if they are not understood, with the reason
  static LatencyOptions of(String... arguments) {
    List<Long> calls = List.of(1_000_000L, 10_000_000L);
    List<Entrant> entrants = List.of(Entrant.values());
    Path out = null;
    List<String> jvm = List.of();
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + " needs a value: " + USAGE);
      }
      String value = rest.next();
      switch (option) {
        case "--operations" -> calls = parts(value).map(LatencyOptions::count).toList();
        case "--contestants" -> entrants = parts(value).map(Entrant::of).toList();
        case "--out" -> out = Path.of(value);
        case "--jvm" -> jvm = parts(value).toList();
        default -> throw new IllegalArgumentException("no option " + option + ": " + USAGE);
      }
    }
    return new LatencyOptions(calls, entrants, out, jvm);
  }

  private static Stream<String> parts(String value) {
    return Arrays.stream(value.split(",", -1));
  }

  private static long count(String text) {
    Matcher match = COUNT.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException(text + " operations: a number, as 500k, 1m or 1000000");
    }
    return Long.parseLong(match.group(1))
        * switch (match.group(2)) {
          case "k" -> 1_000;
          case "m" -> 1_000_000;
          default -> 1;
        };
  }
}
