package dev.cairn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// A turn of one contestant in a JVM of its own, which runs [#main(String...)].
///
/// JMH measures, but does not fork: it would start a JVM for each loop, and in a quick comparison
/// that would take longer than the loops.
final class Turn {
  private static final String ABSENT = "absent";
  private static final String REFUSED = "refused";

  private Turn() {}

  /// Gives a contestant a turn.
  ///
  /// @param contestant the name of the contestant
  /// @param columns what to run
  /// @param plan how long
  /// @return the time of each column in nanoseconds, or why there is none
  /// @throws UnsupportedOperationException if this machine does not have the contestant
  /// @throws IOException if the JVM fails
  static Map<Column, Outcome> take(String contestant, List<Column> columns, Plan plan)
      throws IOException {
    List<String> options =
        new ArrayList<>(List.of(Row.class.getAnnotation(Fork.class).jvmArgsAppend()));
    options.add("-Djmh.ignoreLock=true");
    List<String> arguments = new ArrayList<>();
    arguments.add(contestant);
    arguments.add(Long.toString(plan.warmupMillis()));
    arguments.add(Long.toString(plan.sampleMillis()));
    arguments.add(Integer.toString(plan.samples()));
    columns.forEach(column -> arguments.add(column.name()));
    Child.Result result = Child.run(Child.jvm(options, Turn.class, arguments));
    for (String reason : result.words(ABSENT)) {
      throw new UnsupportedOperationException(reason);
    }
    if (result.exitCode() != 0) {
      throw new IOException(
          "its JVM ended with status "
              + result.exitCode()
              + ":\n"
              + String.join("\n", result.lines()));
    }
    return outcomes(columns, result);
  }

  /// What came of one column: a time, or the reason why there is none.
  sealed interface Outcome {
    /// A time.
    ///
    /// @param nanos the time in nanoseconds
    record Time(double nanos) implements Outcome {}

    /// No time.
    ///
    /// @param reason why
    record Refusal(String reason) implements Outcome {}
  }

  private static Map<Column, Outcome> outcomes(List<Column> columns, Child.Result result) {
    Map<Column, Outcome> outcomes = new LinkedHashMap<>();
    for (Column column : columns) {
      for (String nanos : result.words(column.name())) {
        outcomes.put(column, new Outcome.Time(Double.parseDouble(nanos)));
      }
      for (String reason : result.words(REFUSED + " " + column.name())) {
        outcomes.put(column, new Outcome.Refusal(reason));
      }
    }
    return outcomes;
  }

  /// Takes the turn: prints a line per column.
  ///
  /// @param arguments contestant, milliseconds to warm up, milliseconds of a sample, samples, and
  ///     the names of the columns
  public static void main(String... arguments) {
    String contestant = arguments[0];
    try (Contestant _ = Contestants.open(contestant, 0)) {
      List<String> names = List.of(arguments).subList(4, arguments.length);
      for (Column column : Column.named(names)) {
        ChainedOptionsBuilder options =
            new OptionsBuilder()
                .include("^" + column.loop().getName().replace(".", "\\.") + "\\.")
                .param("contestant", contestant)
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(Long.parseLong(arguments[1])))
                .measurementTime(TimeValue.milliseconds(Long.parseLong(arguments[2])))
                .measurementIterations(Integer.parseInt(arguments[3]))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (column.byteSize() != 0) {
          options.param("byteSize", Long.toString(column.byteSize()));
        }
        System.out.println(line(column, options));
      }
    } catch (UnsupportedOperationException absent) {
      System.out.println(ABSENT + " " + absent.getMessage());
    }
  }

  private static String line(Column column, ChainedOptionsBuilder options) {
    try {
      double nanos =
          new Runner(options.build())
              .runSingle()
              .getPrimaryResult()
              .getStatistics()
              .getPercentile(50);
      return String.format(Locale.ROOT, "%s %.3f", column.name(), nanos);
    } catch (RunnerException failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        cause = suppressed;
      }
      return REFUSED + " " + column.name() + " " + cause.getMessage();
    }
  }
}
