package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// How values of one type lie in memory.
///
/// Most elements are plain data. One that *owns* something (a block of its own, a count of a shared
/// one) moves in with [#set(MemorySegment, long, Object)] and out with [#take(MemorySegment,
/// long)], and is ended by [#drop(MemorySegment, long)]: whoever has the memory calls one of the
/// two last exactly once.
///
/// Offsets need not be aligned in memory: access is by unaligned layouts in the machine's byte
/// order.
///
/// @param <T> the type of the values
public interface Element<T extends @MustCallUnknown Object> {
  /// The size of an element: a multiple of its alignment, so that elements can lie one after the
  /// other.
  ///
  /// @return the size, which may be zero
  long byteSize();

  /// The alignment of an element, for whoever allocates memory for it.
  ///
  /// @return a power of two
  long byteAlignment();

  /// Reads a value, which stays where it is. What it owns is copied, or counted once more: the
  /// caller owns that.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  /// @return the value
  T get(MemorySegment memory, long offset);

  /// Writes a value into memory in which no element is. What the value owns moves in, unless this
  /// throws.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  /// @param value the value
  void set(MemorySegment memory, long offset, @Owning T value);

  /// Moves a value out. The memory holds no element after that, unless this throws.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  /// @return the value; the caller owns what it owns
  default T take(MemorySegment memory, long offset) {
    return get(memory, offset);
  }

  /// Ends what an element owns. The memory holds no element after that, even if this throws.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  default void drop(MemorySegment memory, long offset) {}

  /// Whether elements own anything, so that they must be taken or dropped.
  ///
  /// @return false if dropping does nothing
  default boolean owns() {
    return false;
  }

  /// The hash code of a value. Values that are equal have the same.
  ///
  /// @param value the value
  /// @return the hash code
  default int hash(T value) {
    return value.hashCode();
  }

  /// The hash code of an element in memory: that of its value.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  /// @return what [#hash(Object)] answers for the value
  default int hash(MemorySegment memory, long offset) {
    return hash(get(memory, offset));
  }

  /// Whether an element in memory is equal to a value.
  ///
  /// @param memory the memory
  /// @param offset where the element begins
  /// @param value the value
  /// @return true if it is
  default boolean isEqual(MemorySegment memory, long offset, T value) {
    return value.equals(get(memory, offset));
  }
}
