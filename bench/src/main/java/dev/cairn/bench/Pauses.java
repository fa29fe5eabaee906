package dev.cairn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.bench.PauseTurn.Place;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// The same cache on the Java heap under two collectors and in Cairn, one after the other, under
/// the same requests: `cairn pauses`.
public final class Pauses {
  private static final long MIB = 1 << 20;

  private Pauses() {}

  /// What is compared.
  ///
  /// @param name its name
  /// @param place where it has its values
  /// @param options the options of its JVM
  private record Contestant(String name, Place place, List<String> options) {
    /// All of them, for a cache of a size.
    static List<Contestant> all(PausePlan plan) {
      long heap = plan.heapBytes() / MIB;
      // All of the Java heap is there before the requests begin, as on a server.
      List<String> whole = List.of("-Xms" + heap + "m", "-Xmx" + heap + "m", "-XX:+AlwaysPreTouch");
      return List.of(
          new Contestant("Java heap, G1", Place.JAVA, with("-XX:+UseG1GC", whole)),
          new Contestant("Java heap, ZGC", Place.JAVA, with("-XX:+UseZGC", whole)),
          new Contestant("Cairn", Place.CAIRN, List.of("-XX:+UseG1GC", "-Xms256m", "-Xmx256m")));
    }

    private static List<String> with(String collector, List<String> others) {
      List<String> options = new ArrayList<>();
      options.add(collector);
      options.addAll(others);
      return options;
    }
  }

  /// What is printed.
  record Report(
      String machine,
      long liveBytes,
      int entries,
      int seconds,
      int warmupSeconds,
      int rate,
      String picture,
      List<Line> contestants) {}

  /// What came of a contestant. Most of it is what [PauseTurn] says.
  record Line(
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
      long nativeBytes) {
    static Line of(Contestant contestant, PauseTurn turn, Histogram latencies) {
      return new Line(
          contestant.name(),
          String.join(" ", contestant.options()),
          latencies.getTotalCount(),
          Math.round(latencies.getMean()),
          latencies.getValueAtPercentile(50),
          latencies.getValueAtPercentile(99),
          latencies.getValueAtPercentile(99.9),
          latencies.getValueAtPercentile(99.99),
          latencies.getMaxValue(),
          turn.pauses(),
          turn.longestPauseNanos(),
          turn.pausedNanos(),
          turn.stalls(),
          turn.stalledNanos(),
          turn.otherCpu(),
          turn.garbageBytesPerRequest(),
          turn.javaHeapBytes(),
          turn.nativeBytes());
    }
  }

  /// Compares, draws the picture, and prints the report as JSON.
  ///
  /// @param arguments live bytes or 0 for what suits the machine, seconds, requests per second, and
  ///     the file of the picture
  public static void main(String... arguments) {
    // No window is opened: drawing needs no screen.
    System.setProperty("java.awt.headless", "true");
    try {
      PausePlan plan = PausePlan.of(List.of(arguments).subList(0, 3));
      plan.requireMemory(PausePlan.availableBytes());
      Report report = compare(plan, Path.of(arguments[3]), System.err);
      System.out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } catch (IllegalArgumentException | IOException failure) {
      System.err.println("cairn pauses: " + failure.getMessage());
      System.exit(1);
    }
  }

  /// Compares and draws.
  ///
  /// @param plan what to ask
  /// @param picture the file of the picture
  /// @param progress told who has its turn
  /// @return what came of it
  /// @throws IOException if a JVM fails, or the picture cannot be written
  static Report compare(PausePlan plan, Path picture, PrintStream progress) throws IOException {
    LatencyChart.requireWritable(picture);
    // As it is before: load is what others do to the figures.
    String machine = Surroundings.describe();
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    List<Line> lines = new ArrayList<>();
    for (Contestant contestant : Contestant.all(plan)) {
      progress.println(contestant.name() + ": " + String.join(" ", contestant.options()));
      PauseTurn turn = take(contestant, plan);
      latencies.put(contestant.name(), turn.histogram());
      lines.add(Line.of(contestant, turn, turn.histogram()));
    }
    LatencyChart.write(picture, title(plan), latencies);
    return new Report(
        machine,
        plan.liveBytes(),
        Requests.entries(plan.liveBytes()),
        plan.seconds(),
        plan.warmupSeconds(),
        plan.rate(),
        picture.toString(),
        lines);
  }

  private static PauseTurn take(Contestant contestant, PausePlan plan) throws IOException {
    try {
      return PauseTurn.take(contestant.place(), contestant.options(), plan);
    } catch (IOException failure) {
      throw new IOException(contestant.name() + ": " + failure.getMessage(), failure);
    }
  }

  private static String title(PausePlan plan) {
    return "%,d requests a second to a cache of %,d MiB"
        .formatted(plan.rate(), plan.liveBytes() / MIB);
  }
}
