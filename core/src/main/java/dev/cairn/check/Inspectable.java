package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;

/// An allocator that can be asked about its blocks: how much they are checked, who holds them, and
/// what an address was. Unless an implementation says otherwise, they are not checked.
public interface Inspectable extends Allocator {
  /// How much the blocks are checked.
  ///
  /// @return the level
  default CheckLevel checkLevel() {
    return CheckLevel.OFF;
  }

  /// The blocks that are live now. Those that are checked are told by the calls that allocated
  /// them, the others by size class.
  ///
  /// While other threads use the allocator, the figures are of slightly different moments.
  ///
  /// @return a report; empty after closing
  LeakReport leaks();

  /// What is known of an address: "17 bytes inside a 40-byte block, allocated at
  /// Orders.load(Orders.java:42) and freed at Orders.drop(Orders.java:50)". To be asked where an
  /// access has thrown, or has read `0xFD`.
  ///
  /// @param segment whatever begins at the address; it may have ended
  /// @return the words; they begin with "unknown" if no checked block, live or in quarantine, is
  ///     there or nearby
  default String explain(MemorySegment segment) {
    return "unknown, as this "
        + this
        + " is not checked: start with -D"
        + CheckLevel.PROPERTY
        + "=full";
  }

  /// The exception to throw in the place of another one, which an access has thrown: with the place
  /// and the stacks of the allocation and of the free, if the block was freed and is still known.
  ///
  /// {@snippet :
  /// try {
  ///   order.set(ValueLayout.JAVA_INT, 0, 42);
  /// } catch (IllegalStateException closed) {
  ///   throw heap.explained(order, closed);
  /// }
  /// }
  ///
  /// @param segment what was accessed
  /// @param failure what that has thrown
  /// @return a [UseAfterFreeException] with `failure` as its cause; `failure` itself if `segment`
  ///     begins in no block that is known to be freed
  default RuntimeException explained(MemorySegment segment, RuntimeException failure) {
    return failure;
  }

  /// Checks what there is to check: the redzones and the quarantine of checked blocks, and the
  /// bookkeeping. No other thread may use the allocator meanwhile.
  ///
  /// @throws DamagedBlockException if there are bytes that have changed; with all other damages
  ///     suppressed
  /// @throws AssertionError if the bookkeeping is wrong, with the values
  void validate();
}
