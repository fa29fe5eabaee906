package dev.cairn.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The program of a JVM that replays one trace against one allocator, and how it is talked to.
///
/// It writes lines to its standard output: `progress PASS FRACTION` while it runs, then the result
/// as `result KEY=VALUE`. Other lines mean nothing: a native library may write there, too.
final class ReplayFork {
  private static final String PROGRESS = "progress ";
  private static final String RESULT = "result ";

  private ReplayFork() {}

  /// Replays, as [#arguments(Path, String, ReplayPlan)] says.
  ///
  /// @param arguments the file, the allocator, and the plan
  public static void main(String[] arguments) {
    try {
      write(replay(arguments));
    } catch (IOException | IllegalArgumentException | IllegalCallerException failure) {
      System.err.println(failure.getMessage());
      System.exit(1);
    }
  }

  /// The arguments for [#main(String[])].
  static List<String> arguments(Path trace, String allocator, ReplayPlan plan) {
    return List.of(
        trace.toString(),
        allocator,
        plan.warmUp().toString(),
        Integer.toString(plan.runs()),
        plan.runTime().toString(),
        Long.toString(plan.latencyOperations()),
        Long.toString(plan.byteLimit()));
  }

  private static ReplayResult replay(String[] arguments) throws IOException {
    ReplayPlan plan =
        new ReplayPlan(
            Duration.parse(arguments[2]),
            Integer.parseInt(arguments[3]),
            Duration.parse(arguments[4]),
            Long.parseLong(arguments[5]),
            Long.parseLong(arguments[6]));
    return Replay.run(
        TraceReader.read(Path.of(arguments[0]), OnDamage.REFUSE),
        Contestants.named(arguments[1]),
        plan,
        (pass, fraction) ->
            System.out.printf(Locale.ROOT, "%s%s %.3f%n", PROGRESS, pass, fraction));
  }

  private static void write(ReplayResult result) {
    write("ops", result.ops());
    write("failed", result.failed());
    write("mopsPerSecond", result.mopsPerSecond());
    write("peakLiveBytes", result.peakLiveBytes());
    write("peakFootprintBytes", result.peakFootprintBytes());
    write("utilization", result.utilization());
    write("p50Nanos", result.p50Nanos());
    write("p99Nanos", result.p99Nanos());
    write("p999Nanos", result.p999Nanos());
    write("maxNanos", result.maxNanos());
  }

  private static void write(String key, Object value) {
    System.out.println(RESULT + key + "=" + value);
  }

  /// Takes one line of what the JVM writes.
  ///
  /// @return whether the line means something
  static boolean read(String line, Map<String, String> values, ReplayProgress progress) {
    if (line.startsWith(PROGRESS)) {
      String[] words = TraceParser.words(line);
      progress.at(ReplayProgress.Pass.valueOf(words[1]), Double.parseDouble(words[2]));
    } else if (line.startsWith(RESULT)) {
      int equals = line.indexOf('=');
      values.put(line.substring(RESULT.length(), equals), line.substring(equals + 1));
    } else {
      return false;
    }
    return true;
  }

  /// The result, if all of it was read.
  ///
  /// @param trace the name of the trace
  /// @param allocator the name of the allocator
  /// @param values what was read
  static Optional<ReplayResult> result(String trace, String allocator, Map<String, String> values) {
    // It is the last one that is written.
    if (!values.containsKey("maxNanos")) {
      return Optional.empty();
    }
    return Optional.of(
        new ReplayResult(
            trace,
            allocator,
            Integer.parseInt(values.get("ops")),
            Long.parseLong(values.get("failed")),
            Double.parseDouble(values.get("mopsPerSecond")),
            Long.parseLong(values.get("peakLiveBytes")),
            Long.parseLong(values.get("peakFootprintBytes")),
            Double.parseDouble(values.get("utilization")),
            Long.parseLong(values.get("p50Nanos")),
            Long.parseLong(values.get("p99Nanos")),
            Long.parseLong(values.get("p999Nanos")),
            Long.parseLong(values.get("maxNanos"))));
  }
}
