package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// What is left of an owner that nobody closed and nobody can reach any more.
public final class LostOwner {
  private static final int LONGEST_WAIT_MILLIS = 256;

  private final String kind;
  private final boolean sharesBlock;
  private final Allocator allocator;
  private final List<StackTraceElement> place;
  private final AtomicBoolean reclaimed = new AtomicBoolean();

  // Written by the owner's thread while there is an owner, and read when there is none: what a
  // thread did to an object comes before what follows on its being found unreachable.
  MemorySegment block;
  Thread thread;
  int borrows;

  LostOwner(
      Class<? extends Owner> type,
      Allocator allocator,
      MemorySegment block,
      List<StackTraceElement> place) {
    this.kind = type.getSimpleName();
    this.sharesBlock = SharesBlock.class.isAssignableFrom(type);
    this.allocator = allocator;
    this.block = block;
    this.place = place;
    this.thread = Thread.currentThread();
  }

  /// What it was.
  ///
  /// @return the simple name of its class, such as `Vec`
  public String kind() {
    return kind;
  }

  /// How large its block is.
  ///
  /// @return the size in bytes; zero if it had none
  public long byteSize() {
    return block.byteSize();
  }

  /// Where its block came from.
  ///
  /// @return the allocator
  public Allocator allocator() {
    return allocator;
  }

  /// Who made it: the calls that were under way then, the innermost first, without those of the
  /// owner itself. A move does not change it.
  ///
  /// @return at most [LostOwners#PLACE_DEPTH] calls; none unless [places are
  ///     recorded][LostOwners.Places#RECORDED]
  public List<StackTraceElement> place() {
    return place;
  }

  /// Gives its block back to the allocator.
  ///
  /// What lies in the block is not dropped: how much of it was in use only the owner knew. If its
  /// elements owned something, that stays lost. So does what lies in the block of an `Rc`, an `Arc`
  /// or a `Weak`, which others may own as well.
  ///
  /// ## Safety
  ///
  /// The block is unreachable, but a call on its owner need not have returned: the JVM drops an
  /// object after the last use of it, be that in the midst of a method. So nothing is freed while
  /// the thread of the owner is in a method of this package: this waits for half a second, and then
  /// refuses. Nor while the memory
  /// is lent: the segment of the [Borrow] may still be in use, and nobody can tell.
  ///
  /// The allocator must allow the calling thread to free. A [dev.cairn.memory.Heap] does; for a
  /// confined one, hand the lost owner to its thread first.
  ///
  /// @throws IllegalStateException if it cannot be given back, or not yet, or was before
  /// @throws WrongThreadException if the allocator refuses this thread; try again in another
  public void reclaim() {
    if (sharesBlock) {
      throw refused("others may share it: its last owner frees it");
    }
    if (borrows != 0) {
      throw refused("it is lent, and nobody can tell for how long");
    }
    if (isInUse()) {
      throw refused(thread + " may be in a call on it: try again when that has returned");
    }
    if (!reclaimed.compareAndSet(false, true)) {
      throw refused("it was reclaimed before");
    }
    if (block.equals(Owner.NO_BLOCK)) {
      return;
    }
    try {
      allocator.free(block);
    } catch (Throwable failure) {
      reclaimed.set(false);
      throw failure;
    }
  }

  /// Waits for some time until the owner's thread is in no call on any owner.
  private boolean isInUse() {
    long wait = 1;
    while (isCalling(thread)) {
      if (thread == Thread.currentThread() || wait > LONGEST_WAIT_MILLIS) {
        return true;
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return true;
      }
      wait *= 2;
    }
    return false;
  }

  private static boolean isCalling(Thread thread) {
    for (StackTraceElement call : thread.getStackTrace()) {
      String className = call.getClassName();
      // The classes for lost owners, which may be at work in this thread now, don't count.
      if (className.startsWith("dev.cairn.own.")
          && !className.equals(LostOwner.class.getName())
          && !className.equals(LostOwners.class.getName())) {
        return true;
      }
    }
    return false;
  }

  /// Whether its block has not ended with the allocator.
  boolean isAllocated() {
    return block.scope().isAlive();
  }

  private IllegalStateException refused(String why) {
    return new IllegalStateException(
        "reclaim of the block of a lost " + kind + " in " + allocator + ": " + why);
  }

  /// Answers `a Vec of 640 bytes in growable heap of 1048576 bytes`, and then the place, a call on
  /// each line, if it is known.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(kind).append(" of ").append(byteSize()).append(" bytes in ").append(allocator);
    if (!place.isEmpty()) {
      text.append(", made");
      place.forEach(call -> text.append("\n\tat ").append(call));
    }
    return text.toString();
  }
}
