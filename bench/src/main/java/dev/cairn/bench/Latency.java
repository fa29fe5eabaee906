package dev.cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/// `java -cp 'bench/target/classes:bench/target/lib/*' dev.cairn.bench.Latency --out docs`
///
/// How long each single call takes, in a program that is out to hurt: [WorstCase]. Prints tables of
/// what was measured, and draws the largest number of calls. An allocator that takes part by
/// addresses and by segments is drawn once, by addresses: more than seven lines are too many.
///
/// - `--operations`: how many calls each table is of, `1m,10m` unless given
/// - `--contestants`: who takes part, all unless given: see [Entrant]
/// - `--out`: the folder for `latency-allocation.svg` and `latency-free.svg`
/// - `--jvm`: further options for each JVM, as `-Xint`
///
/// A time begins when a call begins, also where the one before it was late: it is the time of the
/// call, not of a request that had to wait for it.
public final class Latency {
  private static final String ALLOCATION = "allocation";
  private static final String FREE = "free";

  private Latency() {}

  /// Measures, and prints.
  ///
  /// @param arguments as above
  /// @throws IOException if a picture cannot be written
  public static void main(String... arguments) throws IOException {
    LatencyOptions options;
    try {
      options = LatencyOptions.of(arguments);
      if (options.out() != null) {
        prepare(options.out());
      }
    } catch (IllegalArgumentException | IOException wrong) {
      System.err.println("latency: " + wrong.getMessage());
      System.exit(2);
      return;
    }
    // As it is before: load is what others do to the figures.
    System.out.println(Surroundings.describe());
    System.out.println(clock());
    System.out.println(program());
    long start = System.nanoTime();
    List<String> notes = new ArrayList<>();
    Map<Entrant, LatencyTurn.Outcome> outcomes = run(options, notes);
    notes.add("It took " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s.");
    for (int i = 0; i < options.calls().size(); i++) {
      Map<Entrant, LatencyPart> parts = new LinkedHashMap<>();
      int part = i;
      outcomes.forEach((entrant, outcome) -> parts.put(entrant, outcome.parts().get(part)));
      System.out.printf(Locale.ROOT, "%n%,d calls:%n%n", options.calls().get(i));
      LatencyTable.times(parts).forEach(System.out::println);
      System.out.println();
      LatencyTable.causes(parts).forEach(System.out::println);
    }
    System.out.println();
    notes.forEach(System.out::println);
    if (options.out() != null && !outcomes.isEmpty()) {
      draw(options, outcomes, options.out());
    }
  }

  private static Map<Entrant, LatencyTurn.Outcome> run(LatencyOptions options, List<String> notes) {
    Map<Entrant, LatencyTurn.Outcome> outcomes = new LinkedHashMap<>();
    for (Entrant entrant : options.entrants()) {
      System.err.println(entrant.id());
      try {
        LatencyTurn.Outcome outcome =
            LatencyTurn.take(entrant, LatencyTurn.BYTES_PER_CLASS, options.calls(), options.jvm());
        outcomes.put(entrant, outcome);
        notes.add(
            String.format(
                Locale.ROOT, "%s: %,d calls to warm up.", entrant.id(), outcome.warmupCalls()));
      } catch (UnsupportedOperationException | IOException failure) {
        notes.add("Without " + entrant.id() + ": " + failure.getMessage());
      }
    }
    return outcomes;
  }

  /// Makes the folder for the pictures, before anything is measured.
  ///
  /// @throws IOException if they could not be written there
  static void prepare(Path out) throws IOException {
    try {
      Files.createDirectories(out);
    } catch (IOException failure) {
      throw new IOException(
          "there can be no folder " + out + ": give another --out (" + failure + ")", failure);
    }
    for (String picture : List.of(ALLOCATION, FREE)) {
      LatencyChart.requireWritable(file(out, picture));
    }
  }

  private static Path file(Path out, String picture) {
    return out.resolve("latency-" + picture + ".svg");
  }

  private static void draw(
      LatencyOptions options, Map<Entrant, LatencyTurn.Outcome> outcomes, Path out)
      throws IOException {
    long most = options.calls().stream().mapToLong(Long::longValue).max().orElseThrow();
    int part = options.calls().indexOf(most);
    Map<String, Function<LatencyPart, Histogram>> pictures = new LinkedHashMap<>();
    pictures.put(ALLOCATION, LatencyPart::allocations);
    pictures.put(FREE, LatencyPart::frees);
    for (Map.Entry<String, Function<LatencyPart, Histogram>> picture : pictures.entrySet()) {
      Map<String, Histogram> lines = new LinkedHashMap<>();
      outcomes.forEach(
          (entrant, outcome) -> {
            if (!entrant.hasRawForm(outcomes.keySet())) {
              lines.put(entrant.id(), picture.getValue().apply(outcome.parts().get(part)));
            }
          });
      Path file = file(out, picture.getKey());
      LatencyChart.write(
          file,
          String.format(Locale.ROOT, "Time of each %s in %,d calls", picture.getKey(), most),
          lines);
      System.out.println("Drawn: " + file);
    }
  }

  private static String program() {
    WorstCase program = new WorstCase(LatencyTurn.BYTES_PER_CLASS);
    return String.format(
        Locale.ROOT,
        "%,d blocks of %d to %,d bytes live, in up to %d MiB; real-time heaps of %d MiB; Java heaps"
            + " of %d MiB where arrays are on them",
        program.slots(),
        WorstCase.SMALLEST,
        WorstCase.LARGEST,
        program.peakBytes() >> 20,
        Entrant.guaranteed(program) >> 20,
        Entrant.ROOM * program.peakBytes() >> 20);
  }

  /// How finely the clock tells times apart.
  private static String clock() {
    long least = Long.MAX_VALUE;
    long before = System.nanoTime();
    for (int i = 0; i < 1_000_000; i++) {
      long now = System.nanoTime();
      if (now > before) {
        least = Math.min(least, now - before);
      }
      before = now;
    }
    return "the least time between two looks at the clock that differ: " + least + " ns";
  }
}
