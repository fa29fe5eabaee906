package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.testing.MapTestSuiteBuilder;
import com.google.common.collect.testing.SampleElements;
import com.google.common.collect.testing.TestMapGenerator;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Dicts as maps of `java.util`, by the suites of Guava.
class DictViewTest {
  private final Heap heap = Heap.growable(1 << 30);
  private final Deque<Dict<?, ?>> dicts = new ArrayDeque<>();

  @AfterEach
  void nothingLeaks() {
    dicts.forEach(Dict::close);
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.validate();
    heap.close();
  }

  record Point(int x, int y) {}

  /// Lays points out by hand.
  private static final class Points implements Element<Point> {
    @Override
    public long byteSize() {
      return 8;
    }

    @Override
    public long byteAlignment() {
      return 4;
    }

    @Override
    public Point get(MemorySegment memory, long offset) {
      return new Point(
          memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset),
          memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + 4));
    }

    @Override
    public void set(MemorySegment memory, long offset, Point value) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value.x());
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + 4, value.y());
    }
  }

  private <K, V> Map<K, V> view(Element<K> keys, Element<V> values) {
    @SuppressWarnings("MustBeClosedChecker") // nothingLeaks() closes it
    Dict<K, V> dict = Dict.in(heap, keys, values);
    dicts.add(dict);
    return dict.asMap();
  }

  @TestFactory
  Stream<DynamicNode> aDictOfStringsIsAMap() {
    TestStringMapGenerator generator =
        new TestStringMapGenerator() {
          @Override
          protected Map<String, String> create(Map.Entry<String, String>[] entries) {
            Map<String, String> map = view(Elements.utf8(heap), Elements.utf8(heap));
            for (Map.Entry<String, String> entry : entries) {
              map.put(entry.getKey(), entry.getValue());
            }
            return map;
          }
        };
    return suite("strings", generator);
  }

  @TestFactory
  Stream<DynamicNode> aDictOfLongsIsAMap() {
    return suite(
        "longs",
        new Numbered<>(Elements.LONG, Elements.LONG, key -> key * 1_000_003, value -> -value));
  }

  @TestFactory
  Stream<DynamicNode> aDictOfRecordsIsAMap() {
    return suite(
        "records",
        new Numbered<>(
            new Points(),
            Elements.INT,
            key -> new Point((int) key, (int) -key),
            value -> (int) value));
  }

  private static <K, V> Stream<DynamicNode> suite(String name, TestMapGenerator<K, V> generator) {
    return GuavaSuites.of(
        MapTestSuiteBuilder.using(generator)
            .named(name)
            .withFeatures(
                CollectionSize.ANY,
                MapFeature.GENERAL_PURPOSE,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE)
            .createTestSuite());
  }

  /// Maps whose keys and values are made from numbers.
  private final class Numbered<K, V> implements TestMapGenerator<K, V> {
    private final Element<K> keys;
    private final Element<V> values;
    private final LongFunction<K> key;
    private final LongFunction<V> value;

    Numbered(Element<K> keys, Element<V> values, LongFunction<K> key, LongFunction<V> value) {
      this.keys = keys;
      this.values = values;
      this.key = key;
      this.value = value;
    }

    @Override
    public SampleElements<Map.Entry<K, V>> samples() {
      return new SampleElements<>(entry(0), entry(1), entry(2), entry(3), entry(4));
    }

    private Map.Entry<K, V> entry(int number) {
      return Map.entry(key.apply(number), value.apply(number));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<K, V> create(Object... entries) {
      Map<K, V> map = view(keys, values);
      for (Object entry : entries) {
        map.put(((Map.Entry<K, V>) entry).getKey(), ((Map.Entry<K, V>) entry).getValue());
      }
      return map;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Map.Entry<K, V>[] createArray(int length) {
      return new Map.Entry[length];
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public K[] createKeyArray(int length) {
      return (K[]) new Object[length];
    }

    @Override
    @SuppressWarnings("unchecked")
    public V[] createValueArray(int length) {
      return (V[]) new Object[length];
    }

    @Override
    public Iterable<Map.Entry<K, V>> order(List<Map.Entry<K, V>> inserted) {
      return inserted;
    }
  }

  @Test
  void aViewIsOfNoUseOnceTheDictIsClosed() {
    Map<Long, Long> map = view(Elements.LONG, Elements.LONG);
    map.put(1L, 2L);
    dicts.remove().close();
    assertThatThrownBy(() -> map.get(1L)).isInstanceOf(OwnershipException.class);
    assertThatThrownBy(map::size).isInstanceOf(OwnershipException.class);
  }

  @Test
  void whatChangesTheViewChangesTheDictAndTheOtherWayRound() {
    try (Dict<Long, Long> dict = Dict.in(heap, Elements.LONG, Elements.LONG)) {
      Map<Long, Long> map = dict.asMap();
      map.put(1L, 2L);
      assertThat(dict.get(1L)).isEqualTo(2);
      dict.put(3L, 4L);
      assertThat(map).containsExactlyInAnyOrderEntriesOf(Map.of(1L, 2L, 3L, 4L));
      for (Map.Entry<Long, Long> entry : map.entrySet()) {
        entry.setValue(entry.getValue() * 10);
      }
      assertThat(dict.get(1L)).isEqualTo(20);
      assertThat(map.merge(3L, 2L, Long::sum)).isEqualTo(42);
      dict.validate();
    }
  }
}
