package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// A lock that serves threads in the order in which they came, and makes no object.
///
/// Who comes waits for those who came before, each of which holds the lock once: among `k` other
/// threads, for `k` calls at most, whatever those threads ask for next. Whoever waits spins for a
/// moment, and then parks until it is its turn. An interrupt does not end the wait, and is kept.
final class TicketLock extends Gate {
  // Mellor-Crummey and Scott, "Algorithms for scalable synchronization on shared-memory
  // multiprocessors", ACM TOCS 9(1), 1991, 2.2. Tickets alone make threads that have no processor
  // wait for threads that spin on it; so whoever waits longer leaves its name where the one before
  // looks for it. The JDK's fair locks make a node for each thread that waits.
  private static final int SPINS = 200;
  private static final int PLACES = 256;
  private static final long POLL_NANOS = 50_000;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger serving = new AtomicInteger();
  private final AtomicReferenceArray<Thread> parked = new AtomicReferenceArray<>(PLACES);

  TicketLock() {}

  @Override
  boolean isShared() {
    return true;
  }

  @Override
  void require(Object heap) {}

  @Override
  void enter() {
    int ticket = next.getAndIncrement();
    for (int spins = 0; serving.get() != ticket; spins++) {
      if (spins == SPINS) {
        park(ticket);
        return;
      }
      Thread.onSpinWait();
    }
  }

  @Override
  void leave() {
    int ticket = serving.getPlain() + 1;
    // First the number, then the look at who is parked; who parks does it the other way round.
    serving.set(ticket);
    Thread waiting = parked.get(ticket & (PLACES - 1));
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  private void park(int ticket) {
    Thread current = Thread.currentThread();
    int place = ticket & (PLACES - 1);
    // Beyond so many threads the place may be another one's for now.
    boolean placed = parked.compareAndSet(place, null, current);
    boolean interrupted = false;
    while (serving.get() != ticket) {
      if (placed) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, POLL_NANOS);
        placed = parked.compareAndSet(place, null, current);
      }
      // A thread that stays interrupted does not park.
      interrupted |= Thread.interrupted();
    }
    if (placed) {
      parked.set(place, null);
    }
    if (interrupted) {
      current.interrupt();
    }
  }

  /// How many threads wait.
  int waiting() {
    return next.get() - serving.get() - 1;
  }
}
