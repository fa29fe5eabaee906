package dev.cairn.engine;

/// Counts the steps of a map, call by call.
final class CountedWork extends Work {
  private long steps;

  @Override
  void step() {
    steps++;
  }

  /// The steps since this was asked last.
  long take() {
    long taken = steps;
    steps = 0;
    return taken;
  }
}
