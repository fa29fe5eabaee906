package dev.cairn.trace;

/// Tells how far one pass is, at most once for each percent of it.
final class Meter {
  private static final double STEP = 0.01;

  private final ReplayProgress progress;
  private final ReplayProgress.Pass pass;
  private double told;

  Meter(ReplayProgress progress, ReplayProgress.Pass pass) {
    this.progress = progress;
    this.pass = pass;
    progress.at(pass, 0);
  }

  void at(long done, long whole) {
    double fraction = whole <= 0 ? 1 : Math.min((double) done / whole, 1);
    if (fraction >= told + STEP) {
      told = fraction;
      progress.at(pass, fraction);
    }
  }
}
