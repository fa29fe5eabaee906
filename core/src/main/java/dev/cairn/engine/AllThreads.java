package dev.cairn.engine;

import java.lang.foreign.Arena;

/// A fence for every thread of the JVM.
final class AllThreads {
  private AllThreads() {}

  /// Makes every thread pass a full fence before this returns. It takes some microseconds.
  ///
  /// To close a shared arena, the JDK hands every thread a task and waits until each has done it,
  /// or is known to run no Java code: the price of it is that nobody else has to pay for a fence.
  @SuppressWarnings("MustBeClosedChecker") // to close it is all it is for
  static void fence() {
    Arena.ofShared().close();
  }
}
