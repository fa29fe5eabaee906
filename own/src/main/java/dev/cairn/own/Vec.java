package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
public final class Vec<T extends @MustCallUnknown Object> extends Sequence implements Iterable<T> {
  private final Element<T> element;

  private Vec(Allocator allocator, Element<T> element) {
    super(allocator, element.byteSize(), element.byteAlignment());
    this.element = GuardedElement.of(this, element);
  }

  private Vec(Vec<T> from) {
    super(from);
    this.element = GuardedElement.of(this, from.element);
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

  /// Whether the other object is a list of the same class with equal values in the same order.
  ///
  /// @throws OwnershipException if one of two owners has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object object) {
    if (this == object || !(object instanceof Vec<?> other)) {
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

  /// What owns something is written by its element alone: a copy of its bytes would own it again.
  @Override
  boolean lendsReadOnly() {
    return element.owns();
  }

  @Override
  void dropElements(long offset, long count) {
    Drops.range(element, memory, offset, count);
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
