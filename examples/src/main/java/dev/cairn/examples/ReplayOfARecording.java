package dev.cairn.examples;

import dev.cairn.trace.ForkedReplay;
import dev.cairn.trace.Recordings;
import dev.cairn.trace.ReplayPlan;
import dev.cairn.trace.ReplayProgress;
import dev.cairn.trace.ReplayResult;
import dev.cairn.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// A recorded program's requests are made again, of each allocator in a JVM of its own.
final class ReplayOfARecording {
  private ReplayOfARecording() {}

  static void main() {
    // @start region="program"
    Trace trace = Recordings.open("jq");
    IO.println(trace.name() + ", " + trace.operations() + " operations");
    IO.println(String.format("%-8s %8s %10s %12s", "", "failed", "million/s", "utilization"));
    try (ForkedReplay replay = ForkedReplay.of(trace)) {
      for (String allocator : List.of("heap", "libc", "arena")) {
        ReplayResult result = replay.run(allocator, ReplayPlan.quick(), ReplayProgress.NONE);
        IO.println(
            String.format(
                "%-8s %8d %10.1f %12.2f",
                allocator, result.failed(), result.mopsPerSecond(), result.utilization()));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("the replay could not be run", failure);
    }
    // @end
  }
}
