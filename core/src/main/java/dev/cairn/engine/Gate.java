package dev.cairn.engine;

/// Lets one thread at a time to what is not thread-safe.
///
/// Whoever has [entered][#enter()] leaves again, and never enters twice. To leave a shared
/// one is two steps:
///
/// ```
/// long turn = gate.enter();
/// try {
///   ...
/// } finally {
///   if (gate.isShared) {
///     gate.served = turn + 1;
///     gate.wake(turn + 1);
///   }
/// }
/// ```
///
/// The first one lets the next thread enter. It is no method, because a call can fail for want of
/// stack, and then nobody would ever enter again. The second one only spares that thread to wait
/// longer than it must.
public abstract sealed class Gate permits OwnThread, TicketLock {
  /// Whether any thread may enter.
  final boolean isShared;

  /// How many have left, if it is shared: the number of the turn that it is.
  volatile long served;

  Gate(boolean isShared) {
    this.isShared = isShared;
  }

  /// A gate for the current thread alone. It takes no lock.
  ///
  /// @return the gate
  public static Gate ofCurrentThread() {
    return new OwnThread(Thread.currentThread());
  }

  /// A gate for any thread: first come, first served.
  ///
  /// @return the gate
  public static Gate ofAllThreads() {
    return new TicketLock();
  }

  /// Refuses the current thread if it can never enter.
  ///
  /// @param heap what is behind this gate, for the message
  /// @throws WrongThreadException if this gate is for another thread
  abstract void require(Object heap);

  /// Waits until nobody else is behind this gate. The current thread is one that may enter.
  ///
  /// @return the number of this turn
  /// @throws StackOverflowError if there is no stack to wait with; the thread has not entered then
  abstract long enter();

  /// Wakes whoever sleeps until it is its turn.
  ///
  /// @param turn the number of the turn that it is
  abstract void wake(long turn);
}
