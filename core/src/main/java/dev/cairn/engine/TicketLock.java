package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicInteger;

/// A lock that serves threads in the order in which they came, and makes no object.
///
/// Who comes waits for those who came before, each of which holds the lock once: for `n` threads,
/// `n - 1` times at most. Whoever waits spins, and after a while gives its processor away each
/// time, for the thread that it waits for may have none.
final class TicketLock extends Gate {
  // Mellor-Crummey and Scott, "Algorithms for scalable synchronization on shared-memory
  // multiprocessors", ACM TOCS 9(1), 1991, 2.2. The JDK's fair locks make a node for each thread
  // that waits.
  private static final int SPINS = 100;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger serving = new AtomicInteger();

  TicketLock() {}

  @Override
  boolean isShared() {
    return true;
  }

  @Override
  void require(Object heap) {}

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // it is only for speed: the order is the tickets'
  void enter() {
    int ticket = next.getAndIncrement();
    for (int spins = 0; serving.getAcquire() != ticket; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  @Override
  void leave() {
    serving.setRelease(serving.getPlain() + 1);
  }

  /// How many threads wait.
  int waiting() {
    return next.get() - serving.get() - 1;
  }
}
