package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A list of elements of which many come, go or change in one call. [Vec] adds what is done with
/// one.
abstract class BulkRow<T extends @MustCallUnknown Object> extends Row<T> {
  BulkRow(Allocator allocator, Element<T> element) {
    super(allocator, element);
  }

  BulkRow(BulkRow<T> from) {
    super(from);
  }

  public abstract void push(@Owning T value);

  public abstract void set(long index, @Owning T value);

  /// Adds values at the end. If getting or adding one throws, those before it have been added.
  ///
  /// @param values the values, which move in; of this list itself, independent values
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @SuppressWarnings("ReferenceEquality") // its own elements, not equal ones
  public void extend(Iterable<? extends T> values) {
    if (values == this) {
      extendFromWithin(0, size);
    } else if (values instanceof Collection<? extends T> collection) {
      // Of a collection that this very list is behind, nothing can be read while it grows.
      @SuppressWarnings("unchecked") // it has no others
      List<T> all = (List<T>) Arrays.asList(collection.toArray());
      reserve(all.size());
      all.forEach(this::push);
    } else {
      values.forEach(this::push);
    }
  }

  /// Adds values at the end, by copying elements that own nothing.
  ///
  /// @param elements their bytes
  /// @throws UnsupportedOperationException if elements own something
  /// @throws IllegalArgumentException if these are not whole elements
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void extend(MemorySegment elements) {
    requirePlain("extend");
    extendBytes("extend", elements);
  }

  /// Adds independent values of elements of this list at the end.
  ///
  /// @param from the index of the first
  /// @param to the index after the last
  /// @throws IndexOutOfBoundsException if there is no such range
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void extendFromWithin(long from, long to) {
    if (!element.owns()) {
      extendBytesFromWithin("extendFromWithin", from, to);
      return;
    }
    requireUnborrowed("extendFromWithin");
    Objects.checkFromToIndex(from, to, size);
    reserve(to - from);
    for (long i = from; i < to; i++) {
      push(get(i));
    }
  }

  /// Drops elements from the end or adds some to it, until there are as many as asked for.
  ///
  /// @param newSize how many elements there shall be
  /// @param values what answers the values to be added; if it throws, those before it have been
  ///     added
  /// @throws IllegalArgumentException if the size is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void resizeWith(long newSize, Supplier<? extends T> values) {
    truncate(newSize);
    if (newSize > size) {
      reserve(newSize - size);
      while (size < newSize) {
        push(values.get());
      }
    }
  }

  /// Drops elements from the end or adds some to it, until there are as many as asked for.
  ///
  /// @param newSize how many elements there shall be
  /// @param value the value of those that are added
  /// @throws UnsupportedOperationException if elements own something
  /// @throws IllegalArgumentException if the size is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void resize(long newSize, T value) {
    requirePlain("resize");
    resizeWith(newSize, () -> value);
  }

  /// Gives every element the same value.
  ///
  /// @param value the value
  /// @throws UnsupportedOperationException if elements own something
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void fill(T value) {
    requireUsable("fill");
    requirePlain("fill");
    for (long i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /// Keeps the elements that pass a test, and drops the others. If the test throws, the elements
  /// that it did not judge are kept.
  ///
  /// @param test what is true for those to keep
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void retain(Predicate<? super T> test) {
    retain(0, size, test);
  }

  void retain(long from, long to, Predicate<? super T> test) {
    sift("retain", from, to, (index, _) -> show(index, test::test));
  }

  /// Drops the elements that are equal to the one before them.
  ///
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void dedup() {
    sift(
        "dedup",
        0,
        size,
        (index, kept) ->
            kept < 0 || !show(index, value -> element.isEqual(memory, kept * stride, value)));
  }

  /// Drops the elements that are the same as the one that was kept before them. If the test
  /// throws, the elements that it did not judge are kept.
  ///
  /// @param same what is true for an element, first, that is the same as another one, second
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void dedup(BiPredicate<? super T, ? super T> same) {
    sift(
        "dedup",
        0,
        size,
        (index, kept) ->
            kept < 0 || !show(index, value -> show(kept, before -> same.test(value, before))));
  }

  /// Moves the elements of a range out, one after the other. If the action throws, those that are
  /// left are dropped. Those after the range move to its place.
  ///
  /// @param from the index of the first
  /// @param to the index after the last
  /// @param action what gets each value
  /// @throws IndexOutOfBoundsException if there is no such range
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void drain(long from, long to, Consumer<? super T> action) {
    requireUnborrowed("drain");
    Objects.checkFromToIndex(from, to, size);
    long after = size - to;
    long next = from;
    Drops drops = new Drops();
    setSize(from);
    borrowed(1);
    try {
      while (next < to) {
        T value = element.take(memory, next * stride);
        next++;
        action.accept(value);
      }
    } catch (Throwable failure) {
      long left = next;
      drops.failed(failure);
      drops.attempt(() -> dropElements(left * stride, to - left));
    }
    borrowed(-1);
    shift(to, from, after);
    setSize(from + after);
    drops.rethrow();
  }

  private void requirePlain(String call) {
    if (element.owns()) {
      throw new UnsupportedOperationException(
          call
              + " of "
              + describe()
              + ", which own something, so that each needs a value of its own: push values, or use"
              + " resizeWith");
    }
  }
}
