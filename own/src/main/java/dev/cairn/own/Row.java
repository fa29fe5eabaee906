package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.jspecify.annotations.Nullable;

/// A list of elements as they are looked for, sorted, compared and shown.
///
/// Their values are read for that, and closed if they are owners.
abstract class Row<T extends @MustCallUnknown Object> extends Sequence {
  final Element<T> element;

  Row(Allocator allocator, Element<T> element) {
    super(allocator, element.byteSize(), element.byteAlignment());
    this.element = GuardedElement.of(this, element);
  }

  Row(Row<T> from) {
    super(from);
    this.element = GuardedElement.of(this, from.element);
  }

  // What one element takes is in Vec itself, so that a call of it from elsewhere is a call of it
  // and of nothing between.
  public abstract T get(long index);

  /// Sorts the elements. Equal ones keep their order. If the comparator throws, all elements are
  /// where they were.
  ///
  /// ## Cost
  ///
  /// O(n log n), and the value of each element as garbage, with about 40 bytes besides.
  ///
  /// @param order the order, as [Comparator#naturalOrder()]
  /// @throws UnsupportedOperationException if there are more elements than a Java array has room
  ///     for
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void sort(Comparator<? super T> order) {
    requireUsable("sort");
    sort(0, size, order);
  }

  void sort(long from, long to, Comparator<? super T> order) {
    int count = arrayLength("sort", to - from);
    if (count < 2 || stride == 0) {
      return;
    }
    record Placed<T>(T value, int place) {}
    List<Placed<T>> sorted = new ArrayList<>(count);
    Drops drops = new Drops();
    borrowed(1);
    try {
      for (int i = 0; i < count; i++) {
        sorted.add(new Placed<>(get(from + i), i));
      }
      sorted.sort((a, b) -> order.compare(a.value, b.value));
      arrange(from, sorted.stream().mapToInt(Placed::place).toArray());
    } catch (Throwable failure) {
      drops.failed(failure);
    } finally {
      borrowed(-1);
    }
    if (element.owns()) {
      sorted.forEach(placed -> drops.attempt(() -> release(placed.value)));
    }
    drops.rethrow();
  }

  /// Looks for a value in elements that are sorted.
  ///
  /// @param value the value
  /// @param order the order in which they are sorted
  /// @return the index of an element that compares as equal, or `-(index + 1)` with the index at
  ///     which the value would have to be inserted
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long binarySearch(T value, Comparator<? super T> order) {
    requireUsable("binarySearch");
    borrowed(1);
    try {
      long low = 0;
      long high = size;
      while (low < high) {
        long middle = (low + high) >>> 1;
        int found = show(middle, candidate -> order.compare(candidate, value));
        if (found == 0) {
          return middle;
        } else if (found < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return -low - 1;
    } finally {
      borrowed(-1);
    }
  }

  /// The index of the first element that is equal to a value.
  ///
  /// @param value the value
  /// @return the index, or -1 if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long indexOf(T value) {
    requireUsable("indexOf");
    borrowed(1);
    try {
      for (long i = 0; i < size; i++) {
        if (element.isEqual(memory, i * stride, value)) {
          return i;
        }
      }
      return -1;
    } finally {
      borrowed(-1);
    }
  }

  /// The index of the last element that is equal to a value.
  ///
  /// @param value the value
  /// @return the index, or -1 if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long lastIndexOf(T value) {
    requireUsable("lastIndexOf");
    borrowed(1);
    try {
      long i = size - 1;
      while (i >= 0 && !element.isEqual(memory, i * stride, value)) {
        i--;
      }
      return i;
    } finally {
      borrowed(-1);
    }
  }

  /// Whether an element is equal to a value.
  ///
  /// @param value the value
  /// @return true if one is
  /// @throws OwnershipException if this owner has ended or is another thread's
  public boolean contains(T value) {
    return indexOf(value) >= 0;
  }

  /// Whether the other object is a list of the same class with equal values in the same order.
  ///
  /// @throws OwnershipException if one of two owners has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object object) {
    if (this == object || !(object instanceof Row<?> other)) {
      return this == object;
    }
    if (size() != other.size()) {
      return false;
    }
    borrowed(1);
    other.borrowed(1);
    try {
      long i = 0;
      while (i < size) {
        long index = i;
        if (!show(index, value -> other.show(index, its -> Objects.deepEquals(value, its)))) {
          return false;
        }
        i++;
      }
      return true;
    } finally {
      other.borrowed(-1);
      borrowed(-1);
    }
  }

  /// The hash code that a [List] of these values has; it changes as they do.
  ///
  /// @throws OwnershipException if this owner has ended or is another thread's
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    int hash = 1;
    for (long i = 0; i < size; i++) {
      hash =
          31 * hash
              + show(
                  i,
                  value ->
                      value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode());
    }
    return hash;
  }

  /// The values, as a [List] shows them; or what this was, if it has ended or is another thread's.
  @Override
  public String toString() {
    if (!isUsable()) {
      return describe();
    }
    StringJoiner values = new StringJoiner(", ", "[", "]");
    for (long i = 0; i < size; i++) {
      values.add(
          show(
              i,
              value -> value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString()));
    }
    return values.toString();
  }

  /// Shows a value to a function, and ends the value if it is an owner.
  <R> R show(long index, Function<? super T, R> use) {
    // What was shown before this one may have ended the list.
    requireUsable("get");
    T value = element.get(memory, index * stride);
    if (!element.owns()) {
      return use.apply(value);
    }
    Drops drops = new Drops();
    try {
      return use.apply(value);
    } catch (Throwable failure) {
      drops.failed(failure);
      throw failure;
    } finally {
      drops.attempt(() -> release(value));
      drops.rethrow();
    }
  }

  private static void release(Object value) {
    if (value instanceof AutoCloseable owner) {
      try {
        owner.close();
      } catch (RuntimeException failure) {
        throw failure;
      } catch (Exception failure) {
        throw new IllegalStateException(
            "closing what an element answered, a " + value.getClass(), failure);
      }
    }
  }

  /// What owns something is written by its element alone: a copy of its bytes would own it again.
  @Override
  boolean lendsReadOnly() {
    return element.owns();
  }

  @Override
  void dropElements(long offset, long count) {
    Drops.range(element, memory, offset, count);
  }
}
