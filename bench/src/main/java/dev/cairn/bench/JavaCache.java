package dev.cairn.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The cache as objects: arrays in a [HashMap].
final class JavaCache implements ValueCache {
  private final Map<Long, byte[]> values;

  JavaCache(int entries) {
    values = HashMap.newHashMap(entries);
  }

  @Override
  public int get(long key, byte[] into) {
    byte[] value = values.get(key);
    if (value == null) {
      return -1;
    }
    System.arraycopy(value, 0, into, 0, value.length);
    return value.length;
  }

  @Override
  public void put(long key, byte[] from, int byteSize) {
    values.put(key, Arrays.copyOf(from, byteSize));
  }

  @Override
  public long nativeBytes() {
    return 0;
  }

  @Override
  public void close() {
    values.clear();
  }
}
