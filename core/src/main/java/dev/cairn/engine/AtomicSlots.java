package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// Slots for any thread, without a lock: one thread fails to take or give only where another has
/// just done so.
final class AtomicSlots extends Slots {
  // Treiber's stack (R. K. Treiber, "Systems programming: coping with parallelism", IBM RJ 5118,
  // 1986) of slot numbers. The top has the slot in its low half, and in its high half how many were
  // ever taken from the stack: a thread that has read the top, and then sleeps while the slot below
  // it is taken and given again, fails to replace the top it has read (the ABA problem), unless
  // exactly a multiple of 2^32 were taken meanwhile.

  private static final long ONE_TAKEN = 1L << 32;
  private static final long COUNT_MASK = -ONE_TAKEN;

  private final AtomicLong top = new AtomicLong();
  // Of a free slot: one more than the number of the slot below it; 0 at the bottom.
  private final AtomicIntegerArray below;
  // Of a taken slot: one more than the bytes in use; 0 of a free one.
  private final AtomicLongArray held;
  private final AtomicInteger used = new AtomicInteger();
  private final LongAdder takes = new LongAdder();

  AtomicSlots(int count) {
    super(count);
    this.below = new AtomicIntegerArray(count);
    this.held = new AtomicLongArray(count);
  }

  @Override
  public int take(long byteSize) {
    int slot = next();
    if (slot != NONE) {
      held.set(slot, byteSize + 1);
      takes.increment();
    }
    return slot;
  }

  private int next() {
    for (; ; ) {
      long before = top.get();
      int slot = (int) before - 1;
      if (slot != NONE) {
        long after = (before & COUNT_MASK) + ONE_TAKEN + below.get(slot);
        if (top.compareAndSet(before, after)) {
          return slot;
        }
      } else {
        int fresh = used.get();
        if (fresh == count) {
          // The last may have been taken, and another given, since the stack was empty.
          if ((int) top.get() == 0) {
            return NONE;
          }
        } else if (used.compareAndSet(fresh, fresh + 1)) {
          return fresh;
        }
      }
    }
  }

  @Override
  public boolean give(int slot, long byteSize) {
    if (!resize(slot, byteSize, -1)) {
      return false;
    }
    long before;
    do {
      before = top.get();
      below.set(slot, (int) before);
    } while (!top.compareAndSet(before, (before & COUNT_MASK) | (slot + 1)));
    return true;
  }

  @Override
  public boolean resize(int slot, long byteSize, long newByteSize) {
    return held.compareAndSet(slot, byteSize + 1, newByteSize + 1);
  }

  @Override
  public long byteSize(int slot) {
    return held.get(slot) - 1;
  }

  @Override
  public int used() {
    return used.get();
  }

  @Override
  public long takes() {
    return takes.sum();
  }

  @Override
  int following(int slot) {
    return (slot == NONE ? (int) top.get() : below.get(slot)) - 1;
  }
}
