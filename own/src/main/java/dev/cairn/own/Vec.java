package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;
import org.jspecify.annotations.Nullable;

/// A list that owns its elements, which lie one after the other in one block.
///
/// Elements that own something move in when they are added and out when they are taken ([#pop()],
/// [#remove(long)], [#replace(long, Object)]); all others are dropped with the list. What reads an
/// element where it stays ([#get(long)], iterators) answers an independent value: if that value is
/// itself an owner, the caller closes it. Values that are read only to be shown to a predicate or
/// a comparator, or to be compared, are closed by the list.
///
/// For primitives [VecOfInt] and its like need no objects.
///
/// {@snippet :
/// try (var numbers = Vec.in(heap, Elements.LONG)) {
///   numbers.push(42L);
///   numbers.sort(Comparator.naturalOrder());
///   long first = numbers.getFirst();
/// }
/// }
///
/// ## Safety
///
/// Use after its end and by other threads is refused, as for every [Owner]. Whatever changes how
/// many elements there are is refused during a borrow. An iterator or a part of a [list
/// view][#asList()] that is older than such a change is refused as
/// [stale][OwnershipException.Kind#STALE]. Values are never null.
///
/// If an element's drop throws, the other elements are dropped nevertheless, each once. If a
/// predicate, a comparator or a supplier throws, each element is still there once, or was dropped
/// or taken as it is documented.
///
/// ## Cost
///
/// An object of about 80 bytes beside the block, whose size is at most about twice what its
/// elements had at the most (elements have no header). Access by index is O(1), adding at the end
/// O(1) on average, adding and removing elsewhere O(n). Garbage is what the element makes for a
/// value, and a copy of the element's size in [#set(long, Object)] of elements that own something.
///
/// @param <T> the type of the values
public final class Vec<T extends @MustCallUnknown Object> extends BulkRow<T>
    implements Iterable<T> {
  private Vec(Allocator allocator, Element<T> element) {
    super(allocator, element);
  }

  private Vec(Vec<T> from) {
    super(from);
  }

  /// Makes an empty list, which has no block yet.
  ///
  /// @param <T> the type of the values
  /// @param allocator where the block will come from
  /// @param element how values lie in it
  /// @return the list
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Vec<T> in(
      Allocator allocator, Element<T> element) {
    return new Vec<>(allocator, element);
  }

  /// Makes an empty list that has room.
  ///
  /// @param <T> the type of the values
  /// @param allocator where the block comes from
  /// @param element how values lie in it
  /// @param capacity for how many elements
  /// @return the list
  /// @throws IllegalArgumentException if the capacity is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Vec<T> withCapacity(
      Allocator allocator, Element<T> element, long capacity) {
    Vec<T> vec = new Vec<>(allocator, element);
    vec.reserveExact(capacity);
    return vec;
  }

  /// Moves the elements to a new owner, and ends this one.
  ///
  /// @return the owner of the elements, for any thread
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Vec<T> move() {
    return new Vec<>(this);
  }

  /// Reads an element.
  ///
  /// @param index its index
  /// @return an independent value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  @Override
  public T get(long index) {
    requireUsable("get");
    return element.get(memory, Objects.checkIndex(index, size) * stride);
  }

  /// Reads the first element.
  ///
  /// @return an independent value
  /// @throws NoSuchElementException if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public T getFirst() {
    long _ = last("getFirst");
    return element.get(memory, 0);
  }

  /// Reads the last element.
  ///
  /// @return an independent value
  /// @throws NoSuchElementException if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public T getLast() {
    return element.get(memory, last("getLast") * stride);
  }

  /// Puts a value in place of an element, which is dropped.
  ///
  /// @param index the index of the element
  /// @param value the value, which moves in, unless the element cannot be made of it
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  @Override
  public void set(long index, @Owning T value) {
    requireWritable("set");
    long at = Objects.checkIndex(index, size) * stride;
    Objects.requireNonNull(value, "value");
    if (element.owns()) {
      element.drop(exchange(at, value), 0);
    } else {
      element.set(memory, at, value);
    }
  }

  /// Puts a value in place of an element, which is moved out.
  ///
  /// @param index the index of the element
  /// @param value the value, which moves in, unless the element cannot be made of it
  /// @return the value that was there
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  public T replace(long index, @Owning T value) {
    requireWritable("replace");
    long at = Objects.checkIndex(index, size) * stride;
    Objects.requireNonNull(value, "value");
    if (!element.owns()) {
      T old = element.get(memory, at);
      element.set(memory, at, value);
      return old;
    }
    MemorySegment out = exchange(at, value);
    try {
      return element.take(out, 0);
    } catch (Throwable failure) {
      exchange(memory, at, out, 0, stride);
      Drops drops = new Drops();
      drops.failed(failure);
      drops.attempt(() -> element.drop(out, 0));
      drops.rethrow();
      throw failure;
    }
  }

  /// Makes an element and lets it and another one change places. Nothing has changed if it throws.
  ///
  /// @return where the other one is, at offset zero
  private MemorySegment exchange(long at, T value) {
    MemorySegment outside = MemorySegment.ofArray(new byte[Math.toIntExact(stride)]);
    element.set(outside, 0, value);
    exchange(memory, at, outside, 0, stride);
    return outside;
  }

  /// Adds an element at the end.
  ///
  /// @param value the value, which moves in, unless this throws
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @Override
  public void push(@Owning T value) {
    makeRoom("push", stride);
    element.set(memory, usedBytes(), Objects.requireNonNull(value, "value"));
    added();
  }

  /// Moves the last element out.
  ///
  /// @return its value
  /// @throws NoSuchElementException if there is none; [#pollLast()] answers null instead
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public T pop() {
    requireUnborrowed("pop");
    long index = last("pop");
    T value = element.take(memory, index * stride);
    setSize(index);
    return value;
  }

  /// Moves the last element out, if there is one.
  ///
  /// @return its value, or null if there are no elements
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public @Nullable T pollLast() {
    requireUnborrowed("pollLast");
    return size == 0 ? null : pop();
  }

  /// Adds an element at an index. Those from there on move up.
  ///
  /// @param index the index that the element will have
  /// @param value the value, which moves in, unless this throws
  /// @throws IndexOutOfBoundsException if the index is negative or greater than the size
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void insert(long index, @Owning T value) {
    requireUnborrowed("insert");
    Objects.checkIndex(index, size + 1);
    Objects.requireNonNull(value, "value");
    makeRoom("insert", stride);
    long gap = openGap(index);
    try {
      element.set(memory, gap, value);
    } catch (Throwable failure) {
      closeGap(index);
      throw failure;
    }
  }

  /// Moves an element out. Those after it move to its place.
  ///
  /// @param index the index of the element
  /// @return its value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public T remove(long index) {
    requireUnborrowed("remove");
    T value = element.take(memory, Objects.checkIndex(index, size) * stride);
    closeGap(index);
    return value;
  }

  /// Moves an element out. The last one moves to its place: O(1), but the order changes.
  ///
  /// @param index the index of the element
  /// @return its value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public T swapRemove(long index) {
    requireUnborrowed("swapRemove");
    T value = element.take(memory, Objects.checkIndex(index, size) * stride);
    closeGapWithLast(index);
    return value;
  }

  /// Moves all elements of another list to the end of this one. The other list is empty then, and
  /// keeps its capacity.
  ///
  /// @param other the list, of an equal [Element]
  /// @throws IllegalArgumentException if it is this list, or has other elements
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if one of the two owners has ended, is another thread's, or is
  ///     borrowed
  public void append(Vec<T> other) {
    if (!element.equals(other.element)) {
      throw new IllegalArgumentException(
          "append of elements by "
              + other.element
              + " to elements by "
              + element
              + ", between which nothing can move: use extend, which makes new elements");
    }
    appendAll("append", other);
  }

  /// Moves the elements from an index on to a new list.
  ///
  /// @param at the index of the first
  /// @return the list, of the same allocator
  /// @throws IndexOutOfBoundsException if the index is negative or greater than the size
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  public Vec<T> splitOff(long at) {
    Vec<T> tail = new Vec<>(allocator, element);
    moveTail("splitOff", at, tail);
    return tail;
  }

  /// Goes through the elements. Each value is independent; removing drops the element.
  ///
  /// @return an iterator that throws [OwnershipException] as soon as elements came or went other
  ///     than through it
  /// @throws OwnershipException if this owner has ended or is another thread's
  @Override
  public Iterator<T> iterator() {
    requireUsable("iterator");
    return new Values();
  }

  private final class Values extends Walk implements Iterator<T> {
    @Override
    public T next() {
      return element.get(memory, advance());
    }
  }

  /// A live view of the elements as a list of `java.util`, to be read and changed. It is as good
  /// as this owner: it ends with it, and belongs to the same thread.
  ///
  /// What its methods answer is independent (`get`, iterators) or was moved out (`set` and
  /// `remove` with an index); what they do not answer is dropped. Parts of it and iterators throw
  /// [OwnershipException] as soon as elements came or went other than through them. It has no
  /// more elements than an `int` counts.
  ///
  /// @return the view
  /// @throws OwnershipException if this owner has ended or is another thread's
  public List<T> asList() {
    requireUsable("asList");
    return new ListView<>(this);
  }

  /// Refuses to replace an element. One that owns something may be on its way out, or looked at,
  /// while the list is lent.
  private void requireWritable(String call) {
    if (element.owns()) {
      requireUnborrowed(call);
    } else {
      requireUsable(call);
    }
  }
}
