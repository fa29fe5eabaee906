package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What owners of single values do to them: nothing is lost, whatever an element throws, and a
/// place holds a value at every moment in which foreign code runs.
///
/// Elements may lie anywhere, and be copied as bytes: so a value that owns something is made in
/// memory apart first.
final class Values {
  private Values() {}

  /// Puts a value in the place of another, which is dropped. If the value cannot be written, the
  /// old one stays; if the old one throws, the new one is in its place.
  static <T> void assign(Element<T> element, MemorySegment memory, long offset, T value) {
    if (!element.owns()) {
      element.set(memory, offset, value);
      return;
    }
    MemorySegment old = swap(element, memory, offset, value);
    element.drop(old, 0);
  }

  /// Puts a value in the place of another, which is moved out.
  static <T> T exchange(Element<T> element, MemorySegment memory, long offset, T value) {
    if (!element.owns()) {
      T old = element.get(memory, offset);
      element.set(memory, offset, value);
      return old;
    }
    return take(element, swap(element, memory, offset, value), 0);
  }

  /// Moves a value out, or drops it if that throws.
  static <T> T take(Element<T> element, MemorySegment memory, long offset) {
    try {
      return element.take(memory, offset);
    } catch (Throwable failure) {
      Drops.addTo(failure, () -> element.drop(memory, offset));
      throw failure;
    }
  }

  /// Whether two elements in memory are equal.
  static <T, U> boolean areEqual(
      Element<T> element,
      MemorySegment memory,
      long offset,
      Element<U> otherElement,
      MemorySegment otherMemory,
      long otherOffset) {
    U other = otherElement.get(otherMemory, otherOffset);
    try {
      if (!element.equals(otherElement) && !isOfSameClass(element, memory, offset, other)) {
        return false;
      }
      @SuppressWarnings("unchecked") // of the same element, or class
      T value = (T) other;
      return element.isEqual(memory, offset, value);
    } finally {
      discard(otherElement, other);
    }
  }

  private static <T> boolean isOfSameClass(
      Element<T> element, MemorySegment memory, long offset, Object other) {
    T value = element.get(memory, offset);
    try {
      return value.getClass() == other.getClass();
    } finally {
      discard(element, value);
    }
  }

  /// The text of an element in memory.
  static <T> String text(Element<T> element, MemorySegment memory, long offset) {
    T value = element.get(memory, offset);
    try {
      return String.valueOf(value);
    } finally {
      discard(element, value);
    }
  }

  /// Ends what a value owns that is in no memory.
  static <T> void discard(Element<T> element, T value) {
    if (element.owns()) {
      MemorySegment apart = apart(element);
      element.set(apart, 0, value);
      element.drop(apart, 0);
    }
  }

  /// Ends a value that nobody will have because something was thrown, as well as can be.
  static void forsake(@Nullable Object value, Throwable failure) {
    if (value instanceof Owner owner) {
      Drops.addTo(failure, owner::close);
    }
  }

  /// Puts a value in the place of another.
  ///
  /// @return the old one, in memory of its own
  private static <T> MemorySegment swap(
      Element<T> element, MemorySegment memory, long offset, T value) {
    MemorySegment apart = apart(element);
    element.set(apart, 0, value);
    long byteSize = element.byteSize();
    MemorySegment old = apart(element);
    MemorySegment.copy(memory, offset, old, 0, byteSize);
    MemorySegment.copy(apart, 0, memory, offset, byteSize);
    return old;
  }

  private static MemorySegment apart(Element<?> element) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(element.byteSize())]);
  }
}
