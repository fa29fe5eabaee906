package dev.cairn.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.text.Amount;
import dev.cairn.cli.text.Table;
import dev.cairn.cli.text.Table.Column;
import dev.cairn.trace.Sizing;
import dev.cairn.trace.SizingProgress;
import dev.cairn.trace.SizingResult;
import dev.cairn.trace.SizingResult.Bound;
import dev.cairn.trace.SizingResult.Proof;
import dev.cairn.trace.SizingResult.Trial;
import dev.cairn.trace.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cairn size`: how large a heap of an exact size must be for recorded programs.
@Command(
    name = "size",
    mixinStandardHelpOptions = true,
    description = {
      "Says how large a heap of an exact size must be for recorded programs.",
      "",
      "A bound is a size at which no program fails that asks for as much at most, whatever the"
          + " order of its calls. The program is replayed at those for RealtimeHeap: a request that"
          + " is refused makes the exit code 1. The other bounds are of strategies that Cairn does"
          + " not have. Over is in the caller's memory, where it begins just after a multiple of"
          + " the largest request.",
      "",
      "Then the smallest size at which no request is refused is found for each allocator by"
          + " bisection. It says nothing of other programs, nor of another run of this one."
          + " Allocators can have room at one size and none at a larger one: what is known is that"
          + " the size has room, that one step less has none or cannot be, and how many of the"
          + " next 16 steps have none, which is the column unlucky."
    })
final class SizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceArguments traces = new TraceArguments();

  @Parameters(
      arity = "1..*",
      paramLabel = "TRACE",
      description = TraceArguments.TRACE,
      completionCandidates = TraceArguments.RecordingNames.class)
  private List<String> arguments = List.of();

  @Option(names = "--json", description = "Prints an array of objects, and nothing else.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<SizingResult> results = new ArrayList<>();
    for (Trace trace : traces.read(arguments)) {
      SizingResult result = size(trace);
      results.add(result);
      if (!json) {
        print(trace, result, out);
      }
    }
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(results));
    }
    return results.stream().allMatch(SizingResult::holds) ? 0 : 1;
  }

  private static SizingResult size(Trace trace) {
    try (Progress bar = Progress.isSeen() ? Progress.of(trace.name(), 1) : null) {
      return Sizing.of(trace, bar == null ? SizingProgress.NONE : bar.sizing());
    }
  }

  private static void print(Trace trace, SizingResult result, PrintWriter out) {
    out.println(result.trace() + ": " + Amount.count(result.ops()) + " operations");
    line(out, "peak live", exactly(result.peakLiveBytes()) + " as asked for");
    line(out, "", exactly(result.countedPeakBytes()) + " if what is reallocated is there twice");
    line(out, "", exactly(result.roundedPeakBytes()) + " at most as RealtimeHeap rounds it");
    line(
        out,
        "requests",
        exactly(result.smallestByteSize()) + " to " + exactly(result.largestByteSize()));
    out.println();
    bounds(result).lines().forEach(line -> out.println("  " + line));
    out.println();
    result.proofs().forEach(proof -> out.println("  " + text(proof, trace)));
    out.println();
    trials(result).lines().forEach(line -> out.println("  " + line));
    out.println();
  }

  private static Table bounds(SizingResult result) {
    Table table =
        new Table(
            Column.left("bound"),
            Column.right("bytes"),
            Column.right("of peak"),
            Column.left("from"));
    for (Bound bound : result.bounds()) {
      table.row(
          bound.strategy(),
          bound.byteSize() == null ? "over 8 EiB" : Amount.count(bound.byteSize()),
          ratio(bound.byteSize(), result.peakLiveBytes()),
          bound.source());
    }
    return table;
  }

  private static String text(Proof proof, Trace trace) {
    String at = proof.allocator() + " at " + Amount.count(proof.byteSize()) + " B: ";
    return at
        + switch (proof.outcome()) {
          case MET -> "every request was met";
          case REFUSED -> proof.refused() == null ? "" : refused(trace, proof.refused());
          case TOO_LARGE -> "not replayed, it is larger than this machine or allocator can have";
        };
  }

  private static String refused(Trace trace, int operation) {
    return "refused %s aligned to %s, %s"
        .formatted(
            exactly(trace.byteSize(operation)),
            exactly(trace.byteAlignment(operation)),
            trace.line(operation) > 0
                ? "line " + Amount.count(trace.line(operation))
                : "operation " + Amount.count(operation));
  }

  private static Table trials(SizingResult result) {
    Table table =
        new Table(
            Column.left("allocator"),
            Column.right("smallest"),
            Column.right("of peak"),
            Column.right("of bound"),
            Column.right("step"),
            Column.right("unlucky"),
            Column.left(""));
    for (Trial trial : result.trials()) {
      Long found = trial.byteSize();
      table.row(
          trial.allocator(),
          found == null ? "none" : Amount.count(found),
          ratio(found, result.peakLiveBytes()),
          ratio(found, result.proofs().getFirst().byteSize()),
          Amount.bytes(trial.stepBytes()),
          trial.largerRefused() + " of " + trial.largerTried(),
          note(trial));
    }
    return table;
  }

  private static String note(Trial trial) {
    if (trial.byteSize() == null) {
      return "up to " + Amount.bytes(trial.mostBytes());
    }
    return trial.byteSize() == trial.leastBytes() ? "the least it can have" : "";
  }

  private static String ratio(@Nullable Long part, long whole) {
    return part == null || whole == 0
        ? "-"
        : String.format(Locale.ROOT, "%,.2f", (double) part / whole);
  }

  private static void line(PrintWriter out, String subject, String text) {
    out.printf("  %-9s  %s%n", subject, text);
  }

  private static String exactly(long byteSize) {
    String exact = Amount.count(byteSize) + " B";
    return byteSize < 1024 ? exact : exact + " (" + Amount.bytes(byteSize) + ")";
  }
}
