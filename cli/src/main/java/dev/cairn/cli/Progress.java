package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.trace.ReplayProgress;
import dev.cairn.trace.ReplayProgress.Pass;
import dev.cairn.trace.SizingProgress;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far the replays of one trace are, as a bar on standard error, which goes when they are done.
final class Progress implements AutoCloseable {
  /// Set by `./cairn`, which can tell: standard error is a terminal.
  private static final String PROPERTY = "cairn.progress";

  private static final int WIDTH = 100;
  private static final int STEPS = 100;
  private static final List<Pass> PASSES = List.of(Pass.values());

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /// Whether anybody would see a bar.
  static boolean isSeen() {
    return Boolean.getBoolean(PROPERTY);
  }

  /// Draws an empty bar.
  ///
  /// @param trace the name of the trace
  /// @param replays how many replays of it there will be
  static Progress of(String trace, int replays) {
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(trace)
            .setInitialMax((long) replays * PASSES.size() * STEPS)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .setUpdateIntervalMillis(200)
            .hideEta()
            .clearDisplayOnFinish()
            .build());
  }

  /// The listener for one of the replays.
  ///
  /// @param allocator what it is against
  /// @param index how many were before it
  ReplayProgress replay(String allocator, int index) {
    return (pass, fraction) -> {
      bar.setExtraMessage(
          allocator + ", " + pass.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      bar.stepTo(
          ((long) index * PASSES.size() + PASSES.indexOf(pass)) * STEPS
              + (long) (fraction * STEPS));
    };
  }

  /// The listener for the sizing of the trace, which counts as one replay.
  SizingProgress sizing() {
    return (allocator, byteSize, fraction) -> {
      bar.setExtraMessage(allocator + ", " + Amount.bytes(byteSize));
      bar.stepTo((long) (fraction * PASSES.size() * STEPS));
    };
  }

  @Override
  public void close() {
    bar.close();
  }
}
