package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.jspecify.annotations.Nullable;

/// A table of which each entry is a key and a value as [elements][Element]: what it takes to find,
/// write, move out and drop them, such that nothing leaks and nothing ends twice if one throws.
abstract class PairTable<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
    extends Table {
  final Element<K> keys;
  final Element<V> values;
  // Where the value begins in an entry. The key begins where the entry does.
  final long valueOffset;

  PairTable(Allocator allocator, Element<K> keys, Element<V> values) {
    super(allocator, keys.byteSize() + values.byteSize());
    this.keys = GuardedElement.of(this, keys);
    this.values = GuardedElement.of(this, values);
    this.valueOffset = keys.byteSize();
  }

  PairTable(PairTable<K, V> from) {
    super(from);
    this.keys = GuardedElement.of(this, from.keys);
    this.values = GuardedElement.of(this, from.values);
    this.valueOffset = from.valueOffset;
  }

  @Override
  long hashOf(MemorySegment memory, long entry) {
    return mix(keys.hash(memory, entry));
  }

  long hash(K key) {
    return mix(keys.hash(Objects.requireNonNull(key, "a dict has no key null")));
  }

  /// The slot of a key, or ABSENT.
  long find(K key, long hash) {
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
        // A false hit is on a slot that is taken, too: only those have a high bit of zero.
        if (keys.isEqual(memory, TableBlock.entry(groupMask + 1, stride, slot), key)) {
          return slot;
        }
      }
      if (TableBlock.empty(controls) != 0) {
        return ABSENT;
      }
      group = (group + step) & groupMask;
    }
  }

  K keyAt(long slot) {
    return keys.get(memory, entry(slot));
  }

  V valueAt(long slot) {
    return values.get(memory, entry(slot) + valueOffset);
  }

  void add(K key, long hash, V value) {
    Objects.requireNonNull(value, "a dict has no value null");
    long slot = freeSlot(hash);
    long entry = entry(slot);
    keys.set(memory, entry, key);
    try {
      values.set(memory, entry + valueOffset, value);
    } catch (Throwable failure) {
      Drops drops = new Drops();
      drops.attempt(
          () -> {
            throw failure;
          });
      drops.attempt(() -> keys.drop(memory, entry));
      drops.rethrow();
    }
    take(slot, hash);
  }

  /// Gives the entry of a slot another value. The new one is written elsewhere first.
  void replaceAt(long slot, V value) {
    Objects.requireNonNull(value, "a dict has no value null");
    long at = entry(slot) + valueOffset;
    long spare = spare() + valueOffset;
    values.set(memory, spare, value);
    borrowed(1);
    try {
      values.drop(memory, at);
    } finally {
      copy(memory, spare, memory, at, values.byteSize());
      borrowed(-1);
    }
  }

  /// Gives the entry of a slot another value, and moves the old one out.
  V swapAt(long slot, V value) {
    Objects.requireNonNull(value, "a dict has no value null");
    long at = entry(slot) + valueOffset;
    long spare = spare() + valueOffset;
    values.set(memory, spare, value);
    boolean taken = false;
    try {
      V old = values.take(memory, at);
      taken = true;
      copy(memory, spare, memory, at, values.byteSize());
      return old;
    } finally {
      if (!taken) {
        values.drop(memory, spare);
      }
    }
  }

  final void removeAt(long slot) {
    release(slot);
    dropEntry(entry(slot));
  }

  boolean owns() {
    return keys.owns() || values.owns();
  }

  @Override
  void dropEntry(long entry) {
    if (owns()) {
      Drops drops = new Drops();
      dropEntry(drops, entry);
      drops.rethrow();
    }
  }

  void dropEntry(Drops drops, long entry) {
    borrowed(1);
    drops.attempt(() -> keys.drop(memory, entry));
    drops.attempt(() -> values.drop(memory, entry + valueOffset));
    borrowed(-1);
  }

  /// Removes the entry of a slot, and moves its value out.
  V moveValueOut(long slot) {
    long entry = entry(slot);
    V value = values.take(memory, entry + valueOffset);
    release(slot);
    if (keys.owns()) {
      Drops drops = new Drops();
      borrowed(1);
      drops.attempt(() -> keys.drop(memory, entry));
      borrowed(-1);
      dropIfFailed(drops, value, entry);
      drops.rethrow();
    }
    return value;
  }

  /// Removes the entry of a slot, and moves it out to an action.
  void moveOut(long slot, BiConsumer<? super K, ? super V> action) {
    long entry = entry(slot);
    V value = values.take(memory, entry + valueOffset);
    release(slot);
    K key;
    try {
      key = keys.take(memory, entry);
    } catch (Throwable failure) {
      Drops drops = new Drops();
      drops.attempt(
          () -> {
            throw failure;
          });
      drops.attempt(() -> keys.drop(memory, entry));
      dropIfFailed(drops, value, entry);
      drops.rethrow();
      throw failure;
    }
    action.accept(key, value);
  }

  /// Ends a value that was moved out, if nobody gets it.
  void dropIfFailed(Drops drops, V value, long entry) {
    if (drops.failed()) {
      drops.attempt(
          () -> {
            values.set(memory, entry + valueOffset, value);
            values.drop(memory, entry + valueOffset);
          });
    }
  }

  /// Removes every entry. Each is gone before it is dropped, so that nothing sees it after that.
  void dropAll(Drops drops) {
    if (owns()) {
      for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
        release(slot);
        dropEntry(drops, entry(slot));
      }
    }
    releaseAll();
  }

  /// Whether an entry is there, of whatever types its key and its value are.
  @SuppressWarnings("unchecked") // what is not of the types is answered with an exception
  boolean hasEntry(@Nullable Object key, @Nullable Object value) {
    if (key == null || value == null) {
      return false;
    }
    try {
      long slot = find((K) key, hash((K) key));
      return slot != ABSENT && values.isEqual(memory, entry(slot) + valueOffset, (V) value);
    } catch (ClassCastException ofAnotherType) {
      return false;
    }
  }

  @Override
  void validate() {
    super.validate();
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      K key = keyAt(slot);
      if (find(key, hash(key)) != slot) {
        throw new AssertionError("the key " + key + " is found in another slot than " + slot);
      }
    }
  }
}
