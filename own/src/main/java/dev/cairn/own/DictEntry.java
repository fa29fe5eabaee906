package dev.cairn.own;

import java.io.Serial;
import java.util.AbstractMap;

/// An entry of a dict as it was when it was read, through which its value can be changed.
final class DictEntry<K, V> extends AbstractMap.SimpleEntry<K, V> {
  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // a dict cannot be written, and so neither can its entries
  private final Dict<K, V> dict;

  DictEntry(Dict<K, V> dict, K key, V value) {
    super(key, value);
    this.dict = dict;
  }

  @Override
  public V setValue(V value) {
    dict.put(getKey(), value);
    return super.setValue(value);
  }
}
