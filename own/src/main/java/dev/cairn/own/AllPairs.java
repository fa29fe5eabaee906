package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.jspecify.annotations.Nullable;

/// A table of keys and values, and what is done with all of them. [Dict] adds what is done with
/// one.
abstract class AllPairs<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
    extends PairTable<K, V> {
  AllPairs(Allocator allocator, Element<K> keys, Element<V> values) {
    super(allocator, keys, values);
  }

  AllPairs(AllPairs<K, V> from) {
    super(from);
  }

  @Override
  void drop() {
    Drops drops = new Drops();
    dropAll(drops);
    drops.rethrow();
  }

  @Override
  String describe() {
    return size == 1 ? "a dict of 1 entry" : "a dict of " + size + " entries";
  }

  /// Runs a function of a user, which can change nothing here.
  final <A, B extends @Nullable Object, R extends @Nullable Object> R lend(
      BiFunction<? super A, ? super B, ? extends R> function, A first, B second) {
    borrowed(1);
    try {
      return function.apply(first, second);
    } finally {
      borrowed(-1);
    }
  }

  /// Whether a value is there. This looks at every entry.
  ///
  /// @param value the value
  /// @return true if it is
  /// @throws OwnershipException if this dict has ended or is another thread's
  public boolean containsValue(V value) {
    requireUsable("containsValue");
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      if (values.isEqual(memory, entry(slot) + valueOffset, value)) {
        return true;
      }
    }
    return false;
  }

  /// Removes every entry, and drops it. The block stays.
  ///
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public void clear() {
    requireUnborrowed("clear");
    Drops drops = new Drops();
    dropAll(drops);
    drops.rethrow();
  }

  /// Removes and drops the entries that a test refuses.
  ///
  /// @param test is asked once about each entry; if it throws, those that it refused before are
  ///     gone and the others are there
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public void retain(BiPredicate<? super K, ? super V> test) {
    requireUnborrowed("retain");
    BiFunction<K, V, Boolean> function = test::test;
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      if (!lend(function, keyAt(slot), valueAt(slot))) {
        removeAt(slot);
      }
    }
  }

  /// Moves every entry out. The block stays.
  ///
  /// @param action is given each key with its value, and owns them; if it throws, the entries that
  ///     it was not given are dropped
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public void drain(BiConsumer<? super K, ? super V> action) {
    requireUnborrowed("drain");
    Drops drops = new Drops();
    borrowed(1);
    drops.attempt(
        () -> {
          for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
            moveOut(slot, action);
          }
        });
    dropAll(drops);
    borrowed(-1);
    drops.rethrow();
  }

  /// Does something with each entry, in no order that could be relied on.
  ///
  /// @param action what to do
  /// @throws OwnershipException if this dict has ended or is another thread's
  public void forEach(BiConsumer<? super K, ? super V> action) {
    requireUsable("forEach");
    borrowed(1);
    try {
      for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
        action.accept(keyAt(slot), valueAt(slot));
      }
    } finally {
      borrowed(-1);
    }
  }

  /// The keys, to go over as [#iterator()] goes over the entries.
  ///
  /// @return the keys
  public Iterable<K> keys() {
    return () -> new DictIterator<>(this, this::keyAt);
  }

  /// The values, to go over as [#iterator()] goes over the entries.
  ///
  /// @return the values
  public Iterable<V> values() {
    return () -> new DictIterator<>(this, this::valueAt);
  }

  /// Whether another object is a dict with equal keys that have equal values.
  ///
  /// @throws OwnershipException if one of the two has ended or is another thread's
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof AllPairs<?, ?> that) || size() != that.size()) {
      return false;
    }
    borrowed(1);
    that.borrowed(1);
    try {
      for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
        if (!that.hasEntry(keyAt(slot), valueAt(slot))) {
          return false;
        }
      }
      return true;
    } finally {
      that.borrowed(-1);
      borrowed(-1);
    }
  }

  /// The hash code that a [java.util.Map] with the same entries has.
  ///
  /// @throws OwnershipException if this dict has ended or is another thread's
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    int sum = 0;
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      sum += keys.hash(memory, entry(slot)) ^ values.hash(memory, entry(slot) + valueOffset);
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
    forEach(
        (key, value) ->
            text.append(text.length() == 1 ? "" : ", ").append(key).append('=').append(value));
    return text.append('}').toString();
  }
}
