package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;
import java.util.Objects;

/// An owner of elements of one size that lie one after the other, whatever they are.
///
/// Whenever code that is not ours runs (an element's drop, a predicate, a comparator) the sequence
/// counts as borrowed, so that what it finds here is not taken away under it; and it holds only
/// elements that are there.
abstract class Sequence extends Counted {
  /// Makes an empty sequence.
  Sequence(Allocator allocator, long stride, long byteAlignment) {
    super(allocator, stride, byteAlignment);
  }

  /// Makes a sequence of what another one has, and ends that.
  Sequence(Sequence from) {
    super(from);
  }

  /// Drops the elements from an index on, if there are so many. The capacity stays.
  ///
  /// @param newSize how many elements to keep
  /// @throws IllegalArgumentException if it is negative
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void truncate(long newSize) {
    requireUnborrowed("truncate");
    requireCount("truncate", newSize);
    if (newSize < size) {
      removeChecked(newSize, size);
    }
  }

  /// Drops all elements. The capacity stays.
  ///
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void clear() {
    requireUnborrowed("clear");
    removeChecked(0, size);
  }

  /// Drops the elements of a range. Those after it move to its place.
  ///
  /// @param from the index of the first
  /// @param to the index after the last
  /// @throws IndexOutOfBoundsException if there is no such range
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public final void removeRange(long from, long to) {
    requireUnborrowed("removeRange");
    Objects.checkFromToIndex(from, to, size);
    removeChecked(from, to);
  }

  /// Lets two elements change places.
  ///
  /// @param i the index of one
  /// @param j the index of the other
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  public final void swap(long i, long j) {
    requireUsable("swap");
    exchange(
        memory,
        Objects.checkIndex(i, size) * stride,
        memory,
        Objects.checkIndex(j, size) * stride,
        stride);
  }

  /// Turns the order of the elements round.
  ///
  /// @throws OwnershipException if this owner has ended or is another thread's
  public final void reverse() {
    requireUsable("reverse");
    for (long low = 0, high = usedBytes() - stride; low < high; low += stride, high -= stride) {
      exchange(memory, low, memory, high, stride);
    }
  }

  /// Lends the memory of some elements, until what this answers is closed.
  ///
  /// @param from the index of the first
  /// @param to the index after the last
  /// @return the borrow
  /// @throws IndexOutOfBoundsException if there is no such range
  /// @throws OwnershipException if this owner has ended or is another thread's
  /// @throws UnsupportedOperationException if the memory is in a Java array
  @MustBeClosed
  public final Borrow borrow(long from, long to) {
    requireUsable("borrow");
    Objects.checkFromToIndex(from, to, size);
    return new Borrow(this, from * stride, (to - from) * stride);
  }

  /// Ends what some elements own.
  void dropElements(long offset, long count) {}

  @Override
  final void drop() {
    dropElements(0, size);
  }

  /// Moves elements so that there is a gap of one element at an index. There is room.
  ///
  /// @return the offset of the gap
  final long openGap(long index) {
    shift(index, index + 1, size - index);
    size++;
    changes++;
    return index * stride;
  }

  /// Closes the gap that an element has left.
  final void closeGap(long index) {
    size--;
    shift(index + 1, index, size - index);
    changes++;
  }

  /// Moves the last element to the place that an element has left.
  final void closeGapWithLast(long index) {
    shift(size - 1, index, 1);
    setSize(size - 1);
  }

  /// Moves elements to a place before their own or after it.
  final void shift(long from, long to, long count) {
    MemorySegment.copy(memory, from * stride, memory, to * stride, count * stride);
  }

  private void removeChecked(long from, long to) {
    long after = size - to;
    setSize(from);
    borrowed(1);
    try {
      dropElements(from * stride, to - from);
    } finally {
      borrowed(-1);
      shift(to, from, after);
      setSize(from + after);
    }
  }

  /// Says of each element whether it is kept.
  @FunctionalInterface
  interface Sieve {
    /// Whether to keep an element.
    ///
    /// @param index where the element is
    /// @param kept where the one that was kept before it is; -1 if none was
    boolean keeps(long index, long kept);
  }

  /// Drops the elements of a range that a sieve does not keep. If it throws, those that it was not
  /// asked about are kept.
  final void sift(String call, long from, long to, Sieve sieve) {
    requireUnborrowed(call);
    long all = size;
    long kept = from;
    long next = from;
    Drops drops = new Drops();
    setSize(from);
    borrowed(1);
    try {
      for (; next < to; next++) {
        if (!sieve.keeps(next, kept - 1)) {
          long dropped = next * stride;
          drops.attempt(() -> dropElements(dropped, 1));
        } else {
          if (kept != next) {
            shift(next, kept, 1);
          }
          kept++;
        }
      }
    } catch (Throwable failure) {
      drops.failed(failure);
    } finally {
      borrowed(-1);
      shift(next, kept, all - next);
      setSize(kept + all - next);
    }
    drops.rethrow();
  }

  /// Adds copies of the bytes of elements that own nothing.
  final void extendBytes(String call, MemorySegment source) {
    long byteSize = source.byteSize();
    if (stride == 0 || byteSize % stride != 0) {
      throw new IllegalArgumentException(
          call
              + " of "
              + describe()
              + " by "
              + byteSize
              + " bytes, but an element has "
              + stride
              + ": pass whole elements");
    }
    makeRoom(call, byteSize);
    MemorySegment.copy(source, 0, memory, usedBytes(), byteSize);
    setSize(size + byteSize / stride);
  }

  /// Adds copies of elements of its own that own nothing.
  final void extendBytesFromWithin(String call, long from, long to) {
    requireUsable(call);
    Objects.checkFromToIndex(from, to, size);
    long count = to - from;
    requireSum(call, count);
    makeRoom(call, count * stride);
    shift(from, size, count);
    setSize(size + count);
  }

  /// Moves all elements of another sequence here.
  @SuppressWarnings("ReferenceEquality") // itself, not an equal one
  final void appendAll(String call, Sequence other) {
    if (other == this) {
      throw new IllegalArgumentException(
          call + " of " + describe() + " to itself: use extendFromWithin");
    }
    other.requireUnborrowed(call);
    requireSum(call, other.size);
    makeRoom(call, other.usedBytes());
    MemorySegment.copy(other.memory, 0, memory, usedBytes(), other.usedBytes());
    setSize(size + other.size);
    other.setSize(0);
  }

  /// Moves the elements from an index on to the end of another sequence.
  final void moveTail(String call, long at, Sequence to) {
    requireUnborrowed(call);
    Objects.checkFromToIndex(at, size, size);
    long count = size - at;
    to.makeExactRoom(call, count * stride);
    MemorySegment.copy(memory, at * stride, to.memory, to.usedBytes(), count * stride);
    to.setSize(to.size + count);
    setSize(at);
  }

  /// Whether two sequences of elements that own nothing have the same bytes.
  final boolean hasBytesOf(Sequence other) {
    requireUsable("equals");
    other.requireUsable("equals");
    long used = usedBytes();
    return used == other.usedBytes()
        && MemorySegment.mismatch(memory, 0, used, other.memory, 0, used) == -1;
  }

  /// A number of elements, as the length of a Java array.
  final int arrayLength(String call, long count) {
    requireUsable(call);
    // Some JVMs refuse arrays that are a little shorter than the longest.
    if (count > Integer.MAX_VALUE - 8) {
      throw new UnsupportedOperationException(
          call
              + " of "
              + describe()
              + ", of which a Java array has no room for "
              + count
              + ": go through them in parts");
    }
    return (int) count;
  }

  /// Moves each of some elements to the place that an order gives it, which is used up.
  ///
  /// @param from where the elements begin
  /// @param order which element, counted from there, comes to each place
  final void arrange(long from, int[] order) {
    for (int first = 0; first < order.length; first++) {
      int place = first;
      while (order[place] != first) {
        int next = order[place];
        swap(from + place, from + next);
        order[place] = place;
        place = next;
      }
      order[place] = place;
    }
  }

  /// Lets two elements change places.
  static void exchange(MemorySegment a, long i, MemorySegment b, long j, long byteSize) {
    long k = 0;
    for (; k + Long.BYTES <= byteSize; k += Long.BYTES) {
      long word = a.get(ValueLayout.JAVA_LONG_UNALIGNED, i + k);
      a.set(ValueLayout.JAVA_LONG_UNALIGNED, i + k, b.get(ValueLayout.JAVA_LONG_UNALIGNED, j + k));
      b.set(ValueLayout.JAVA_LONG_UNALIGNED, j + k, word);
    }
    for (; k < byteSize; k++) {
      byte one = a.get(ValueLayout.JAVA_BYTE, i + k);
      a.set(ValueLayout.JAVA_BYTE, i + k, b.get(ValueLayout.JAVA_BYTE, j + k));
      b.set(ValueLayout.JAVA_BYTE, j + k, one);
    }
  }

  /// Refuses a view or an iterator that has seen another state.
  final void requireFresh(String call, int seen) {
    requireUsable(call);
    if (seen != changes) {
      throw new OwnershipException(
          Kind.STALE, call + " on a view of " + describe() + ", which has changed since");
    }
  }

  /// Goes from element to element, until the sequence changes.
  abstract class Walk {
    private int seen = changes;
    private long next;
    private long last = -1;

    /// Whether there is an element more.
    public final boolean hasNext() {
      requireFresh("hasNext", seen);
      return next < size;
    }

    /// The offset of the next element.
    final long advance() {
      requireFresh("next", seen);
      if (next >= size) {
        throw new NoSuchElementException(
            "the iterator is behind the last of " + size + " elements");
      }
      last = next++;
      return last * stride;
    }

    /// Drops the element that was answered last.
    public final void remove() {
      requireFresh("remove", seen);
      if (last < 0) {
        throw new IllegalStateException("remove without a next before it: call next() first");
      }
      long removed = last;
      last = -1;
      next = removed;
      try {
        removeRange(removed, removed + 1);
      } finally {
        seen = changes;
      }
    }
  }
}
