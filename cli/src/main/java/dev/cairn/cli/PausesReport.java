package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.cli.text.Table;
import dev.cairn.cli.text.Table.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What `dev.cairn.bench.Pauses` prints.
///
/// @param machine when and where
/// @param liveBytes the bytes of all values
/// @param entries how many values
/// @param seconds how long each contestant was measured
/// @param warmupSeconds how long it ran before that
/// @param rate how many requests were due per second
/// @param picture the file of the picture
/// @param contestants what came of each
record PausesReport(
    String machine,
    long liveBytes,
    int entries,
    int seconds,
    int warmupSeconds,
    int rate,
    String picture,
    List<Contestant> contestants) {
  private static final String CAIRN = "Cairn";

  /// What came of a contestant.
  ///
  /// @param name its name
  /// @param options the options of its JVM
  /// @param requests how many requests were done
  /// @param meanNanos their mean latency
  /// @param p50Nanos the latency of which half of them stayed below
  /// @param p99Nanos that of 99 % of them
  /// @param p999Nanos that of 99.9 %
  /// @param p9999Nanos that of 99.99 %
  /// @param maxNanos that of the slowest
  /// @param pauses how often the collector stopped the program
  /// @param longestPauseNanos for how long at the most
  /// @param pausedNanos for how long, all together
  /// @param stalls how often a thread waited for the collector to free memory
  /// @param stalledNanos for how long, all together
  /// @param otherCpu the cores that all threads but the asking one were using
  /// @param garbageBytesPerRequest the memory of the Java heap that a request took
  /// @param javaHeapBytes how large the Java heap is
  /// @param nativeBytes how much memory the cache has outside of it
  record Contestant(
      String name,
      String options,
      long requests,
      long meanNanos,
      long p50Nanos,
      long p99Nanos,
      long p999Nanos,
      long p9999Nanos,
      long maxNanos,
      int pauses,
      long longestPauseNanos,
      long pausedNanos,
      int stalls,
      long stalledNanos,
      double otherCpu,
      double garbageBytesPerRequest,
      long javaHeapBytes,
      long nativeBytes) {}

  private record Measure(String name, ToLongFunction<Contestant> value) {}

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("mean", Contestant::meanNanos),
          new Measure("p50", Contestant::p50Nanos),
          new Measure("p99", Contestant::p99Nanos),
          new Measure("p99.9", Contestant::p999Nanos),
          new Measure("p99.99", Contestant::p9999Nanos),
          new Measure("max", Contestant::maxNanos));

  /// The report for people.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(machine);
    lines.add(
        "%s values of 100 to 4096 bytes, %s together; every other request replaces one"
            .formatted(Amount.count(entries), Amount.bytes(liveBytes)));
    lines.add(
        "%s requests a second for %d s, after %d s to warm up"
            .formatted(Amount.count(rate), seconds, warmupSeconds));
    lines.add("");
    lines.addAll(latencies().lines());
    lines.add("");
    lines.addAll(causes().lines());
    lines.add("");
    contestants.forEach(contestant -> lines.add(sentence(contestant)));
    lines.add(comparison());
    lines.add("Latencies count from when a request was due, so what waits for a pause is in them.");
    lines.add("The picture is in " + picture);
    return lines;
  }

  private Table latencies() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.left("latency"));
    MEASURES.forEach(measure -> columns.add(Column.right(measure.name())));
    Table table = new Table(columns.toArray(Column[]::new));
    for (Contestant contestant : contestants) {
      List<String> cells = new ArrayList<>();
      cells.add(contestant.name());
      MEASURES.forEach(measure -> cells.add(Amount.nanos(measure.value().applyAsLong(contestant))));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private Table causes() {
    Table table =
        new Table(
            Column.left("collector"),
            Column.right("pauses"),
            Column.right("longest"),
            Column.right("together"),
            Column.right("stalls"),
            Column.right("together"),
            Column.right("other CPU"),
            Column.right("garbage/request"),
            Column.right("Java heap"),
            Column.right("native"));
    for (Contestant contestant : contestants) {
      table.row(
          contestant.name(),
          Amount.count(contestant.pauses()),
          Amount.nanos(contestant.longestPauseNanos()),
          Amount.nanos(contestant.pausedNanos()),
          Amount.count(contestant.stalls()),
          Amount.nanos(contestant.stalledNanos()),
          Amount.percent(contestant.otherCpu()),
          String.format(Locale.ROOT, "%.1f B", contestant.garbageBytesPerRequest()),
          Amount.bytes(contestant.javaHeapBytes()),
          Amount.bytes(contestant.nativeBytes()));
    }
    return table;
  }

  private static String sentence(Contestant contestant) {
    String stalls =
        contestant.stalls() == 0
            ? ""
            : ", and allocation waited for it %s, %s together"
                .formatted(times(contestant.stalls()), Amount.nanos(contestant.stalledNanos()));
    String stops =
        contestant.pauses() == 0
            ? "the collector never stopped the program"
            : "the collector stopped the program %s, for %s at the most"
                .formatted(
                    times(contestant.pauses()), Amount.nanos(contestant.longestPauseNanos()));
    return "%s: %s%s; the slowest request took %s."
        .formatted(contestant.name(), stops, stalls, Amount.nanos(contestant.maxNanos()));
  }

  private static String times(int count) {
    return count == 1 ? "once" : Amount.count(count) + " times";
  }

  private String comparison() {
    String lost =
        MEASURES.stream()
            .filter(measure -> !fastest(measure).name().equals(CAIRN))
            .map(measure -> measure.name() + " (" + fastest(measure).name() + ")")
            .collect(Collectors.joining(", "));
    return lost.isEmpty()
        ? "Cairn is the fastest in every column of latencies."
        : "Cairn is not the fastest in: " + lost + ".";
  }

  private Contestant fastest(Measure measure) {
    return contestants.stream()
        .min(
            Comparator.comparingLong(measure.value())
                .thenComparing(contestant -> !contestant.name().equals(CAIRN)))
        .orElseThrow();
  }
}
