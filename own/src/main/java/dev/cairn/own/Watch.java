package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What an owner holds for as long as it owns, if it is watched: when the collector finds this, the
/// owner was lost.
///
/// A move hands it over with the memory.
final class Watch {
  // The collector is asked about this object instead of the owner, which so is passed nowhere when
  // it is made: one that stays in its method need never be on the Java heap, whether or not others
  // of its kind are watched.

  private static final Set<Trace> TRACES = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<Watch> FOUND = new ReferenceQueue<>();

  private static final class Trace extends PhantomReference<Watch> {
    private final LostOwner owner;

    Trace(Watch watch, LostOwner owner) {
      super(watch, FOUND);
      this.owner = owner;
    }
  }

  private final Trace trace;

  Watch(LostOwner owner) {
    this.trace = new Trace(this, owner);
    TRACES.add(trace);
  }

  /// Waits until an owner is lost.
  static LostOwner nextLost() throws InterruptedException {
    while (true) {
      // Nothing else is ever put into the queue.
      Trace trace = (Trace) FOUND.remove();
      if (TRACES.remove(trace)) {
        return trace.owner;
      }
    }
  }

  /// Whether any owner of a block of an allocator is watched. For tests.
  static boolean isAny(Allocator allocator) {
    return TRACES.stream().anyMatch(trace -> trace.owner.allocator().equals(allocator));
  }

  /// The owner has ended by itself.
  void end() {
    try {
      TRACES.remove(trace);
      trace.clear();
    } finally {
      // Until then it must not be found, though nobody needs it any more.
      Reference.reachabilityFence(this);
    }
  }

  /// The owner has another block.
  void blockIs(MemorySegment block) {
    trace.owner.block = block;
  }

  /// The owner belongs to another thread.
  void threadIs(Thread thread) {
    trace.owner.thread = thread;
  }

  /// Memory of the owner is lent more often than before, or less.
  void borrowed(int more) {
    trace.owner.borrows += more;
  }
}
