package dev.cairn.own;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A dict as a map of `java.util`.
final class DictView<K, V> extends AbstractMap<K, V> {
  private final Dict<K, V> dict;

  DictView(Dict<K, V> dict) {
    this.dict = dict;
  }

  @Override
  public int size() {
    return (int) Math.min(dict.size(), Integer.MAX_VALUE);
  }

  @Override
  @SuppressWarnings("unchecked") // maps answer a key of another type with this exception, or null
  public @Nullable V get(@Nullable Object key) {
    return dict.get((K) Objects.requireNonNull(key));
  }

  @Override
  @SuppressWarnings("unchecked")
  public boolean containsKey(@Nullable Object key) {
    return dict.containsKey((K) Objects.requireNonNull(key));
  }

  @Override
  @SuppressWarnings("unchecked")
  public boolean containsValue(@Nullable Object value) {
    return dict.containsValue((V) Objects.requireNonNull(value));
  }

  @Override
  public @Nullable V put(K key, V value) {
    return dict.insert(key, value);
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable V remove(@Nullable Object key) {
    return dict.take((K) Objects.requireNonNull(key));
  }

  @Override
  public void clear() {
    dict.clear();
  }

  @Override
  public Set<Map.Entry<K, V>> entrySet() {
    return new Entries<>(dict);
  }

  private static final class Entries<K, V> extends AbstractSet<Map.Entry<K, V>> {
    private final Dict<K, V> dict;

    Entries(Dict<K, V> dict) {
      this.dict = dict;
    }

    @Override
    public int size() {
      return (int) Math.min(dict.size(), Integer.MAX_VALUE);
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
      return dict.iterator();
    }

    @Override
    public boolean contains(@Nullable Object object) {
      dict.requireUsable("contains");
      return object instanceof Map.Entry<?, ?> entry
          && dict.hasEntry(entry.getKey(), entry.getValue());
    }

    @Override
    @SuppressWarnings("unchecked") // an entry that is there has a key of the type
    public boolean remove(@Nullable Object object) {
      return object instanceof Map.Entry<?, ?> entry
          && contains(entry)
          && dict.remove((K) entry.getKey());
    }

    @Override
    public void clear() {
      dict.clear();
    }
  }
}
