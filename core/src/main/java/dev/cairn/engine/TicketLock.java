package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// A lock that serves threads in the order in which they came, and makes no object.
///
/// Who comes waits for those who came before, each of which holds the lock once: among `k` other
/// threads, for `k` calls at most, whatever those threads ask for next. Whoever waits spins for a
/// moment, and then parks until it is its turn. An interrupt does not end the wait, and is kept.
///
/// A thread whose stack overflows, wherever that strikes, has not taken a turn, or gives it away.
final class TicketLock extends Gate {
  // Mellor-Crummey and Scott, "Algorithms for scalable synchronization on shared-memory
  // multiprocessors", ACM TOCS 9(1), 1991, 2.2. Tickets alone make threads that have no processor
  // wait for threads that spin on it; so whoever waits longer leaves its name where the one before
  // looks for it. The JDK's fair locks make a node for each thread that waits.
  //
  // A StackOverflowError comes out of a call that has not begun. So
  //
  // - a ticket is taken by one operation of the machine: if the call of it fails, none was taken,
  //   and when it has been done, nothing is left but to return;
  // - who takes a ticket that is served at once calls nothing more. Who must wait with it first
  //   tries whether there is stack for that, and if there still is too little, waits without calls;
  // - the turn is given away by a write to a field, which calls nothing;
  // - who was not woken looks by itself.
  private static final int SPINS = 200;
  private static final int PLACES = 256;
  private static final long POLL_NANOS = 50_000;
  // How long a thread sleeps that should have been woken.
  private static final long OVERSLEEP_NANOS = 2_000_000;
  // To park or unpark a virtual thread may take some twenty calls within each other; more, the
  // first time.
  private static final int DEPTH = 200;

  private final AtomicLong next = new AtomicLong();
  private final AtomicReferenceArray<Thread> parked = new AtomicReferenceArray<>(PLACES);

  TicketLock() {
    super(true);
  }

  @Override
  void require(Object heap) {}

  @Override
  long enter() {
    long turn = served;
    return next.compareAndSet(turn, turn + 1) ? turn : queue();
  }

  @Override
  void wake(long turn) {
    // First the number was written, then comes the look at who is parked; who parks does it the
    // other way round.
    Thread waiting = parked.get(place(turn));
    if (waiting != null) {
      // A virtual thread that was woken by half might never run again.
      requireStack(DEPTH);
      LockSupport.unpark(waiting);
    }
  }

  private long queue() {
    requireStack(DEPTH);
    long turn = next.getAndIncrement();
    try {
      await(turn);
    } catch (Throwable failure) {
      // For want of stack, after all.
      while (served != turn) {}
    }
    return turn;
  }

  private void await(long turn) {
    for (int spins = 0; served != turn; spins++) {
      if (spins == SPINS) {
        park(turn);
        return;
      }
      Thread.onSpinWait();
    }
  }

  private void park(long turn) {
    Thread current = Thread.currentThread();
    int place = place(turn);
    // Beyond so many threads the place may be another one's for now.
    boolean placed = parked.compareAndSet(place, null, current);
    boolean interrupted = false;
    while (served != turn) {
      LockSupport.parkNanos(this, placed ? OVERSLEEP_NANOS : POLL_NANOS);
      placed = placed || parked.compareAndSet(place, null, current);
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

  private static int place(long turn) {
    return (int) (turn & (PLACES - 1));
  }

  /// Overflows the stack if there is not enough of it for so many calls within each other.
  private static int requireStack(int calls) {
    return calls == 0 ? 0 : requireStack(calls - 1) + 1;
  }

  /// How many threads wait. One less than none if nobody is behind it, either.
  long waiting() {
    return next.get() - served - 1;
  }
}
