package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.Dict;
import dev.cairn.own.DictOfLongs;
import dev.cairn.own.Elements;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.objects.ObjectIterator;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;

/// A map from longs to longs, as a contestant. Each has its loops itself, so that what is compiled
/// for one knows nothing of the others.
@SuppressWarnings({"NullAway.Init", "MustBeClosedChecker"}) // open() makes it, and close() ends it
public abstract class LongMap {
  // One for all maps, as those on the Java heap have it.
  private static final Heap HEAP = Heap.growable(1L << 40);

  /// Makes the map, with room for some entries, or as small as it is if those are 0.
  abstract void open(int capacity);

  /// The sum of the values of some keys, or of 1 where there is none.
  abstract long get(long[] keys, int from, int to);

  abstract void put(long[] keys, int from, int to);

  abstract void removeAndPut(long[] keys, int from, int to);

  /// The sum of all keys and values.
  abstract long sum();

  void close() {}

  /// The maps.
  public enum Kind {
    /// Cairn's, without boxes.
    DICT_OF_LONGS,
    /// Cairn's, of elements.
    DICT,
    /// Fastutil's, without boxes.
    FASTUTIL,
    /// Agrona's, without boxes.
    AGRONA,
    /// The JDK's.
    HASH_MAP;

    LongMap map() {
      return switch (this) {
        case DICT_OF_LONGS -> new OfDictOfLongs();
        case DICT -> new OfDict();
        case FASTUTIL -> new OfFastutil();
        case AGRONA -> new OfAgrona();
        case HASH_MAP -> new OfHashMap();
      };
    }
  }

  /// Cairn's, without boxes.
  static final class OfDictOfLongs extends LongMap {
    private DictOfLongs map;

    @Override
    void open(int capacity) {
      map = DictOfLongs.withCapacity(HEAP, capacity);
    }

    @Override
    long get(long[] keys, int from, int to) {
      DictOfLongs map = this.map;
      long sum = 0;
      for (int i = from; i < to; i++) {
        sum += map.getOrDefault(keys[i], 1);
      }
      return sum;
    }

    @Override
    void put(long[] keys, int from, int to) {
      DictOfLongs map = this.map;
      for (int i = from; i < to; i++) {
        map.put(keys[i], i);
      }
    }

    @Override
    void removeAndPut(long[] keys, int from, int to) {
      DictOfLongs map = this.map;
      for (int i = from; i < to; i++) {
        map.remove(keys[i]);
        map.put(keys[i], i);
      }
    }

    @Override
    long sum() {
      long sum = 0;
      for (DictOfLongs.Cursor at = map.cursor(); at.next(); ) {
        sum += at.key() + at.value();
      }
      return sum;
    }

    @Override
    void close() {
      map.close();
    }
  }

  /// Cairn's, of elements.
  static final class OfDict extends LongMap {
    private Dict<Long, Long> map;

    @Override
    void open(int capacity) {
      map = Dict.withCapacity(HEAP, Elements.LONG, Elements.LONG, capacity);
    }

    @Override
    long get(long[] keys, int from, int to) {
      Dict<Long, Long> map = this.map;
      long sum = 0;
      for (int i = from; i < to; i++) {
        Long value = map.get(keys[i]);
        sum += value == null ? 1 : value;
      }
      return sum;
    }

    @Override
    void put(long[] keys, int from, int to) {
      Dict<Long, Long> map = this.map;
      for (int i = from; i < to; i++) {
        map.put(keys[i], (long) i);
      }
    }

    @Override
    void removeAndPut(long[] keys, int from, int to) {
      Dict<Long, Long> map = this.map;
      for (int i = from; i < to; i++) {
        map.remove(keys[i]);
        map.put(keys[i], (long) i);
      }
    }

    @Override
    long sum() {
      long sum = 0;
      for (Map.Entry<Long, Long> entry : map) {
        sum += entry.getKey() + entry.getValue();
      }
      return sum;
    }

    @Override
    void close() {
      map.close();
    }
  }

  /// Fastutil's.
  static final class OfFastutil extends LongMap {
    private Long2LongOpenHashMap map;

    @Override
    void open(int capacity) {
      map = new Long2LongOpenHashMap(Math.max(16, capacity));
    }

    @Override
    long get(long[] keys, int from, int to) {
      Long2LongOpenHashMap map = this.map;
      long sum = 0;
      for (int i = from; i < to; i++) {
        sum += map.getOrDefault(keys[i], 1);
      }
      return sum;
    }

    @Override
    void put(long[] keys, int from, int to) {
      Long2LongOpenHashMap map = this.map;
      for (int i = from; i < to; i++) {
        map.put(keys[i], i);
      }
    }

    @Override
    void removeAndPut(long[] keys, int from, int to) {
      Long2LongOpenHashMap map = this.map;
      for (int i = from; i < to; i++) {
        map.remove(keys[i]);
        map.put(keys[i], i);
      }
    }

    @Override
    long sum() {
      long sum = 0;
      ObjectIterator<Long2LongMap.Entry> entries = map.long2LongEntrySet().fastIterator();
      while (entries.hasNext()) {
        Long2LongMap.Entry entry = entries.next();
        sum += entry.getLongKey() + entry.getLongValue();
      }
      return sum;
    }
  }

  /// Agrona's.
  static final class OfAgrona extends LongMap {
    private Long2LongHashMap map;

    @Override
    void open(int capacity) {
      map = new Long2LongHashMap(Math.max(16, (int) (capacity / 0.65) + 1), 0.65f, Long.MIN_VALUE);
    }

    @Override
    long get(long[] keys, int from, int to) {
      Long2LongHashMap map = this.map;
      long sum = 0;
      for (int i = from; i < to; i++) {
        long value = map.get(keys[i]);
        sum += value == Long.MIN_VALUE ? 1 : value;
      }
      return sum;
    }

    @Override
    void put(long[] keys, int from, int to) {
      Long2LongHashMap map = this.map;
      for (int i = from; i < to; i++) {
        map.put(keys[i], i);
      }
    }

    @Override
    void removeAndPut(long[] keys, int from, int to) {
      Long2LongHashMap map = this.map;
      for (int i = from; i < to; i++) {
        map.remove(keys[i]);
        map.put(keys[i], i);
      }
    }

    @Override
    long sum() {
      long sum = 0;
      Long2LongHashMap.EntryIterator entries = map.entrySet().iterator();
      while (entries.hasNext()) {
        entries.next();
        sum += entries.getLongKey() + entries.getLongValue();
      }
      return sum;
    }
  }

  /// The JDK's.
  static final class OfHashMap extends LongMap {
    private HashMap<Long, Long> map;

    @Override
    void open(int capacity) {
      map = HashMap.newHashMap(capacity);
    }

    @Override
    long get(long[] keys, int from, int to) {
      HashMap<Long, Long> map = this.map;
      long sum = 0;
      for (int i = from; i < to; i++) {
        Long value = map.get(keys[i]);
        sum += value == null ? 1 : value;
      }
      return sum;
    }

    @Override
    void put(long[] keys, int from, int to) {
      HashMap<Long, Long> map = this.map;
      for (int i = from; i < to; i++) {
        map.put(keys[i], (long) i);
      }
    }

    @Override
    void removeAndPut(long[] keys, int from, int to) {
      HashMap<Long, Long> map = this.map;
      for (int i = from; i < to; i++) {
        map.remove(keys[i]);
        map.put(keys[i], (long) i);
      }
    }

    @Override
    long sum() {
      long sum = 0;
      for (Map.Entry<Long, Long> entry : map.entrySet()) {
        sum += entry.getKey() + entry.getValue();
      }
      return sum;
    }
  }
}
