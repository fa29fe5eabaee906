package dev.cairn.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/// A turn of one entrant of [Latency] in a JVM of its own, which runs [#main(String...)].
final class LatencyTurn {
  /// How many bytes of each size are live at first: 208 MiB altogether.
  static final int BYTES_PER_CLASS = 16 << 20;

  private static final String ABSENT = "absent";
  private static final String WARMED = "warmed";
  private static final String BEGIN = "begin";
  private static final String END = "end";
  private static final String COUNTED = "counted";

  private static final long ROUND = 1_000_000;
  private static final int LEAST_ROUNDS = 5;
  private static final int QUIET_ROUNDS = 3;
  private static final int MOST_ROUNDS = 50;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  // Null in a JVM that only interprets.
  private static final @Nullable CompilationMXBean COMPILER =
      ManagementFactory.getCompilationMXBean();

  private LatencyTurn() {}

  /// What came of a turn.
  ///
  /// @param warmupCalls how many calls were made before anything was measured
  /// @param parts what was measured, in the order that was asked for
  record Outcome(long warmupCalls, List<LatencyPart> parts) {}

  /// Gives an entrant a turn.
  ///
  /// @param entrant the entrant
  /// @param bytesPerClass how large a [WorstCase] it runs
  /// @param calls how many calls each part has that is measured
  /// @param options further options of its JVM
  /// @return what was measured
  /// @throws UnsupportedOperationException if this machine does not have the entrant
  /// @throws IOException if the JVM fails
  static Outcome take(Entrant entrant, int bytesPerClass, List<Long> calls, List<String> options)
      throws IOException {
    Path histograms = Files.createTempFile("cairn-latency", ".hlog");
    try {
      List<String> all = new ArrayList<>(entrant.options(new WorstCase(bytesPerClass)));
      all.add(LatencyPart.LOG);
      all.add("-XX:CompileCommand=quiet");
      all.add("-XX:CompileCommand=dontinline," + CallTimes.TIMED);
      all.addAll(options);
      List<String> arguments =
          new ArrayList<>(
              List.of(entrant.id(), Integer.toString(bytesPerClass), histograms.toString()));
      calls.forEach(count -> arguments.add(Long.toString(count)));
      Child.Result result = Child.run(Child.jvm(all, LatencyTurn.class, arguments));
      for (String reason : result.words(ABSENT)) {
        throw new UnsupportedOperationException(reason);
      }
      if (result.exitCode() != 0) {
        throw new IOException(
            "the JVM of "
                + entrant.id()
                + " ended with status "
                + result.exitCode()
                + ":\n"
                + String.join("\n", result.lines()));
      }
      return outcome(result, histograms);
    } finally {
      Files.delete(histograms);
    }
  }

  private static Outcome outcome(Child.Result result, Path histograms) throws IOException {
    List<LatencyPart> parts = new ArrayList<>();
    try (HistogramLogReader reader = new HistogramLogReader(histograms.toFile())) {
      List<String> log = new ArrayList<>();
      List<String> during = List.of();
      for (String line : result.lines()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case BEGIN -> log.clear();
          case END -> during = List.copyOf(log);
          case COUNTED ->
              parts.add(
                  LatencyPart.of(
                      (Histogram) reader.nextIntervalHistogram(),
                      (Histogram) reader.nextIntervalHistogram(),
                      Long.parseLong(words[1]),
                      Long.parseLong(words[2]),
                      new Interruptions(Long.parseLong(words[3]), Long.parseLong(words[4])),
                      during));
          default -> log.add(line);
        }
      }
    }
    return new Outcome(Long.parseLong(result.words(WARMED).getFirst()), parts);
  }

  /// Takes the turn: prints a line before and after each part, between which is what the JVM logs.
  ///
  /// @param arguments the entrant, the bytes per class, the file that histograms are written to,
  ///     and how many calls each part has
  /// @throws IOException if the file cannot be written
  public static void main(String... arguments) throws IOException {
    WorstCase program = new WorstCase(Integer.parseInt(arguments[1]));
    try (Slots blocks = Entrant.of(arguments[0]).open(program);
        PrintStream file = new PrintStream(arguments[2], StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(file);
      CallTimes times = new CallTimes();
      System.out.println(WARMED + " " + warmUp(blocks, program, times));
      for (String calls : List.of(arguments).subList(3, arguments.length)) {
        times.reset();
        measure(blocks, program, times, Long.parseLong(calls));
        writer.outputIntervalHistogram(0, 0, times.allocations(), 1);
        writer.outputIntervalHistogram(0, 0, times.frees(), 1);
      }
    } catch (UnsupportedOperationException absent) {
      System.out.println(ABSENT + " " + absent.getMessage());
    }
  }

  /// Runs the program, in the very loop that measures, until the compilers have had nothing to do
  /// for some rounds.
  private static long warmUp(Slots blocks, WorstCase program, CallTimes times) {
    long calls = 0;
    int quiet = 0;
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      long compiling = compilingMillis();
      // What is allocated at the beginning comes on top.
      long length = round == 1 ? ROUND + program.slots() : ROUND;
      runInPieces(blocks, program, times, length);
      calls += length;
      quiet = compilingMillis() == compiling ? quiet + 1 : 0;
      if (round >= LEAST_ROUNDS && quiet >= QUIET_ROUNDS) {
        break;
      }
    }
    return calls;
  }

  private static long compilingMillis() {
    return COMPILER == null ? 0 : COMPILER.getTotalCompilationTime();
  }

  private static void measure(Slots blocks, WorstCase program, CallTimes times, long calls) {
    long collections = collections();
    Interruptions before = Interruptions.ofThisThread();
    System.out.println(BEGIN);
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    runInPieces(blocks, program, times, calls);
    long garbage = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    // A constant: what joins strings is compiled, too.
    System.out.println(END);
    Interruptions during = Interruptions.ofThisThread().since(before);
    // In one piece: the JVM logs to the same place.
    System.out.println(
        COUNTED
            + " "
            + garbage
            + " "
            + (collections() - collections)
            + " "
            + during.pageFaults()
            + " "
            + during.preemptions());
  }

  /// In pieces, so that the loop is compiled as a whole method and entered from the start.
  private static void runInPieces(Slots blocks, WorstCase program, CallTimes times, long calls) {
    long piece = 10_000;
    for (long done = 0; done < calls; done += piece) {
      times.run(blocks, program, Math.min(piece, calls - done));
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        // Where a collection has several pauses, each counts in a bean of its own.
        .filter(bean -> !bean.getName().endsWith("Pauses"))
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
