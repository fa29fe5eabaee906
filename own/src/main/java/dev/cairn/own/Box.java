package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;
import org.jspecify.annotations.Nullable;

/// The owner of one value in a block of its own.
///
/// {@snippet :
/// try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
///   box.set(box.get() + 1);
/// }
/// }
///
/// Boxes are equal if their values are.
///
/// ## Cost
///
/// A block of exactly the value's size, also where that is zero. Nothing is boxed where it does not
/// escape.
///
/// @param <T> the type of the value
public final class Box<T extends @MustCallUnknown Object> extends Owner {
  final Element<T> element;

  /// Makes the box of a block that holds a value.
  Box(Allocator allocator, MemorySegment block, Element<T> element) {
    super(allocator, block);
    this.element = element;
  }

  private Box(Box<T> from) {
    super(from);
    this.element = from.element;
  }

  /// Puts a value into a block.
  ///
  /// @param <T> the type of the value
  /// @param allocator where the block comes from
  /// @param element how the value lies in memory
  /// @param value the value, which moves in unless this throws
  /// @return the box
  /// @throws MemoryExhaustedException if there is no room for the block
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Box<T> in(
      Allocator allocator, Element<T> element, @Owning T value) {
    MemorySegment block = allocator.allocate(element.byteSize(), element.byteAlignment());
    try {
      element.set(block, 0, value);
    } catch (Throwable failure) {
      allocator.free(block);
      throw failure;
    }
    return new Box<>(allocator, block, element);
  }

  /// How boxes lie in memory: as the address of the value. See [Link].
  ///
  /// @param <T> the type of the values
  /// @param allocator where the blocks come from: one that has
  ///     [blockAt][Allocator#blockAt(long, long)]
  /// @param element how the values lie in memory; it is asked for when it is first needed, so that
  ///     values can have boxes of their like
  /// @return the element, for the threads that may use the allocator
  public static <T extends @MustCallUnknown Object> Link<Box<T>> elements(
      Allocator allocator, Supplier<Element<T>> element) {
    return new BoxLink<>(allocator, element);
  }

  /// The value. What it owns is copied, or counted once more: the caller owns that.
  ///
  /// @return the value
  /// @throws OwnershipException if this box has ended or is another thread's
  public T get() {
    requireUsable("get");
    return guarded().get(memory, 0);
  }

  /// Replaces the value, which is dropped.
  ///
  /// @param value the new value, which moves in. If it cannot be written the old one stays; if the
  ///     old one throws when it is dropped, the new one is in its place.
  /// @throws OwnershipException if this box has ended or is another thread's
  public void set(@Owning T value) {
    requireUsable("set");
    Values.assign(guarded(), memory, 0, value);
  }

  /// Replaces the value, which is moved out: Rust's `mem::replace`.
  ///
  /// @param value the new value, which moves in unless this throws
  /// @return the old one; the caller owns what it owns
  /// @throws OwnershipException if this box has ended or is another thread's
  public T replace(@Owning T value) {
    requireUsable("replace");
    return Values.exchange(guarded(), memory, 0, value);
  }

  /// Moves the value out and ends this box: Rust's `into_inner`.
  ///
  /// @return the value; the caller owns what it owns
  /// @throws OwnershipException if this box has ended, is another thread's, or is borrowed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public T take() {
    requireUnborrowed("take");
    endMoved();
    try {
      return Values.take(element, memory, 0);
    } finally {
      free();
    }
  }

  /// Moves what this box has to a new one, which belongs to the first thread that uses it.
  ///
  /// @return the new box
  /// @throws OwnershipException if this box has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Box<T> move() {
    return new Box<>(this);
  }

  /// Whether an object is a box of an equal value.
  ///
  /// @throws OwnershipException if one of them has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object || (object instanceof Box<?> other && hasEqual(other));
  }

  private Element<T> guarded() {
    return GuardedElement.of(this, element);
  }

  private boolean hasEqual(Box<?> other) {
    requireUsable("equals");
    other.requireUsable("equals");
    return Values.areEqual(guarded(), memory, 0, other.guarded(), other.memory, 0);
  }

  /// The hash code of the value.
  ///
  /// @throws OwnershipException if this box has ended or is another thread's
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    return guarded().hash(memory, 0);
  }

  /// Answers the text of the value; or, to another thread and of a box that has ended, what this
  /// is.
  @Override
  public String toString() {
    return isUsable() ? Values.text(guarded(), memory, 0) : describe();
  }

  @Override
  String describe() {
    return "the Box at 0x" + Long.toHexString(memory.address());
  }

  /// What owns something is written by its element alone: a copy of its bytes would own it again.
  @Override
  boolean lendsReadOnly() {
    return element.owns();
  }

  @Override
  long usedBytes() {
    return element.byteSize();
  }

  @Override
  void drop() {
    if (element.owns()) {
      element.drop(memory, 0);
    }
  }
}
