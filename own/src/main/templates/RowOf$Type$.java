package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.StringJoiner;
import java.util.function.$Wide$Consumer;
import java.util.stream.$Wide$Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A list of `$type$`s as they are looked for, gone over, compared and shown.
abstract class RowOf$Type$ extends Sequence {
  static final ValueLayout.Of$Type$ LAYOUT = ValueLayout.$LAYOUT$;
  static final int SHIFT = $shift$;

  RowOf$Type$(Allocator allocator) {
    super(allocator, $Boxed$.BYTES, $Boxed$.BYTES);
  }

  RowOf$Type$(RowOf$Type$ from) {
    super(from);
  }

  final $type$ at(long index) {
    return memory.get(LAYOUT, index << SHIFT);
  }

  /// Looks for a value in elements that are sorted.
  ///
  /// @param value the value
  /// @return the index of an element that is equal, or `-(index + 1)` with the index at which the
  ///     value would have to be inserted
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long binarySearch($type$ value) {
    requireUsable("binarySearch");
    long low = 0;
    long high = size;
    while (low < high) {
      long middle = (low + high) >>> 1;
      int found = $Boxed$.compare(at(middle), value);
      if (found == 0) {
        return middle;
      } else if (found < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -low - 1;
  }

  /// The index of the first element that is equal to a value.
  ///
  /// @param value the value
  /// @return the index, or -1 if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long indexOf($type$ value) {
    requireUsable("indexOf");
    for (long i = 0; i < size; i++) {
      if (same(at(i), value)) {
        return i;
      }
    }
    return -1;
  }

  /// The index of the last element that is equal to a value.
  ///
  /// @param value the value
  /// @return the index, or -1 if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public long lastIndexOf($type$ value) {
    requireUsable("lastIndexOf");
    long i = size - 1;
    while (i >= 0 && !same(at(i), value)) {
      i--;
    }
    return i;
  }

  /// Whether an element is equal to a value.
  ///
  /// @param value the value
  /// @return true if one is
  /// @throws OwnershipException if this owner has ended or is another thread's
  public boolean contains($type$ value) {
    return indexOf(value) >= 0;
  }

  static boolean same($type$ a, $type$ b) {
    return $Boxed$.compare(a, b) == 0;
  }

  /// Copies the elements to a Java array.
  ///
  /// @return the array
  /// @throws UnsupportedOperationException if no array has room for them
  /// @throws OwnershipException if this owner has ended or is another thread's
  public $type$[] toArray() {
    $type$[] values = new $type$[arrayLength("toArray", size)];
    MemorySegment.copy(memory, LAYOUT, 0, values, 0, values.length);
    return values;
  }

  /// Passes each element to an action.
  ///
  /// @param action the action, during which elements neither come nor go
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void forEach($Wide$Consumer action) {
    requireUsable("forEach");
    borrowed(1);
    try {
      for (long i = 0; i < size; i++) {
        action.accept(at(i));
      }
    } finally {
      borrowed(-1);
    }
  }

  /// Goes through the elements.
  ///
  /// @return an iterator that throws [OwnershipException] as soon as elements came or went other
  ///     than through it
  /// @throws OwnershipException if this owner has ended or is another thread's
  public PrimitiveIterator.Of$Wide$ iterator() {
    requireUsable("iterator");
    return new Values();
  }

  private final class Values extends Walk implements PrimitiveIterator.Of$Wide$ {
    @Override
    public $wide$ next$Wide$() {
      return memory.get(LAYOUT, advance());
    }
  }

  /// The elements as a stream, for this thread.
  ///
  /// @return a sequential stream, which is stale as an [iterator][#iterator()] is
  /// @throws OwnershipException if this owner has ended or is another thread's
  public $Wide$Stream stream() {
    return StreamSupport.$wide$Stream(
        Spliterators.spliterator(iterator(), size, Spliterator.ORDERED), false);
  }

  /// Whether the other object is a list of the same class with equal values in the same order.
  ///
  /// @throws OwnershipException if one of two owners has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object || (object instanceof RowOf$Type$ other && hasBytesOf(other));
  }

  /// The hash code that [Arrays#hashCode($type$[])] gives these values; it changes as they do.
  ///
  /// @throws OwnershipException if this owner has ended or is another thread's
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    int hash = 1;
    for (long i = 0; i < size; i++) {
      hash = 31 * hash + $Boxed$.hashCode(at(i));
    }
    return hash;
  }

  /// The values, as a list shows them; or what this was, if it has ended or is another thread's.
  @Override
  public String toString() {
    if (!isUsable()) {
      return describe();
    }
    StringJoiner values = new StringJoiner(", ", "[", "]");
    for (long i = 0; i < size; i++) {
      values.add($Boxed$.toString(at(i)));
    }
    return values.toString();
  }
}
