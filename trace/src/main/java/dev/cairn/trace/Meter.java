package dev.cairn.trace;

/// Tells how far one pass is, not more often than somebody who watches can use.
final class Meter {
  /// One that tells nobody.
  static final Meter SILENT = new Meter(ReplayProgress.NONE, ReplayProgress.Pass.TIME);

  private static final int STEP = 1 << 16;

  private final ReplayProgress progress;
  private final ReplayProgress.Pass pass;

  Meter(ReplayProgress progress, ReplayProgress.Pass pass) {
    this.progress = progress;
    this.pass = pass;
    progress.at(pass, 0);
  }

  /// At one of many small steps: most of them are not told.
  void at(int step, int steps) {
    if ((step & (STEP - 1)) == 0) {
      of(step, steps);
    }
  }

  /// At one of a few large steps.
  void of(long done, long whole) {
    progress.at(pass, whole <= 0 ? 1 : Math.clamp((double) done / whole, 0.0, 1.0));
  }
}
