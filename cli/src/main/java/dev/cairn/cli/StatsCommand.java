package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.trace.Distribution;
import dev.cairn.trace.Reading;
import dev.cairn.trace.Trace;
import dev.cairn.trace.TraceStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cairn stats`: what recorded programs asked of their allocator.
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description = {
      "Says what recorded programs asked of their allocator.",
      "",
      "Sizes are as requested. A lifetime is the number of operations from a block's allocation to"
          + " its free."
    })
final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceArguments traces = new TraceArguments();

  @Parameters(
      arity = "1..*",
      paramLabel = "TRACE",
      description = TraceArguments.TRACE,
      completionCandidates = TraceArguments.RecordingNames.class)
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String gap = "";
    for (String argument : arguments) {
      out.print(gap);
      print(traces.read(argument), out);
      gap = System.lineSeparator();
    }
    return 0;
  }

  private static void print(Trace trace, PrintWriter out) {
    TraceStats stats = TraceStats.of(trace);
    Reading reading = trace.reading();
    String format =
        reading.format().map(f -> " (" + f.name().toLowerCase(Locale.ROOT) + ")").orElse("");
    out.println(stats.trace() + format);
    line(
        out,
        "operations",
        "%s: %s allocations (%s zeroed), %s reallocations, %s frees (and %s of NULL)"
            .formatted(
                Amount.count(stats.operations()),
                Amount.count(stats.allocations()),
                Amount.count(stats.zeroedAllocations()),
                Amount.count(stats.reallocations()),
                Amount.count(stats.frees()),
                Amount.count(stats.nullFrees())));
    line(out, "threads", Amount.count(stats.threads()));
    line(out, "sizes", spread(stats.sizes(), Amount::bytes));
    line(out, "lifetimes", spread(stats.lifetimes(), Amount::count));
    line(
        out,
        "peak live",
        "%s in at most %s blocks"
            .formatted(exactly(stats.peakLiveBytes()), Amount.count(stats.peakLiveBlocks())));
    line(
        out,
        "over 32 KiB",
        "%s of %s requests, %s: %s of all bytes"
            .formatted(
                Amount.count(stats.largeRequests()),
                Amount.count(stats.sizes().count()),
                exactly(stats.largeBytes()),
                Amount.percent(stats.largeBytes() / Math.max(1, (double) stats.requestedBytes()))));
    line(
        out,
        "never freed",
        "%s of %s blocks, %s"
            .formatted(
                Amount.count(stats.unfreedBlocks()),
                Amount.count(stats.allocations()),
                exactly(stats.unfreedBytes())));
    for (TraceStats.Unfreed unfreed : stats.largestUnfreed()) {
      line(out, "", Amount.bytes(unfreed.byteSize()) + ", allocated by " + place(unfreed));
    }
    if (reading.foreign() > 0) {
      line(out, "foreign", Amount.count(reading.foreign()) + " operations on unrecorded blocks");
    }
    if (reading.refused() > 0) {
      line(out, "refused", Amount.count(reading.refused()) + " requests that were not met");
    }
  }

  private static void line(PrintWriter out, String subject, String text) {
    out.printf("  %-11s  %s%n", subject, text);
  }

  private static String spread(Distribution of, LongFunction<String> amount) {
    return of.count() == 0
        ? "none"
        : "p50 %s, p90 %s, p99 %s, max %s"
            .formatted(
                amount.apply(of.p50()),
                amount.apply(of.p90()),
                amount.apply(of.p99()),
                amount.apply(of.max()));
  }

  private static String exactly(long byteSize) {
    String exact = Amount.count(byteSize) + " B";
    return byteSize < 1024 ? exact : exact + " (" + Amount.bytes(byteSize) + ")";
  }

  private static String place(TraceStats.Unfreed unfreed) {
    return unfreed.line() > 0
        ? "line " + Amount.count(unfreed.line())
        : "operation " + Amount.count(unfreed.operation());
  }
}
