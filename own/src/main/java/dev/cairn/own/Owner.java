package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Function;
import org.checkerframework.checker.mustcall.qual.InheritableMustCall;
import org.jspecify.annotations.Nullable;

/// What owns a block: it frees it exactly once, and refuses every use after that.
///
/// ## Safety
///
/// Use after [#close()], a second close, use after a move, and use by another thread are refused
/// with [OwnershipException], always. So is whatever would take memory away while it is
/// [borrowed][#borrow()].
///
/// ## Threads
///
/// An owner belongs to the thread that made it. One that was moved belongs to the first thread that
/// uses it: hand it over as any other object, through a queue for example.
@InheritableMustCall("close")
public abstract class Owner implements AutoCloseable {
  // One comparison on each use tells all: `thread` is null as soon as the owner has ended, and
  // where an owner was moved, until a thread uses it.

  private static final VarHandle THREAD;

  static {
    try {
      THREAD = MethodHandles.lookup().findVarHandle(Owner.class, "thread", Thread.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private enum State {
    OPEN,
    MOVED,
    CLOSED
  }

  /// In place of a block, where there is none.
  static final MemorySegment NO_BLOCK = MemorySegment.NULL;

  final Allocator allocator;

  /// The block. Its size is the owner's capacity in bytes. It changes by
  /// [#setMemory(MemorySegment)] alone.
  MemorySegment memory;

  private @Nullable Thread thread;
  // Written before the thread becomes null, and so seen by whoever finds it null by an acquire.
  private State state = State.OPEN;
  private int borrows;
  private @Nullable Watch watch;

  /// Makes the owner of a block. The caller frees the block if this throws.
  Owner(Allocator allocator, MemorySegment memory) {
    this(allocator, memory, Thread.currentThread());
  }

  /// Makes the owner of a block for a thread, or, if that is null, for the first that uses it.
  Owner(Allocator allocator, MemorySegment memory, @Nullable Thread thread) {
    this.allocator = allocator;
    this.memory = memory;
    this.thread = thread;
    // Its class goes there, but not the owner itself: see Watch.
    this.watch = LostOwners.chooses() ? LostOwners.watch(getClass(), allocator, memory) : null;
  }

  /// Makes an owner of what another one has, and ends that.
  ///
  /// @throws OwnershipException if the other may not be moved now
  Owner(Owner from) {
    this(from, null);
  }

  /// Makes an owner of what another one has, for a thread, and ends that.
  ///
  /// @throws OwnershipException if the other may not be moved now
  Owner(Owner from, @Nullable Thread thread) {
    from.requireUnborrowed("move");
    this.allocator = from.allocator;
    this.memory = from.memory;
    this.thread = thread;
    this.watch = from.watch;
    from.watch = null;
    from.endMoved();
  }

  /// Frees the memory, after what it holds.
  ///
  /// Closing an owner that was moved does nothing: so a try statement may move what it opened.
  ///
  /// @throws OwnershipException if it was closed before, is another thread's, or is borrowed
  @Override
  public final void close() {
    if (thread != Thread.currentThread() && wasMoved()) {
      return;
    }
    requireUnborrowed("close");
    end(State.CLOSED);
    try {
      drop();
    } catch (Throwable failure) {
      Drops.addTo(failure, this::free);
      throw failure;
    }
    free();
  }

  /// Ends what the memory holds. The owner is closed already, and nothing else uses the memory.
  ///
  /// If it throws, the memory is freed nevertheless. It ends as much as it can before it throws.
  abstract void drop();

  /// Gives the block back.
  void free() {
    if (!memory.equals(NO_BLOCK)) {
      allocator.free(memory);
    }
  }

  /// Puts another block in place of the one there was, or [#NO_BLOCK], and gives that one back:
  /// last, for an allocator may throw, or use this owner.
  final void replaceMemory(MemorySegment memory) {
    MemorySegment old = this.memory;
    setMemory(memory);
    if (!old.equals(NO_BLOCK)) {
      allocator.free(old);
    }
  }

  /// Puts another block in place of the one there was, or [#NO_BLOCK].
  void setMemory(MemorySegment memory) {
    this.memory = memory;
    if (watch != null) {
      watch.blockIs(memory);
    }
  }

  /// What this is, for messages. It reads no memory: the owner may have ended.
  abstract String describe();

  /// Lends the memory to a function.
  ///
  /// @param <R> what the function answers
  /// @param use is given the bytes in use, as a segment that ends when it returns
  /// @return what it answered
  /// @throws OwnershipException if this owner has ended or is another thread's
  /// @throws UnsupportedOperationException if the memory is in a Java array, or is the caller's and
  ///     may end before the borrow does
  public final <R extends @Nullable Object> R borrow(Function<? super MemorySegment, R> use) {
    try (Borrow borrow = borrow()) {
      return use.apply(borrow.segment());
    }
  }

  /// Lends the memory, until what this answers is closed. Where values own something, and of dicts,
  /// it can be read only. The allocator refuses to close meanwhile, as if an arena over it was
  /// open.
  ///
  /// @return the borrow
  /// @throws OwnershipException if this owner has ended or is another thread's
  /// @throws UnsupportedOperationException if the memory is in a Java array, or is the caller's and
  ///     may end before the borrow does
  @MustBeClosed
  public final Borrow borrow() {
    requireUsable("borrow");
    return new Borrow(this, lent());
  }

  /// What [#borrow()] lends: the bytes in use.
  MemorySegment lent() {
    return memory.asSlice(0, usedBytes());
  }

  /// How many bytes of the block are in use.
  abstract long usedBytes();

  /// Whether what is lent may be read only.
  boolean lendsReadOnly() {
    return false;
  }

  /// Refuses a call on an owner that has ended, or that is another thread's.
  final void requireUsable(String call) {
    if (thread != Thread.currentThread()) {
      claim(call);
    }
  }

  /// Refuses a call that would take the memory away or give it another place, in addition.
  final void requireUnborrowed(String call) {
    requireUsable(call);
    if (isBorrowed()) {
      throw new OwnershipException(
          Kind.BORROWED,
          call
              + " of "
              + describe()
              + ", which has "
              + borrows
              + (borrows == 1 ? " borrow" : " borrows")
              + " open");
    }
  }

  /// Whether a borrow is open.
  final boolean isBorrowed() {
    return borrows != 0;
  }

  /// Counts borrows that open, or, if there are fewer than none of them, that end.
  void borrowed(int more) {
    borrows += more;
    if (watch != null) {
      watch.borrowed(more);
    }
  }

  /// Whether the current thread may use this as it is, without becoming its thread by asking.
  final boolean isUsable() {
    return thread == Thread.currentThread();
  }

  /// Ends this owner when somebody else has what it had. Closing it does nothing from now on.
  final void endMoved() {
    end(State.MOVED);
  }

  private boolean wasMoved() {
    return THREAD.getAcquire(this) == null && state == State.MOVED;
  }

  private void end(State last) {
    state = last;
    if (watch != null) {
      watch.end();
      watch = null;
    }
    THREAD.setRelease(this, null);
  }

  private void claim(String call) {
    Thread owner = (Thread) THREAD.getAcquire(this);
    if (owner == null && state == State.OPEN) {
      owner = (Thread) THREAD.compareAndExchange(this, null, Thread.currentThread());
      if (owner == null) {
        if (state == State.OPEN) {
          if (watch != null) {
            watch.threadIs(Thread.currentThread());
          }
          return;
        }
        // Another thread has used and ended it between the two looks at it.
        THREAD.setRelease(this, null);
      }
    }
    throw switch (state) {
      case CLOSED ->
          new OwnershipException(Kind.CLOSED, call + " of " + describe() + ", which is closed");
      case MOVED ->
          new OwnershipException(Kind.MOVED, call + " of " + describe() + ", which was moved");
      case OPEN ->
          new OwnershipException(
              Kind.WRONG_THREAD,
              call
                  + " of "
                  + describe()
                  + " by "
                  + Thread.currentThread()
                  + ", but it belongs to "
                  + owner);
    };
  }
}
