package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;
import org.jspecify.annotations.Nullable;

/// A map: keys and values lie in one block, as [elements][Element].
///
/// {@snippet :
/// try (Dict<String, Long> counts = Dict.in(heap, Elements.utf8(heap), Elements.LONG)) {
///   for (String word : words) {
///     counts.merge(word, 1L, Long::sum);
///   }
///   counts.get("cairn");
/// }
/// }
///
/// What a method answers is independent of the dict: [#get(Object)] copies, or counts once more,
/// what the value owns. [#take(Object)], [#insert(Object, Object)] and
/// [#drain(java.util.function.BiConsumer)] move it out instead.
///
/// Where a key and a value move in, they do so as long as the call does not throw; a key that is
/// there already stays, and the one that was passed remains the caller's. While a function that was
/// passed to a method runs, and while the dict is borrowed, nothing can be changed: that is refused
/// as [BORROWED][OwnershipException.Kind#BORROWED]. Keys and values are not null.
///
/// ## Cost
///
/// One block of 1 byte and the sizes of key and value per slot; between 7/16 and 7/8 of the slots
/// are taken while it grows. The block doubles, so that for a moment there are two of them. Every
/// operation on one entry is O(1) on average, growing included, if the hash codes differ; it makes
/// no garbage beyond what elements make when they are read. Keys are compared in place.
///
/// ## Failure
///
/// If there is no room, [dev.cairn.alloc.MemoryExhaustedException] is thrown, and nothing has
/// changed. So it is if an element throws when it is read, written, compared or hashed, unless that
/// was to read what the call answers. If one throws when it is dropped, everything else is dropped
/// nevertheless.
///
/// @param <K> the type of the keys
/// @param <V> the type of the values
public final class Dict<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
    extends AllPairs<K, V> implements Iterable<Map.Entry<K, V>> {
  private Dict(Allocator allocator, Element<K> keys, Element<V> values) {
    super(allocator, keys, values);
  }

  private Dict(Dict<K, V> from) {
    super(from);
  }

  /// Makes an empty dict. It has no block until the first entry.
  ///
  /// @param <K> the type of the keys
  /// @param <V> the type of the values
  /// @param allocator where its block comes from
  /// @param keys how keys lie in memory
  /// @param values how values lie in memory
  /// @return the dict
  @MustBeClosed
  public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
      Dict<K, V> in(Allocator allocator, Element<K> keys, Element<V> values) {
    return new Dict<>(allocator, keys, values);
  }

  /// Makes an empty dict with room for some entries.
  ///
  /// @param <K> the type of the keys
  /// @param <V> the type of the values
  /// @param allocator where its block comes from
  /// @param keys how keys lie in memory
  /// @param values how values lie in memory
  /// @param capacity for how many entries
  /// @return the dict
  /// @throws IllegalArgumentException if `capacity` is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room
  @MustBeClosed
  public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
      Dict<K, V> withCapacity(
          Allocator allocator, Element<K> keys, Element<V> values, long capacity) {
    requireCapacity(capacity);
    Dict<K, V> dict = new Dict<>(allocator, keys, values);
    dict.reserve(capacity);
    return dict;
  }

  /// What a call answers after a value moved in: the value is the dict's if it owns anything.
  private V answer(V value, K key) {
    return values.owns() ? valueAt(find(key, hash(key))) : value;
  }

  /// The value of a key.
  ///
  /// @param key the key
  /// @return the value, or null if the key is not there
  /// @throws OwnershipException if this dict has ended or is another thread's
  public @Nullable V get(K key) {
    requireUsable("get");
    long slot = find(key, hash(key));
    return slot == ABSENT ? null : valueAt(slot);
  }

  /// The value of a key, or another one if the key is not there.
  ///
  /// @param key the key
  /// @param otherwise what to answer if it is not there
  /// @return the value
  /// @throws OwnershipException if this dict has ended or is another thread's
  public V getOrDefault(K key, V otherwise) {
    requireUsable("getOrDefault");
    long slot = find(key, hash(key));
    return slot == ABSENT ? otherwise : valueAt(slot);
  }

  /// Whether a key is there.
  ///
  /// @param key the key
  /// @return true if it is
  /// @throws OwnershipException if this dict has ended or is another thread's
  public boolean containsKey(K key) {
    requireUsable("containsKey");
    return find(key, hash(key)) != ABSENT;
  }

  /// Gives a key a value. The one that it had is dropped.
  ///
  /// @param key the key
  /// @param value its value from now on
  /// @return true if the key is new
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean put(@Owning K key, @Owning V value) {
    requireUnborrowed("put");
    long hash = hash(key);
    long slot = find(key, hash);
    if (slot != ABSENT) {
      replaceAt(slot, value);
      return false;
    }
    add(key, hash, value);
    return true;
  }

  /// Gives a key a value, unless it has one.
  ///
  /// @param key the key
  /// @param value its value, if it has none
  /// @return true if the key is new; if not, the value remains the caller's
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean putIfAbsent(K key, V value) {
    requireUnborrowed("putIfAbsent");
    long hash = hash(key);
    if (find(key, hash) != ABSENT) {
      return false;
    }
    add(key, hash, value);
    return true;
  }

  /// Gives a key a value, and moves out the one that it had.
  ///
  /// @param key the key
  /// @param value its value from now on
  /// @return the value that it had, or null if the key is new
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public @Nullable V insert(@Owning K key, @Owning V value) {
    requireUnborrowed("insert");
    long hash = hash(key);
    long slot = find(key, hash);
    if (slot != ABSENT) {
      return swapAt(slot, value);
    }
    add(key, hash, value);
    return null;
  }

  /// Gives a key another value, if it has one, and moves that out.
  ///
  /// @param key the key
  /// @param value its value from now on
  /// @return the value that it had, or null if the key is not there and `value` remains the
  ///     caller's
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public @Nullable V replace(K key, V value) {
    requireUnborrowed("replace");
    long slot = find(key, hash(key));
    return slot == ABSENT ? null : swapAt(slot, value);
  }

  /// The value of a key, which is computed and put there if it has none.
  ///
  /// @param key the key
  /// @param value computes a value from the key, or answers null for none; if it throws, nothing
  ///     changes
  /// @return the value, or null if there is none
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> value) {
    requireUnborrowed("computeIfAbsent");
    long hash = hash(key);
    long slot = find(key, hash);
    if (slot != ABSENT) {
      return valueAt(slot);
    }
    @Nullable V computed = this.<K, K, @Nullable V>lend((k, _) -> value.apply(k), key, key);
    if (computed == null) {
      return null;
    }
    add(key, hash, computed);
    return answer(computed, key);
  }

  /// Computes the value of a key from the one that it has.
  ///
  /// @param key the key
  /// @param value computes the value from the key and its value, which is null if it has none; it
  ///     answers null to remove the key; if it throws, nothing changes
  /// @return the value, or null if there is none
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> value) {
    requireUnborrowed("compute");
    long hash = hash(key);
    long slot = find(key, hash);
    @Nullable V old = slot == ABSENT ? null : valueAt(slot);
    return settle(key, hash, slot, this.<K, @Nullable V, @Nullable V>lend(value, key, old));
  }

  /// Gives a key a value, merged with the one that it has if it has one.
  ///
  /// @param key the key
  /// @param value its value, if it has none
  /// @param merge computes the value from the old one and `value`; it answers null to remove the
  ///     key; if it throws, nothing changes
  /// @return the value, or null if there is none
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public @Nullable V merge(
      K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> merge) {
    requireUnborrowed("merge");
    long hash = hash(key);
    long slot = find(key, hash);
    if (slot == ABSENT) {
      return settle(key, hash, slot, value);
    }
    return settle(key, hash, slot, this.<V, V, @Nullable V>lend(merge, valueAt(slot), value));
  }

  private @Nullable V settle(K key, long hash, long slot, @Nullable V value) {
    if (value == null) {
      if (slot != ABSENT) {
        removeAt(slot);
      }
      return null;
    }
    if (slot == ABSENT) {
      add(key, hash, value);
    } else {
      replaceAt(slot, value);
    }
    return answer(value, key);
  }

  /// Removes a key and its value, and drops them.
  ///
  /// @param key the key
  /// @return true if it was there
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  public boolean remove(K key) {
    requireUnborrowed("remove");
    long slot = find(key, hash(key));
    if (slot == ABSENT) {
      return false;
    }
    removeAt(slot);
    return true;
  }

  /// Removes a key, and moves its value out.
  ///
  /// @param key the key
  /// @return the value that it had, or null if it was not there
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public @Nullable V take(K key) {
    requireUnborrowed("take");
    long slot = find(key, hash(key));
    if (slot == ABSENT) {
      return null;
    }
    return moveValueOut(slot);
  }

  /// Goes over the entries, in no order that could be relied on. The iterator can remove; its
  /// entries can be [changed][java.util.Map.Entry#setValue(Object)]. It is
  /// [STALE][OwnershipException.Kind#STALE] as soon as a key is added or removed by anything else.
  ///
  /// @return an iterator before the first entry
  /// @throws OwnershipException if this dict has ended or is another thread's
  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return new DictIterator<>(this, slot -> new DictEntry<>(this, keyAt(slot), valueAt(slot)));
  }

  /// A view of this dict as a map of `java.util`. What changes one changes the other.
  ///
  /// It has no nulls, and its iterators throw [OwnershipException] where those of `java.util` throw
  /// [java.util.ConcurrentModificationException]. It is of use for as long as this owner is.
  ///
  /// @return the view
  public Map<K, V> asMap() {
    return new DictView<>(this);
  }

  /// Makes an owner of what this one has, and ends this one.
  ///
  /// @return the new owner
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Dict<K, V> move() {
    return new Dict<>(this);
  }
}
