package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.$Wide$Predicate;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;

/// A list of `$type$`s that owns the block in which they lie one after the other: a [Vec] that
/// makes no objects. Values are compared as [$Boxed$#compare($type$, $type$)] does.
///
/// For bulk work, [borrow][#borrow()] the elements as a segment.
///
/// ## Safety
///
/// Use after its end and by other threads is refused, as for every [Owner]. Whatever changes how
/// many elements there are is refused during a borrow, and an iterator that is older than such a
/// change is refused as [stale][OwnershipException.Kind#STALE].
///
/// ## Cost
///
/// An object of about 80 bytes beside the block, whose size is at most about twice what its
/// elements had at the most. Access by index is O(1), adding at the end O(1) on average, adding and
/// removing elsewhere O(n). Nothing here makes garbage but iterators, arrays, and [#sort()].
public final class VecOf$Type$ extends RowOf$Type$ {
  private VecOf$Type$(Allocator allocator) {
    super(allocator);
  }

  private VecOf$Type$(VecOf$Type$ from) {
    super(from);
  }

  /// Makes an empty list, which has no block yet.
  ///
  /// @param allocator where the block will come from
  /// @return the list
  @MustBeClosed
  public static VecOf$Type$ in(Allocator allocator) {
    return new VecOf$Type$(allocator);
  }

  /// Makes an empty list that has room.
  ///
  /// @param allocator where the block comes from
  /// @param capacity for how many elements
  /// @return the list
  /// @throws IllegalArgumentException if the capacity is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory
  @MustBeClosed
  public static VecOf$Type$ withCapacity(Allocator allocator, long capacity) {
    VecOf$Type$ vec = new VecOf$Type$(allocator);
    vec.reserveExact(capacity);
    return vec;
  }

  /// Moves the elements to a new owner, and ends this one.
  ///
  /// @return the owner of the elements, for any thread
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public VecOf$Type$ move() {
    return new VecOf$Type$(this);
  }

  /// Reads an element.
  ///
  /// @param index its index
  /// @return its value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  public $type$ get(long index) {
    requireUsable("get");
    return at(Objects.checkIndex(index, size));
  }

  /// Reads the first element.
  ///
  /// @return its value
  /// @throws NoSuchElementException if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public $type$ getFirst() {
    long _ = last("getFirst");
    return at(0);
  }

  /// Reads the last element.
  ///
  /// @return its value
  /// @throws NoSuchElementException if there is none
  /// @throws OwnershipException if this owner has ended or is another thread's
  public $type$ getLast() {
    return at(last("getLast"));
  }

  /// Puts a value in place of an element.
  ///
  /// @param index the index of the element
  /// @param value the value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void set(long index, $type$ value) {
    requireUsable("set");
    memory.set(LAYOUT, Objects.checkIndex(index, size) << SHIFT, value);
  }

  /// Adds an element at the end.
  ///
  /// @param value its value
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void push($type$ value) {
    long end = size << SHIFT;
    makeRoomTo("push", end + $Boxed$.BYTES);
    memory.set(LAYOUT, end, value);
    added();
  }

  /// Takes the last element away.
  ///
  /// @return its value
  /// @throws NoSuchElementException if there is none
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public $type$ pop() {
    requireUnborrowed("pop");
    $type$ value = at(last("pop"));
    setSize(size - 1);
    return value;
  }

  /// Adds an element at an index. Those from there on move up.
  ///
  /// @param index the index that the element will have
  /// @param value its value
  /// @throws IndexOutOfBoundsException if the index is negative or greater than the size
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void insert(long index, $type$ value) {
    requireUnborrowed("insert");
    Objects.checkIndex(index, size + 1);
    makeRoom("insert", $Boxed$.BYTES);
    memory.set(LAYOUT, openGap(index), value);
  }

  /// Takes the element at an index away. Those after it move to its place.
  ///
  /// @param index the index of the element
  /// @return its value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public $type$ remove(long index) {
    requireUnborrowed("remove");
    $type$ value = at(Objects.checkIndex(index, size));
    closeGap(index);
    return value;
  }

  /// Takes the element at an index away. The last one moves to its place: O(1), but the order
  /// changes.
  ///
  /// @param index the index of the element
  /// @return its value
  /// @throws IndexOutOfBoundsException if there is no such element
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public $type$ swapRemove(long index) {
    requireUnborrowed("swapRemove");
    $type$ value = at(Objects.checkIndex(index, size));
    closeGapWithLast(index);
    return value;
  }

  /// Adds values at the end.
  ///
  /// @param values the values
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void extend($type$... values) {
    extend(MemorySegment.ofArray(values));
  }

  /// Adds values at the end.
  ///
  /// @param values their bytes, in the machine's order
  /// @throws IllegalArgumentException if these are not whole elements
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void extend(MemorySegment values) {
    extendBytes("extend", values);
  }

  /// Adds copies of elements of this list at the end.
  ///
  /// @param from the index of the first
  /// @param to the index after the last
  /// @throws IndexOutOfBoundsException if there is no such range
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void extendFromWithin(long from, long to) {
    extendBytesFromWithin("extendFromWithin", from, to);
  }

  /// Moves all elements of another list to the end of this one. The other list is empty then, and
  /// keeps its capacity.
  ///
  /// @param other the list
  /// @throws IllegalArgumentException if it is this list
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if one of the two owners has ended, is another thread's, or is
  ///     borrowed
  public void append(VecOf$Type$ other) {
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
  public VecOf$Type$ splitOff(long at) {
    VecOf$Type$ tail = new VecOf$Type$(allocator);
    moveTail("splitOff", at, tail);
    return tail;
  }

  /// Takes elements from the end or adds some to it, until there are as many as asked for.
  ///
  /// @param newSize how many elements there shall be
  /// @param value the value of those that are added
  /// @throws IllegalArgumentException if the size is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no memory; nothing has changed
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void resize(long newSize, $type$ value) {
    truncate(newSize);
    long before = size;
    if (newSize > before) {
      reserve(newSize - before);
      setSize(newSize);
      fill(before, newSize, value);
    }
  }

  /// Gives every element the same value.
  ///
  /// @param value the value
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void fill($type$ value) {
    requireUsable("fill");
    fill(0, size, value);
  }

  private void fill(long from, long to, $type$ value) {
    for (long i = from; i < to; i++) {
      memory.set(LAYOUT, i << SHIFT, value);
    }
  }

  /// Keeps the elements that pass a test. If the test throws, those that it did not judge are kept.
  ///
  /// @param test what is true for those to keep
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void retain($Wide$Predicate test) {
    sift("retain", 0, size, (index, _) -> test.test(at(index)));
  }

  /// Takes the elements away that are equal to the one before them.
  ///
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  public void dedup() {
    sift("dedup", 0, size, (index, kept) -> kept < 0 || !same(at(index), at(kept)));
  }

  /// Sorts the elements.
  ///
  /// ## Cost
  ///
  /// O(n log n); a Java array of all elements, as garbage.
  ///
  /// @throws UnsupportedOperationException if there are more elements than a Java array has room
  ///     for
  /// @throws OwnershipException if this owner has ended or is another thread's
  public void sort() {
    $type$[] values = toArray();
    Arrays.sort(values);
    MemorySegment.copy(values, 0, memory, LAYOUT, 0, values.length);
  }
}
