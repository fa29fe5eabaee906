package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.util.NoSuchElementException;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
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
/// One block of 16 bytes per slot, and at most 3/4 of the slots are taken: 21 to 43 bytes per
/// entry. The block doubles, so that for a moment there are two of them. Every operation on one
/// entry is O(1) on average, growing included, and makes no garbage.
public final class DictOfLongs extends LongTable {
  private DictOfLongs(Allocator allocator) {
    super(allocator);
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
  String describe() {
    return "a dict of " + size + " longs";
  }

  /// The value of a key, or another one if the key is not there.
  ///
  /// @param key the key
  /// @param otherwise what to answer if it is not there
  /// @return the value
  /// @throws OwnershipException if this dict has ended or is another thread's
  public long getOrDefault(long key, long otherwise) {
    requireUsable("getOrDefault");
    long entry = find(key);
    return entry < 0 ? otherwise : value(memory, entry);
  }

  /// Whether a key is there.
  ///
  /// @param key the key
  /// @return true if it is
  /// @throws OwnershipException if this dict has ended or is another thread's
  public boolean containsKey(long key) {
    requireUsable("containsKey");
    return find(key) >= 0;
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
    long entry = find(key);
    if (entry >= 0) {
      setValue(memory, entry, value);
      return false;
    }
    add(entry, key, value);
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
    long entry = find(key);
    if (entry >= 0) {
      return false;
    }
    add(entry, key, value);
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
    long entry = find(key);
    if (entry >= 0) {
      return value(memory, entry);
    }
    long computed;
    borrowed(1);
    try {
      computed = value.applyAsLong(key);
    } finally {
      borrowed(-1);
    }
    add(entry, key, computed);
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
    long entry = find(key);
    if (entry < 0) {
      add(entry, key, value);
      return value;
    }
    long merged;
    borrowed(1);
    try {
      merged = merge.applyAsLong(value(memory, entry), value);
    } finally {
      borrowed(-1);
    }
    setValue(memory, entry, merged);
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
    long entry = find(key);
    if (entry < 0) {
      return false;
    }
    release(entry);
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
      long start = start();
      for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
        if (!test.test(keyOf(entry), value(memory, entry))) {
          release(entry);
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
    borrowed(1);
    try {
      long start = start();
      for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
        action.accept(keyOf(entry), value(memory, entry));
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
  @EnsuresCalledMethods(value = "this", methods = "close")
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
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      long key = keyOf(entry);
      long found = that.find(key);
      if (found < 0 || value(that.memory, found) != value(memory, entry)) {
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
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      sum += Long.hashCode(keyOf(entry)) ^ Long.hashCode(value(memory, entry));
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
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      text.append(text.length() == 1 ? "" : ", ")
          .append(keyOf(entry))
          .append('=')
          .append(value(memory, entry));
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
    private final long start = start();
    private int expected = changes;
    // The entry that was visited last; and where it is, or was until it was removed.
    private long entry = ABSENT;
    private long place = start;

    private Cursor() {}

    /// Goes to the next entry, in no order that could be relied on.
    ///
    /// @return false if there is none
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public boolean next() {
      requireUnchanged("next of a cursor", expected);
      if (place != ABSENT) {
        entry = DictOfLongs.this.next(start, place);
        place = entry;
      }
      return entry != ABSENT;
    }

    /// The key of the entry.
    ///
    /// @return the key
    /// @throws NoSuchElementException if the cursor is on no entry
    /// @throws OwnershipException if the dict has ended, is another thread's, or has changed
    public long key() {
      return keyOf(current("key"));
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
      release(current("remove"));
      entry = ABSENT;
      expected = changes;
    }

    private long current(String call) {
      requireUnchanged(call + " of a cursor", expected);
      if (entry == ABSENT) {
        throw new NoSuchElementException(
            call
                + " of a cursor that is on no entry: call next() first, and while it answers true");
      }
      return entry;
    }
  }
}
