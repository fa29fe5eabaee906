package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Values that are known by handles: numbers that can be kept anywhere, also in memory or in a
/// file, and that are refused as soon as their value was removed.
///
/// A handle never becomes that of another value. So what refers to something that may end, an
/// entity of a game or a connection, keeps its handle and no reference.
///
/// {@snippet :
/// try (SlotMap<Point> points = SlotMap.in(heap, POINT)) {
///   long handle = points.insert(new Point(3, 4));
///   points.get(handle).x();     // 3
///   points.remove(handle);
///   points.contains(handle);    // false, for ever
/// }
/// }
///
/// Handles belong to the map that made them: another one may have the same numbers.
///
/// ## Cost
///
/// Eight bytes beside each value, or its alignment if that is more. Every operation on one value is
/// O(1), on average where the block grows. A slot is given up after 2^31 values, so that handles
/// need not repeat.
///
/// @param <T> the type of the values
public final class SlotMap<T extends @MustCallUnknown Object> extends Growing {
  // A slot is a generation, a link to the next free slot, and a value. A generation is odd while
  // the slot has a value; a handle is the generation and the number of the slot.

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final long NEXT = Integer.BYTES;
  private static final long HEADER = 2 * Integer.BYTES;
  private static final int NONE = -1;
  private static final long MOST_SLOTS = Integer.MAX_VALUE;

  private final Element<T> element;
  private final long valueOffset;
  private final long stride;
  private long slots;
  private int firstFree = NONE;
  private long size;

  private SlotMap(Allocator allocator, Element<T> element) {
    super(allocator, Math.max(element.byteAlignment(), Integer.BYTES));
    this.element = GuardedElement.of(this, element);
    this.valueOffset = Math.max(HEADER, element.byteAlignment());
    long alignment = Math.max(element.byteAlignment(), Integer.BYTES);
    this.stride = (valueOffset + element.byteSize() + alignment - 1) & -alignment;
  }

  private SlotMap(SlotMap<T> from) {
    super(from);
    this.element = GuardedElement.of(this, from.element);
    this.valueOffset = from.valueOffset;
    this.stride = from.stride;
    this.slots = from.slots;
    this.firstFree = from.firstFree;
    this.size = from.size;
  }

  @Override
  long usedBytes() {
    return slots * stride;
  }

  /// Makes an empty map. It has no block until the first value.
  ///
  /// @param <T> the type of the values
  /// @param allocator where its block comes from
  /// @param element how the values lie in memory
  /// @return the map
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> SlotMap<T> in(
      Allocator allocator, Element<T> element) {
    return new SlotMap<>(allocator, element);
  }

  /// Moves the values to a new owner, and ends this one. Handles stay what they are.
  ///
  /// @return the new owner
  /// @throws OwnershipException if this map has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public SlotMap<T> move() {
    return new SlotMap<>(this);
  }

  /// How many values there are.
  ///
  /// @return the number
  /// @throws OwnershipException if this map has ended or is another thread's
  public long size() {
    requireUsable("size");
    return size;
  }

  /// Adds a value.
  ///
  /// @param value the value, which moves in unless this throws
  /// @return its handle, which no other value of this map ever has
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws IllegalStateException if there are 2^31 - 1 slots already
  /// @throws OwnershipException if this map has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public long insert(@Owning T value) {
    requireUnborrowed("insert");
    boolean isNew = firstFree == NONE;
    if (isNew) {
      addSlot();
    }
    int slot = firstFree;
    long at = slot * stride;
    borrowed(1);
    try {
      element.set(memory, at + valueOffset, value);
    } finally {
      borrowed(-1);
    }
    firstFree = memory.get(INT, at + NEXT);
    int generation = memory.get(INT, at) + 1;
    memory.set(INT, at, generation);
    size++;
    return ((long) generation << Integer.SIZE) | slot;
  }

  private void addSlot() {
    if (slots == MOST_SLOTS) {
      throw new IllegalStateException(
          "insert into "
              + describe()
              + ", which has "
              + slots
              + " slots, the most there can be:"
              + " make another map");
    }
    makeRoom("insert", stride);
    long added = usedBytes();
    memory.set(INT, added, 0);
    memory.set(INT, added + NEXT, NONE);
    firstFree = (int) slots;
    slots++;
  }

  /// Whether a handle is that of a value which is there.
  ///
  /// @param handle the handle, which may be any number
  /// @return false if the value was removed, or there was none
  /// @throws OwnershipException if this map has ended or is another thread's
  public boolean contains(long handle) {
    requireUsable("contains");
    return isLive(handle);
  }

  /// Reads a value. What it owns is copied, or counted once more: the caller owns that.
  ///
  /// @param handle its handle
  /// @return the value
  /// @throws NoSuchElementException if it was removed, or there was none
  /// @throws OwnershipException if this map has ended or is another thread's
  public T get(long handle) {
    requireUsable("get");
    return element.get(memory, valueAt("get", handle));
  }

  /// Replaces a value, which is dropped.
  ///
  /// @param handle its handle, which is that of the new value from now on
  /// @param value the new value, which moves in. If it cannot be written the old one stays
  /// @throws NoSuchElementException if it was removed, or there was none
  /// @throws OwnershipException if this map has ended, is another thread's, or is borrowed
  public void set(long handle, @Owning T value) {
    requireUnborrowed("set");
    long at = valueAt("set", handle);
    borrowed(1);
    try {
      Values.assign(element, memory, at, value);
    } finally {
      borrowed(-1);
    }
  }

  /// Removes a value, which is dropped. Its handle is stale from then on, also if the drop throws.
  ///
  /// @param handle its handle
  /// @throws NoSuchElementException if it was removed before, or there was none
  /// @throws OwnershipException if this map has ended, is another thread's, or is borrowed
  public void remove(long handle) {
    requireUnborrowed("remove");
    long at = valueAt("remove", handle);
    borrowed(1);
    try {
      end(handle);
      element.drop(memory, at);
    } finally {
      borrowed(-1);
      recycle(handle);
    }
  }

  /// Removes a value and moves it out.
  ///
  /// @param handle its handle
  /// @return the value; the caller owns what it owns
  /// @throws NoSuchElementException if it was removed before, or there was none
  /// @throws OwnershipException if this map has ended, is another thread's, or is borrowed
  public T take(long handle) {
    requireUnborrowed("take");
    long at = valueAt("take", handle);
    borrowed(1);
    try {
      end(handle);
      return Values.take(element, memory, at);
    } finally {
      borrowed(-1);
      recycle(handle);
    }
  }

  private void end(long handle) {
    long at = (int) handle * stride;
    memory.set(INT, at, memory.get(INT, at) + 1);
    size--;
  }

  private void recycle(long handle) {
    int slot = (int) handle;
    long at = slot * stride;
    // After its last generation, which is followed by zero, a slot is never used again.
    if (memory.get(INT, at) != 0) {
      memory.set(INT, at + NEXT, firstFree);
      firstFree = slot;
    }
  }

  /// Generations and links are for the map alone to write.
  @Override
  boolean lendsReadOnly() {
    return true;
  }

  @Override
  void drop() {
    Drops drops = new Drops();
    for (long at = 0; at < usedBytes() && element.owns(); at += stride) {
      if (isOdd(memory.get(INT, at))) {
        long value = at + valueOffset;
        drops.attempt(() -> element.drop(memory, value));
      }
    }
    drops.rethrow();
  }

  @Override
  String describe() {
    return "a SlotMap of " + size + " values";
  }

  private boolean isLive(long handle) {
    long at = (int) handle * stride;
    int generation = (int) (handle >>> Integer.SIZE);
    return at >= 0 && at < usedBytes() && isOdd(generation) && memory.get(INT, at) == generation;
  }

  private static boolean isOdd(int generation) {
    return (generation & 1) != 0;
  }

  private long valueAt(String call, long handle) {
    if (!isLive(handle)) {
      throw new NoSuchElementException(
          call
              + " of the handle 0x"
              + Long.toHexString(handle)
              + " in "
              + describe()
              + ": its value was removed, or it is no handle of this map; ask contains(handle) where"
              + " that may be");
    }
    return (int) handle * stride + valueOffset;
  }

  /// Lets the next value of a free slot be the last one that it can have. For tests.
  void age(long handle) {
    memory.set(INT, (int) handle * stride, -2);
  }
}
