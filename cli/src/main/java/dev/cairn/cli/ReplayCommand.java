package dev.cairn.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.text.Amount;
import dev.cairn.cli.text.Table;
import dev.cairn.cli.text.Table.Column;
import dev.cairn.trace.Contestants;
import dev.cairn.trace.ForkedReplay;
import dev.cairn.trace.ReplayFailedException;
import dev.cairn.trace.ReplayPlan;
import dev.cairn.trace.ReplayProgress;
import dev.cairn.trace.ReplayResult;
import dev.cairn.trace.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cairn replay`: asks of allocators what recorded programs asked of theirs.
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Asks of allocators what recorded programs asked of theirs, and measures them.",
      "",
      "Each allocator has a JVM of its own. It is checked first: failed counts the operations that"
          + " were refused or went wrong, and any makes the exit code 1. Used is peak live over"
          + " footprint, both at their peaks. The times are of single operations, and of looking at"
          + " the clock."
    })
final class ReplayCommand implements Callable<Integer> {
  private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceArguments traces = new TraceArguments();

  @Parameters(
      arity = "1..*",
      paramLabel = "TRACE",
      description = TraceArguments.TRACE,
      completionCandidates = TraceArguments.RecordingNames.class)
  private List<String> arguments = List.of();

  @Option(
      names = "--allocator",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "heap,libc",
      description = "What to replay against, from the list below (default: ${DEFAULT-VALUE}).")
  private List<String> allocators = List.of();

  @Option(names = "--quick", description = "A first look, in a tenth of the time: rough figures.")
  private boolean quick;

  @Option(names = "--json", description = "Prints an array of objects, and nothing else.")
  private boolean json;

  @Spec
  void describe(CommandSpec command) {
    spec = command;
    List<Contestants.Entry> entries = Contestants.entries();
    int width = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
    command
        .usageMessage()
        .footerHeading("%nAllocators:%n")
        .footer(
            Stream.concat(
                    entries.stream()
                        .map(
                            entry ->
                                "  %s%s  %s"
                                    .formatted(
                                        entry.name(),
                                        " ".repeat(width - entry.name().length()),
                                        entry.description())),
                    Stream.of("  PATH of a native library that has a malloc"))
                .toArray(String[]::new));
  }

  @Override
  public Integer call() throws IOException {
    allocators.forEach(this::requireKnown);
    List<ReplayResult> results = new ArrayList<>();
    List<Trace> read = traces.read(arguments);
    for (Trace trace : read) {
      List<ReplayResult> ofTrace = replay(trace);
      results.addAll(ofTrace);
      if (!json) {
        print(trace, ofTrace);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(results));
    }
    boolean whole = results.size() == read.size() * allocators.size();
    return whole && results.stream().allMatch(result -> result.failed() == 0) ? 0 : 1;
  }

  private void requireKnown(String allocator) {
    try {
      var _ = Contestants.named(allocator);
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(unknown.getMessage()), unknown);
    }
  }

  private List<ReplayResult> replay(Trace trace) throws IOException {
    try (ForkedReplay replay = ForkedReplay.of(trace);
        Progress bar = Progress.isSeen() ? Progress.of(trace.name(), allocators.size()) : null) {
      List<ReplayResult> results = new ArrayList<>();
      for (int i = 0; i < allocators.size(); i++) {
        replay(replay, i, bar, results);
      }
      return results;
    }
  }

  private void replay(
      ForkedReplay replay, int index, @Nullable Progress bar, List<ReplayResult> results)
      throws IOException {
    String allocator = allocators.get(index);
    ReplayPlan plan = quick ? ReplayPlan.quick() : ReplayPlan.thorough();
    try {
      results.add(
          replay.run(
              allocator, plan, bar == null ? ReplayProgress.NONE : bar.replay(allocator, index)));
    } catch (ReplayFailedException failure) {
      // One allocator that is missing or crashes is no reason to do without the others.
      spec.commandLine().getErr().println("cairn replay: " + failure.getMessage());
    }
  }

  private void print(Trace trace, List<ReplayResult> results) {
    PrintWriter out = spec.commandLine().getOut();
    Table table =
        new Table(
            Column.left("allocator"),
            Column.right("failed"),
            Column.right("Mops/s"),
            Column.right("footprint"),
            Column.right("used"),
            Column.right("p50"),
            Column.right("p99"),
            Column.right("p99.9"),
            Column.right("max"));
    for (ReplayResult result : results) {
      table.row(
          result.allocator(),
          Amount.count(result.failed()),
          String.format(Locale.ROOT, "%.1f", result.mopsPerSecond()),
          Amount.bytes(result.peakFootprintBytes()),
          Amount.percent(result.utilization()),
          Amount.nanos(result.p50Nanos()),
          Amount.nanos(result.p99Nanos()),
          Amount.nanos(result.p999Nanos()),
          Amount.nanos(result.maxNanos()));
    }
    out.println(
        trace.name() + ": " + Amount.count(trace.operations()) + " operations" + live(results));
    table.lines().forEach(line -> out.println("  " + line));
    out.println();
  }

  private static String live(List<ReplayResult> results) {
    return results.stream()
        .findFirst()
        .map(result -> ", at most " + Amount.bytes(result.peakLiveBytes()) + " live")
        .orElse("");
  }
}
