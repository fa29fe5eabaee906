package dev.cairn.memory;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waiting for what happens by itself.
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  /// Waits until a condition holds; for longer than any machine needs, if it never does.
  static void holds(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("after " + PATIENCE + " it is still not so that " + what);
      }
      Thread.sleep(2);
    }
  }
}
