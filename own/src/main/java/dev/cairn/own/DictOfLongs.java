package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A map from `long` to `long`, as [Dict] is one from anything to anything: without boxes.
///
/// {@snippet :
/// try (DictOfLongs counts = DictOfLongs.in(heap)) {
///   for (long word : words) {
///     counts.merge(word, 1, Long::sum);
///   }
///   counts.getOrDefault(42, 0);
/// }
/// }
///
/// While a function that was passed to a method runs, and while the dict is borrowed, nothing can
/// be changed: that is refused as [BORROWED][OwnershipException.Kind#BORROWED].
///
/// ## Cost
///
/// One block of 17 bytes per slot, and at most 7/8 of the slots are taken: 19 to 39 bytes per
/// entry. The block doubles, so that for a moment there are two of them. Every operation on one
/// entry is O(1) on average, growing included, and makes no garbage.
public final class DictOfLongs extends Table {
  private static final long STRIDE = 2 * Long.BYTES;
  private static final long VALUE = Long.BYTES;

  private DictOfLongs(Allocator allocator) {
    super(allocator, STRIDE);
  }

  private DictOfLongs(DictOfLongs from) {
    super(from);
  }

  /// Makes an empty dict. It has no block until the first entry.
  ///
  /// @param allocator where its block comes from
  /// @return the dict
  @MustBeClosed
  public static DictOfLongs in(Allocator allocator) {
    return new DictOfLongs(allocator);
  }

  /// Makes an empty dict with room for some entries.
  ///
  /// @param allocator where its block comes from
  /// @param capacity for how many entries
  /// @return the dict
  /// @throws IllegalArgumentException if `capacity` is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room
  @MustBeClosed
  public static DictOfLongs withCapacity(Allocator allocator, long capacity) {
    requireCapacity(capacity);
    DictOfLongs dict = new DictOfLongs(allocator);
    dict.reserve(capacity);
    return dict;
  }

  @Override
  void drop() {}

  @Override
  String describe() {
    return "a dict of " + size + " longs";
  }

  @Override
  long hashOf(MemorySegment memory, long entry) {
    return mix(key(memory, entry));
  }

  @Override
  void dropEntry(long entry) {}

  private static long key(MemorySegment memory, long entry) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, entry);
  }

  private static long value(MemorySegment memory, long entry) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, entry + VALUE);
  }

  private static void setValue(MemorySegment memory, long entry, long value) {
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, entry + VALUE, value);
  }

  /// The slot of a key, or ABSENT.
  private long find(long key, long hash) {
    if (size == 0) {
      return ABSENT;
    }
    MemorySegment memory = this.memory;
    long groupMask = this.groupMask;
    long tag = tag(hash);
    long group = home(hash) & groupMask;
    for (long step = 1; ; step++) {
      long controls = TableBlock.controls(memory, group);
      for (long hits = TableBlock.tagged(controls, tag); hits != 0; hits &= hits - 1) {
        long slot = group * TableBlock.SLOTS_PER_GROUP + TableBlock.first(hits);
        if (key(memory, TableBlock.entry(groupMask + 1, STRIDE, slot)) == key) {
          return slot;
        }
      }
      if (TableBlock.empty(controls) != 0) {
        return ABSENT;
      }
      group = (group + step) & groupMask;
    }
  }

  private long at(long slot) {
    return TableBlock.entry(groupMask + 1, STRIDE, slot);
  }

  private void add(long key, long hash, long value) {
    long slot = freeSlot(hash);
    long entry = at(slot);
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, entry, key);
    setValue(memory, entry, value);
    take(slot, hash);
  }

  /// The value of a key, or another one if the key is not there.
  ///
  /// @param key the key
  /// @param otherwise what to answer if it is not there
  /// @return the value
  /// @throws OwnershipException if this dict has ended or is another thread's
  public long getOrDefault(long key, long otherwise) {
    requireUsable("getOrDefault");
    long slot = find(key, mix(key));
    return slot == ABSENT ? otherwise : value(memory, at(slot));
  }

  /// Whether a key is there.
  ///
  /// @param key the key
  /// @return true if it is
  /// @throws OwnershipException if this dict has ended or is another thread's
  public boolean containsKey(long key) {
    requireUsable("containsKey");
    return find(key, mix(key)) != ABSENT;
  }

  /// Gives a key a value.
  ///
  /// @param key the key
  /// @param value its value from now on
  /// @return true if the key is new
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean put(long key, long value) {
    requireUnborrowed("put");
    long hash = mix(key);
    long slot = find(key, hash);
    if (slot != ABSENT) {
      setValue(memory, at(slot), value);
      return false;
    }
    add(key, hash, value);
    return true;
  }

  /// Gives a key a value, unless it has one.
  ///
  /// @param key the key
  /// @param value its value, if it has none
  /// @return true if the key is new
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean putIfAbsent(long key, long value) {
    requireUnborrowed("putIfAbsent");
    long hash = mix(key);
    if (find(key, hash) != ABSENT) {
      return false;
    }
    add(key, hash, value);
    return true;
  }

  /// The value of a key, which is computed and put there if it has none.
  ///
  /// @param key the key
  /// @param value computes a value from the key; if it throws, nothing changes
  /// @return the value
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public long computeIfAbsent(long key, LongUnaryOperator value) {
    requireUnborrowed("computeIfAbsent");
    long hash = mix(key);
    long slot = find(key, hash);
    if (slot != ABSENT) {
      return value(memory, at(slot));
    }
    long computed;
    borrowed(1);
    try {
      computed = value.applyAsLong(key);
    } finally {
      borrowed(-1);
    }
    add(key, hash, computed);
    return computed;
  }

  /// Gives a key a value, merged with the one that it has if it has one.
  ///
  /// @param key the key
  /// @param value its value, if it has none
  /// @param merge computes the new value from the old one and `value`; if it throws, nothing
  ///     changes
  /// @return the value that the key has now
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public long merge(long key, long value, LongBinaryOperator merge) {
    requireUnborrowed("merge");
    long hash = mix(key);
    long slot = find(key, hash);
    if (slot == ABSENT) {
      add(key, hash, value);
      return value;
    }
    long merged;
    borrowed(1);
    try {
      merged = merge.applyAsLong(value(memory, at(slot)), value);
    } finally {
      borrowed(-1);
    }
    setValue(memory, at(slot), merged);
    return merged;
  }

  /// Removes a key and its value.
  ///
  /// @param key the key
  /// @return true if it was there
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean remove(long key) {
    requireUnborrowed("remove");
    long slot = find(key, mix(key));
    if (slot == ABSENT) {
      return false;
    }
    release(slot);
    return true;
  }

  /// Removes every entry. The block stays.
  ///
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public void clear() {
    requireUnborrowed("clear");
    releaseAll();
  }

  /// Removes the entries that a test refuses.
  ///
  /// @param test is asked once about each entry; if it throws, those that it refused before are
  ///     gone and the others are there
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public void retain(LongBiPredicate test) {
    requireUnborrowed("retain");
    borrowed(1);
    try {
      for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
        if (!test.test(key(memory, at(slot)), value(memory, at(slot)))) {
          release(slot);
        }
      }
    } finally {
      borrowed(-1);
    }
  }

  /// Does something with each entry, in no order that could be relied on.
  ///
  /// @param action what to do
  /// @throws OwnershipException if this dict has ended or is another thread's
  public void forEach(LongBiConsumer action) {
    requireUsable("forEach");
    MemorySegment memory = this.memory;
    borrowed(1);
    try {
      for (long group = 0; group <= groupMask; group++) {
        long taken = TableBlock.taken(TableBlock.controls(memory, group));
        for (; taken != 0; taken &= taken - 1) {
          long entry = at(group * TableBlock.SLOTS_PER_GROUP + TableBlock.first(taken));
          action.accept(key(memory, entry), value(memory, entry));
        }
      }
    } finally {
      borrowed(-1);
    }
  }

  /// Begins to go from entry to entry.
  ///
  /// @return a cursor before the first entry
  /// @throws OwnershipException if this dict has ended or is another thread's
  public Cursor cursor() {
    requireUsable("cursor");
    return new Cursor();
  }

  /// Makes an owner of what this one has, and ends this one.
  ///
  /// @return the new owner
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @MustBeClosed
  public DictOfLongs move() {
    return new DictOfLongs(this);
  }

  /// Whether another object is a dict of longs with the same entries.
  ///
  /// @throws OwnershipException if one of the two has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof DictOfLongs that) || size() != that.size()) {
      return false;
    }
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      long key = key(memory, at(slot));
      long found = that.find(key, mix(key));
      if (found == ABSENT || value(that.memory, that.at(found)) != value(memory, at(slot))) {
        return false;
      }
    }
    return true;
  }

  /// The hash code that a [java.util.Map] with the same entries has.
  ///
  /// @throws OwnershipException if this dict has ended or is another thread's
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    int sum = 0;
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      sum += Long.hashCode(key(memory, at(slot))) ^ Long.hashCode(value(memory, at(slot)));
    }
    return sum;
  }

  /// The entries, as a [java.util.Map] shows them.
  ///
  /// @throws OwnershipException if this dict has ended or is another thread's
  @Override
  public String toString() {
    requireUsable("toString");
    StringBuilder text = new StringBuilder("{");
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      text.append(text.length() == 1 ? "" : ", ")
          .append(key(memory, at(slot)))
          .append('=')
          .append(value(memory, at(slot)));
    }
    return text.append('}').toString();
  }

  /// Takes the key and the value of an entry.
  @FunctionalInterface
  public interface LongBiConsumer {
    /// Takes an entry.
    ///
    /// @param key its key
    /// @param value its value
    void accept(long key, long value);
  }

  /// Judges an entry by its key and its value.
  @FunctionalInterface
  public interface LongBiPredicate {
    /// Judges an entry.
    ///
    /// @param key its key
    /// @param value its value
    /// @return the judgement
    boolean test(long key, long value);
  }

  /// A place among the entries of a dict of longs. It is stale as soon as a key is added or removed
  /// by anything but itself.
  public final class Cursor {
    private int expected = changes;
    private long slot = -1;
    private boolean onEntry;

    private Cursor() {}

    /// Goes to the next entry, in no order that could be relied on.
    ///
    /// @return false if there is none
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public boolean next() {
      requireUnchanged("next", expected);
      long next = taken(slot + 1);
      onEntry = next != ABSENT;
      slot = onEntry ? next : (groupMask + 1) * TableBlock.SLOTS_PER_GROUP - 1;
      return onEntry;
    }

    /// The key of the entry.
    ///
    /// @return the key
    /// @throws NoSuchElementException if the cursor is on no entry
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public long key() {
      return DictOfLongs.key(memory, current("key"));
    }

    /// The value of the entry.
    ///
    /// @return the value
    /// @throws NoSuchElementException if the cursor is on no entry
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public long value() {
      return DictOfLongs.value(memory, current("value"));
    }

    /// Gives the key of the entry another value.
    ///
    /// @param value the value
    /// @throws NoSuchElementException if the cursor is on no entry
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public void setValue(long value) {
      requireUnborrowed("setValue");
      DictOfLongs.setValue(memory, current("setValue"), value);
    }

    /// Removes the entry. The cursor is on none then, until it goes to the next.
    ///
    /// @throws NoSuchElementException if the cursor is on no entry
    /// @throws OwnershipException if the dict has ended, is another thread's, is borrowed, or has
    ///     changed
    public void remove() {
      requireUnborrowed("remove");
      long _ = current("remove");
      release(slot);
      onEntry = false;
      expected = changes;
    }

    private long current(String call) {
      requireUnchanged(call, expected);
      if (!onEntry) {
        throw new NoSuchElementException(
            call
                + " of a cursor that is on no entry: call next() first, and while it answers true");
      }
      return at(slot);
    }
  }
}
