package dev.cairn.testkit;

import org.jspecify.annotations.Nullable;

/// Another thread than the caller's.
final class Elsewhere {
  private Elsewhere() {}

  /// Runs a task in a thread of its own, and answers what it threw.
  static @Nullable Throwable run(Runnable task) {
    Throwable[] thrown = new Throwable[1];
    Thread thread = new Thread(task, "elsewhere");
    thread.setUncaughtExceptionHandler((_, throwable) -> thrown[0] = throwable);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while another thread was at work", interruption);
    }
    return thrown[0];
  }
}
