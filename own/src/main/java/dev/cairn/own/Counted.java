package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.util.NoSuchElementException;

/// An owner of elements of one size: how many there are, and how many there is room for.
abstract class Counted extends Growing {
  /// The size of an element in bytes.
  final long stride;

  /// How many elements there are.
  long size;

  /// How often elements came or went, for views and iterators that know them from before.
  int changes;

  /// Makes an owner of no elements.
  Counted(Allocator allocator, long stride, long byteAlignment) {
    super(allocator, byteAlignment);
    this.stride = stride;
  }

  /// Makes an owner of what another one has, and ends that.
  Counted(Counted from) {
    super(from);
    this.stride = from.stride;
    this.size = from.size;
  }

  @Override
  final long usedBytes() {
    return size * stride;
  }

  /// How many elements there are.
  ///
  /// @return the number
  /// @throws OwnershipException if this owner has ended or is another thread's
  public final long size() {
    requireUsable("size");
    return size;
  }

  /// Whether there are no elements.
  ///
  /// @return true if the size is zero
  /// @throws OwnershipException if this owner has ended or is another thread's
  public final boolean isEmpty() {
    return size() == 0;
  }

  /// How many elements the block has room for.
  ///
  /// @return the number; [Long#MAX_VALUE] if elements have no bytes
  /// @throws OwnershipException if this owner has ended or is another thread's
  public final long capacity() {
    requireUsable("capacity");
    return stride == 0 ? Long.MAX_VALUE : memory.byteSize() / stride;
  }

  /// Makes sure that there is room for more elements, and leaves some beyond that if it must grow.
  ///
  /// @param more how many elements more than there are
  /// @throws IllegalArgumentException if it is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void reserve(long more) {
    makeRoom("reserve", bytes("reserve", more));
  }

  /// Makes sure that there is room for more elements, and for no others if it must grow.
  ///
  /// @param more how many elements more than there are
  /// @throws IllegalArgumentException if it is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void reserveExact(long more) {
    makeExactRoom("reserveExact", bytes("reserveExact", more));
  }

  /// Gives back the memory that no element is in.
  ///
  /// @throws dev.cairn.alloc.MemoryExhaustedException if the block must move for that, and there is
  ///     no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void shrinkToFit() {
    shrink("shrinkToFit", 0);
  }

  /// Gives back the memory that no element is in, but for some.
  ///
  /// @param capacity how many elements there is room for afterwards, unless there was less room or
  ///     there are more elements
  /// @throws IllegalArgumentException if it is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if the block must move for that, and there is
  ///     no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void shrinkTo(long capacity) {
    shrink("shrinkTo", bytes("shrinkTo", capacity));
  }

  @Override
  final String describe() {
    return "a "
        + getClass().getSimpleName()
        + " of "
        + size
        + (size == 1 ? " element" : " elements");
  }

  /// The size of some elements in bytes, or the most there is if they have none.
  final long bytes(String call, long count) {
    requireCount(call, count);
    long bytes = count * stride;
    return Math.multiplyHigh(count, stride) != 0 || bytes < 0 ? Long.MAX_VALUE : bytes;
  }

  final void requireCount(String call, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          call + " of " + describe() + " with " + count + " elements: pass zero or more");
    }
  }

  /// Refuses more elements than a `long` counts: those that have no bytes can be so many.
  final void requireSum(String call, long more) {
    if (size + more < 0) {
      throw new IllegalArgumentException(
          call
              + " of "
              + describe()
              + " by "
              + more
              + " elements: together they are more than "
              + Long.MAX_VALUE
              + "; add fewer");
    }
  }

  /// Says that there are as many elements as that now.
  final void setSize(long newSize) {
    size = newSize;
    changes++;
  }

  /// Says that there is one element more at the end.
  final void added() {
    size++;
    changes++;
  }

  /// The index of the last element.
  final long last(String call) {
    requireUsable(call);
    if (size == 0) {
      throw new NoSuchElementException(call + " of " + describe());
    }
    return size - 1;
  }
}
