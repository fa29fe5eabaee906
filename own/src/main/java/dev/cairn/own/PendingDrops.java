package dev.cairn.own;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The drops of a thread that wait for the one under way, so that a long chain ends without a deep
/// stack: each value that ends another is done with before that one begins.
final class PendingDrops {
  private static final ThreadLocal<PendingDrops> OF_THREAD =
      ThreadLocal.withInitial(PendingDrops::new);

  // The last to come is the first to go: of a tree, no more wait than those beside one path.
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  private PendingDrops() {}

  /// Drops at once, with all that this makes wait; or, while this thread drops already, after that.
  /// What is thrown first is thrown when all is done.
  static void run(Runnable drop) {
    PendingDrops drops = OF_THREAD.get();
    if (drops.busy) {
      drops.waiting.push(drop);
    } else {
      drops.runAll(drop);
    }
  }

  private void runAll(Runnable first) {
    Drops drops = new Drops();
    busy = true;
    for (@Nullable Runnable next = first; next != null; next = waiting.poll()) {
      drops.attempt(next);
    }
    busy = false;
    drops.rethrow();
  }
}
