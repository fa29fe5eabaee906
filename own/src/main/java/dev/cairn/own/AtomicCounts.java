package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Counts for all threads.
final class AtomicCounts extends Counts {
  // The orders are those of Rust's Arc, which has them from Boost's shared_ptr:
  //
  // - One more: none is needed. Whoever counts a handle more has one, so that the block stays, and
  //   hands the new one over by other means. Java has no getAndAdd without an order; acquire is
  //   the least of what there is.
  // - One less: release, so that all uses by this handle come before; and an acquire fence by the
  //   one who finds that it was the last, so that the uses by all others come before the end.
  // - From weak to strong: acquire, so that the value is seen as whoever began it wrote it.
  // - Whether a handle is unique: the weak count is 1 and is locked meanwhile, or a weak handle
  //   could be made, and made strong, between the looks at the two counts. Only what makes a weak
  //   handle from a strong one waits for the lock: while a weak one is there, nobody locks.

  private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle();
  private static final int LOCKED = -1;

  @Override
  long byteAlignment() {
    return Integer.BYTES;
  }

  @Override
  @Nullable Thread newcomer() {
    return null;
  }

  @Override
  void begin(MemorySegment block) {
    COUNT.set(block, SharedBlock.STRONG, 0);
    COUNT.set(block, SharedBlock.WEAK, 1);
  }

  @Override
  void beginStrong(MemorySegment block) {
    COUNT.setRelease(block, SharedBlock.STRONG, 1);
  }

  @Override
  void addStrong(MemorySegment block) {
    add(block, SharedBlock.STRONG, "strong");
  }

  @Override
  boolean tryAddStrong(MemorySegment block) {
    int count = strong(block);
    while (count != 0) {
      if (count >= MOST) {
        throw tooMany("strong");
      }
      int found =
          (int) COUNT.compareAndExchangeAcquire(block, SharedBlock.STRONG, count, count + 1);
      if (found == count) {
        return true;
      }
      count = found;
    }
    return false;
  }

  @Override
  boolean removeStrong(MemorySegment block) {
    return remove(block, SharedBlock.STRONG);
  }

  @Override
  boolean tryRemoveOnlyStrong(MemorySegment block) {
    if (!COUNT.compareAndSet(block, SharedBlock.STRONG, 1, 0)) {
      return false;
    }
    VarHandle.acquireFence();
    return true;
  }

  @Override
  void addWeakToStrong(MemorySegment block) {
    int count = (int) COUNT.getOpaque(block, SharedBlock.WEAK);
    while (true) {
      if (count == LOCKED) {
        Thread.onSpinWait();
        count = (int) COUNT.getOpaque(block, SharedBlock.WEAK);
        continue;
      }
      if (count >= MOST) {
        throw tooMany("weak");
      }
      // Acquire: what the holder of the lock has written comes before.
      int found = (int) COUNT.compareAndExchangeAcquire(block, SharedBlock.WEAK, count, count + 1);
      if (found == count) {
        return;
      }
      count = found;
    }
  }

  @Override
  void addWeakToWeak(MemorySegment block) {
    add(block, SharedBlock.WEAK, "weak");
  }

  @Override
  boolean removeWeak(MemorySegment block) {
    return remove(block, SharedBlock.WEAK);
  }

  @Override
  boolean isUnique(MemorySegment block) {
    // Acquire, twice: the uses by handles that are gone come before what the caller does next.
    if ((int) COUNT.compareAndExchangeAcquire(block, SharedBlock.WEAK, 1, LOCKED) != 1) {
      return false;
    }
    boolean unique = (int) COUNT.getAcquire(block, SharedBlock.STRONG) == 1;
    COUNT.setRelease(block, SharedBlock.WEAK, 1);
    return unique;
  }

  @Override
  int strong(MemorySegment block) {
    return (int) COUNT.getOpaque(block, SharedBlock.STRONG);
  }

  @Override
  int weak(MemorySegment block) {
    int count = (int) COUNT.getOpaque(block, SharedBlock.WEAK);
    return count == LOCKED ? 1 : count;
  }

  private static void add(MemorySegment block, long offset, String kind) {
    int count = (int) COUNT.getAndAddAcquire(block, offset, 1);
    if (count >= MOST) {
      var _ = (int) COUNT.getAndAddRelease(block, offset, -1);
      throw tooMany(kind);
    }
  }

  private static boolean remove(MemorySegment block, long offset) {
    if ((int) COUNT.getAndAddRelease(block, offset, -1) != 1) {
      return false;
    }
    VarHandle.acquireFence();
    return true;
  }
}
