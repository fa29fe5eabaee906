package dev.cairn.engine;

/// A gate for one thread, which never waits.
final class OwnThread extends Gate {
  private final Thread owner;

  OwnThread(Thread owner) {
    super(false);
    this.owner = owner;
  }

  @Override
  void require(Object heap) {
    Thread current = Thread.currentThread();
    if (current != owner) {
      throw new WrongThreadException(
          "this "
              + heap
              + " belongs to "
              + owner
              + ", not to "
              + current
              + ": open one in each thread, or a shared one");
    }
  }

  @Override
  long enter() {
    return 0;
  }

  @Override
  void wake(long turn) {}
}
