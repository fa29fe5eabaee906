package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random programs on dicts, with [HashMap] as the model.
///
/// `-Ddev.cairn.seed` runs the program of one seed alone.
class DictModelTest {
  private static final int STEPS = 3000;

  static LongStream seeds() {
    Long seed = Long.getLong("dev.cairn.seed");
    return seed == null ? LongStream.range(0, 8) : LongStream.of(seed);
  }

  /// Longs that fall into few groups, and have few tags.
  private static final class Colliding extends Delegating<Long> {
    Colliding() {
      super(Elements.LONG);
    }

    @Override
    public int hash(Long value) {
      return (int) (value % 3);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDictOfLongsAndIntsIsAHashMap(long seed) {
    run(seed, Elements.LONG, Elements.INT, i -> i * 0x1_0000_0001L, i -> i);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDictWhoseHashCodesCollideIsAHashMap(long seed) {
    run(seed, new Colliding(), Elements.LONG, i -> (long) i, i -> (long) i);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDictOfStringsIsAHashMap(long seed) {
    try (Heap heap = Heap.growable(1 << 28)) {
      run(
          seed,
          Elements.utf8(heap),
          Elements.utf8(heap),
          i -> "key ".repeat(i % 9) + i,
          i -> "€".repeat(i % 20));
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  private static <K, V> void run(
      long seed, Element<K> keys, Element<V> values, IntFunction<K> key, IntFunction<V> value) {
    try (Heap heap = Heap.growable(1 << 28)) {
      try (Dict<K, V> dict = Dict.in(heap, keys, values)) {
        Map<K, V> model = new HashMap<>();
        Random random = new Random(seed);
        // How many keys there are decides how large the dict becomes.
        int range = 1 << (3 + random.nextInt(8));
        for (int step = 0; step < STEPS; step++) {
          try {
            step(random, dict, model, key.apply(random.nextInt(range)), value);
            check(dict, model, step);
          } catch (Throwable failure) {
            throw new AssertionError(
                "step " + step + "; again with -Ddev.cairn.seed=" + seed + " : " + failure,
                failure);
          }
        }
      }
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  private static <K, V> void check(Dict<K, V> dict, Map<K, V> model, int step) {
    assertThat(dict.size()).isEqualTo(model.size());
    dict.validate();
    if (step % 50 == 0) {
      assertThat(dict.asMap()).isEqualTo(model);
      assertThat(model).isEqualTo(dict.asMap());
    }
  }

  private static <K, V> void step(
      Random random, Dict<K, V> dict, Map<K, V> model, K key, IntFunction<V> values) {
    V value = values.apply(random.nextInt(1000));
    V other = values.apply(random.nextInt(1000));
    switch (random.nextInt(100)) {
      case 0 -> {
        if (random.nextInt(10) == 0) {
          dict.clear();
          model.clear();
        }
      }
      case 1 -> {
        if (random.nextInt(4) == 0) {
          Map<K, V> drained = new HashMap<>();
          dict.drain(drained::put);
          assertThat(drained).isEqualTo(model);
          model.clear();
        }
      }
      case 2 -> dict.shrinkToFit();
      case 3 -> dict.reserve(random.nextInt(300));
      case 4 -> {
        int kept = random.nextInt(5);
        dict.retain((k, _) -> Math.floorMod(k.hashCode(), 5) != kept);
        model.keySet().removeIf(k -> Math.floorMod(k.hashCode(), 5) == kept);
      }
      case 5 -> {
        int removed = random.nextInt(3);
        Iterator<Map.Entry<K, V>> entries = dict.iterator();
        while (entries.hasNext()) {
          Map.Entry<K, V> entry = entries.next();
          if (Math.floorMod(entry.getKey().hashCode(), 3) == removed) {
            entries.remove();
            assertThat(model.remove(entry.getKey())).isEqualTo(entry.getValue());
          }
        }
      }
      case 6, 7, 8, 9 ->
          assertThat(dict.computeIfAbsent(key, _ -> value))
              .isEqualTo(model.computeIfAbsent(key, _ -> value));
      case 10, 11, 12, 13 ->
          assertThat(dict.merge(key, value, (old, _) -> old.equals(value) ? null : other))
              .isEqualTo(model.merge(key, value, (old, _) -> old.equals(value) ? null : other));
      case 14, 15, 16, 17 ->
          assertThat(dict.compute(key, (_, old) -> old == null ? value : null))
              .isEqualTo(model.compute(key, (_, old) -> old == null ? value : null));
      case 18, 19, 20 ->
          assertThat(dict.putIfAbsent(key, value)).isEqualTo(model.putIfAbsent(key, value) == null);
      case 21, 22, 23 -> assertThat(dict.replace(key, value)).isEqualTo(model.replace(key, value));
      case 24, 25, 26, 27, 28, 29 ->
          assertThat(dict.insert(key, value)).isEqualTo(model.put(key, value));
      case 30, 31, 32, 33, 34 -> assertThat(dict.take(key)).isEqualTo(model.remove(key));
      case 35, 36, 37, 38, 39 -> {
        assertThat(dict.get(key)).isEqualTo(model.get(key));
        assertThat(dict.containsKey(key)).isEqualTo(model.containsKey(key));
        assertThat(dict.getOrDefault(key, value)).isEqualTo(model.getOrDefault(key, value));
      }
      case 40 -> assertThat(dict.containsValue(value)).isEqualTo(model.containsValue(value));
      default -> {
        if (random.nextInt(5) < 2) {
          assertThat(dict.remove(key)).isEqualTo(model.remove(key) != null);
        } else {
          assertThat(dict.put(key, value)).isEqualTo(Objects.isNull(model.put(key, value)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDictOfLongsWithoutBoxesIsAHashMap(long seed) {
    try (Heap heap = Heap.growable(1 << 28)) {
      try (DictOfLongs dict = DictOfLongs.in(heap)) {
        Map<Long, Long> model = new HashMap<>();
        Random random = new Random(seed);
        int range = 1 << (3 + random.nextInt(9));
        for (int step = 0; step < STEPS; step++) {
          try {
            step(random, dict, model, (long) random.nextInt(range) << (random.nextInt(3) * 20));
            check(dict, model);
          } catch (Throwable failure) {
            throw new AssertionError(
                "step " + step + "; again with -Ddev.cairn.seed=" + seed + " : " + failure,
                failure);
          }
        }
      }
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  private static void check(DictOfLongs dict, Map<Long, Long> model) {
    dict.validate();
    Map<Long, Long> seen = new HashMap<>();
    dict.forEach(seen::put);
    assertThat(seen).isEqualTo(model);
    assertThat(dict.size()).isEqualTo(model.size());
    assertThat(dict.hashCode()).isEqualTo(model.hashCode());
  }

  private static void step(Random random, DictOfLongs dict, Map<Long, Long> model, long key) {
    long value = random.nextInt(1000);
    switch (random.nextInt(50)) {
      case 0 -> {
        if (random.nextInt(10) == 0) {
          dict.clear();
          model.clear();
        }
      }
      case 1 -> dict.shrinkToFit();
      case 2 -> dict.reserve(random.nextInt(300));
      case 3 -> {
        dict.retain((_, v) -> v % 4 != 0);
        model.values().removeIf(v -> v % 4 == 0);
      }
      case 4 -> {
        for (DictOfLongs.Cursor at = dict.cursor(); at.next(); ) {
          if (at.key() % 5 == 0) {
            model.remove(at.key());
            at.remove();
          } else {
            at.setValue(at.value() + 1);
            model.merge(at.key(), 1L, Long::sum);
          }
        }
      }
      case 5, 6 ->
          assertThat(dict.merge(key, value, Long::sum))
              .isEqualTo(model.merge(key, value, Long::sum));
      case 7, 8 ->
          assertThat(dict.computeIfAbsent(key, k -> k + 1))
              .isEqualTo(model.computeIfAbsent(key, k -> k + 1));
      case 9, 10 ->
          assertThat(dict.putIfAbsent(key, value)).isEqualTo(model.putIfAbsent(key, value) == null);
      case 11, 12 -> {
        assertThat(dict.containsKey(key)).isEqualTo(model.containsKey(key));
        assertThat(dict.getOrDefault(key, -1)).isEqualTo(model.getOrDefault(key, -1L));
      }
      default -> {
        if (random.nextInt(5) < 2) {
          assertThat(dict.remove(key)).isEqualTo(model.remove(key) != null);
        } else {
          assertThat(dict.put(key, value)).isEqualTo(model.put(key, value) == null);
        }
      }
    }
  }
}
