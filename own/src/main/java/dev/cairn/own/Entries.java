package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;

/// An owner whose block is a table of entries, whatever the entries are and wherever they lie.
abstract class Entries extends Owner {
  long size;

  /// Counts what makes iterators and cursors stale.
  int changes;

  /// Makes an owner without a block.
  Entries(Allocator allocator) {
    super(allocator, NO_BLOCK);
  }

  /// Makes an owner of what another one has, and ends that.
  Entries(Entries from) {
    super(from);
    this.size = from.size;
  }

  @Override
  final long usedBytes() {
    return memory.byteSize();
  }

  /// Which slots are taken is for the table alone to write.
  @Override
  final boolean lendsReadOnly() {
    return true;
  }

  /// How many entries there are.
  ///
  /// @return the number of entries
  /// @throws OwnershipException if this dict has ended or is another thread's
  public final long size() {
    requireUsable("size");
    return size;
  }

  /// Whether there are no entries.
  ///
  /// @return true if there are none
  /// @throws OwnershipException if this dict has ended or is another thread's
  public final boolean isEmpty() {
    requireUsable("isEmpty");
    return size == 0;
  }

  /// Refuses a call on a view that is older than a change.
  ///
  /// @param call the method and the kind of view, for the message
  /// @param expected the number of changes that the view knows of
  final void requireUnchanged(String call, int expected) {
    requireUsable(call);
    if (changes != expected) {
      throw new OwnershipException(
          Kind.STALE, call + " of " + describe() + ", which has changed since");
    }
  }

  static void requireCapacity(long capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException(
          "withCapacity of " + capacity + " entries: say how many are to come, 0 or more");
    }
  }

  static void requireMore(long more) {
    if (more < 0) {
      throw new IllegalArgumentException(
          "reserve of " + more + " entries: say how many are to come, 0 or more");
    }
  }
}
