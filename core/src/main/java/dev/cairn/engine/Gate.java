package dev.cairn.engine;

/// Lets one thread at a time to what is not thread-safe.
///
/// Whoever has [entered][#enter()] leaves again, and never enters twice.
public abstract sealed class Gate permits OwnThread, TicketLock {
  Gate() {}

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

  /// Whether any thread may enter.
  ///
  /// @return false if one alone may
  abstract boolean isShared();

  /// Refuses the current thread if it can never enter.
  ///
  /// @param heap what is behind this gate, for the message
  /// @throws WrongThreadException if this gate is for another thread
  abstract void require(Object heap);

  /// Waits until nobody else is behind this gate. The current thread is one that may enter.
  abstract void enter();

  /// Lets the next one enter.
  abstract void leave();
}
