package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import dev.cairn.own.Ledger.Coin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random programs do the same to a list as to an [ArrayList].
class VecRandomTest {
  private static final int OPERATIONS = 20_000;
  private static final int PROGRAMS = 5;
  private static final long SEED = Long.getLong("dev.cairn.seed", 42);

  @ParameterizedTest
  @EnumSource(Numbers.Kind.class)
  void listsOfNumbersDoWhatTheModelDoes(Numbers.Kind kind) {
    for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
      try (Heap heap = Heap.growable(16 << 20)) {
        try (Numbers numbers = Numbers.in(heap, kind)) {
          run(numbers, new Random(seed), heap);
        } catch (Throwable failure) {
          throw new AssertionError("-Ddev.cairn.seed=" + seed, failure);
        }
        heap.validate();
        assertThat(heap.stats().liveBlocks()).isZero();
      }
    }
  }

  private static void run(Numbers numbers, Random random, Heap heap) {
    List<Long> model = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      long value = random.nextInt(64);
      int size = model.size();
      int index = size == 0 ? 0 : random.nextInt(size);
      int end = index + (size == index ? 0 : random.nextInt(Math.min(20, size - index + 1)));
      int call = random.nextInt(100);
      if (call < 30 || size == 0) {
        numbers.push(value);
        model.add(value);
      } else if (call < 40) {
        numbers.insert(index, value);
        model.add(index, value);
      } else if (call < 50) {
        assertThat(numbers.remove(index)).isEqualTo(model.remove(index));
      } else if (call < 55) {
        Collections.swap(model, index, size - 1);
        assertThat(numbers.swapRemove(index)).isEqualTo(model.removeLast());
      } else if (call < 62) {
        assertThat(numbers.pop()).isEqualTo(model.removeLast());
      } else if (call < 68) {
        numbers.set(index, value);
        model.set(index, value);
      } else if (call < 74) {
        assertThat(numbers.get(index)).isEqualTo(model.get(index));
      } else if (call < 78) {
        assertThat(numbers.indexOf(value)).isEqualTo(model.indexOf(value));
        assertThat(numbers.lastIndexOf(value)).isEqualTo(model.lastIndexOf(value));
        assertThat(numbers.contains(value)).isEqualTo(model.contains(value));
      } else if (call < 80) {
        numbers.extend(value, value + 1, value + 1);
        model.addAll(List.of(value, value + 1, value + 1));
      } else if (call < 82) {
        numbers.extendFromWithin(index, end);
        model.addAll(List.copyOf(model.subList(index, end)));
      } else if (call < 84) {
        numbers.vec().removeRange(index, end);
        model.subList(index, end).clear();
      } else if (call < 86) {
        numbers.splitAndJoin(index);
      } else if (call < 88) {
        numbers.vec().swap(index, size - 1);
        Collections.swap(model, index, size - 1);
      } else if (call < 89) {
        numbers.vec().reverse();
        Collections.reverse(model);
      } else if (call < 90) {
        numbers.dedup();
        List<Long> kept = new ArrayList<>();
        model.stream().filter(v -> kept.isEmpty() || !kept.getLast().equals(v)).forEach(kept::add);
        model = kept;
      } else if (call < 91) {
        numbers.sort();
        Collections.sort(model);
        long found = numbers.binarySearch(value);
        if (found >= 0) {
          assertThat(model.get((int) found)).isEqualTo(value);
        } else {
          assertThat(found).isEqualTo(Collections.binarySearch(model, value));
        }
      } else if (call < 92) {
        numbers.resize(size + 10, value);
        model.addAll(Collections.nCopies(10, value));
      } else if (call < 94) {
        int less = size / 8 * 7;
        numbers.resize(less, value);
        model.subList(less, size).clear();
      } else if (call < 95) {
        numbers.vec().shrinkToFit();
        assertThat(numbers.vec().capacity()).isGreaterThanOrEqualTo(size);
      } else if (call < 96) {
        numbers.vec().reserve(value);
        assertThat(numbers.vec().capacity()).isGreaterThanOrEqualTo(size + value);
      } else if (call < 97) {
        numbers.retain(v -> v % 16 != value % 16);
        model.removeIf(v -> v % 16 == value % 16);
      } else if (random.nextInt(100) == 0) {
        if (random.nextBoolean()) {
          numbers.vec().clear();
          model.clear();
        } else {
          numbers.fill(value);
          Collections.fill(model, value);
        }
      }
      assertThat(numbers.vec().size()).isEqualTo(model.size());
      if (i % 64 == 0) {
        assertThat(numbers.toList()).isEqualTo(model);
        assertThat(numbers.vec().toString().replace(".0", "")).isEqualTo(model.toString());
        heap.validate();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4})
  void elementsThatOwnSomethingEndOnceWhateverThrows(long program) {
    long seed = SEED + program;
    Ledger ledger = new Ledger();
    ledger.curse(13);
    ledger.curse(21);
    try (Heap heap = Heap.growable(16 << 20)) {
      Random random = new Random(seed);
      try (Vec<Coin> vec = Vec.in(heap, ledger)) {
        for (int i = 0; i < OPERATIONS; i++) {
          if (random.nextInt(10) == 0) {
            ledger.failAfter(random.nextInt(10));
          }
          try {
            step(vec, ledger, random);
          } catch (Ledger.Planned planned) {
            assertThat(planned).isNotNull();
          }
          assertThat(ledger.alive()).isEqualTo((int) vec.size());
        }
        ledger.failAfter(-1);
        assertThat(vec.toString()).startsWith("[");
        vec.retain(coin -> coin.value != 13 && coin.value != 21);
      } catch (Ledger.Planned planned) {
        assertThat(planned).isNotNull();
      }
      ledger.assertNothingLeft();
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
    } catch (Throwable failure) {
      throw new AssertionError("-Ddev.cairn.seed=" + seed, failure);
    }
  }

  private static void step(Vec<Coin> vec, Ledger ledger, Random random) {
    int size = (int) vec.size();
    int call = random.nextInt(100);
    int value = random.nextInt(32);
    if (call < 45 || size == 0) {
      Coin coin = ledger.coin(value);
      try {
        switch (random.nextInt(size == 0 ? 2 : 4)) {
          case 0 -> vec.push(coin);
          case 1 -> vec.insert(size == 0 ? 0 : random.nextInt(size), coin);
          case 2 -> vec.set(random.nextInt(size), coin);
          default -> vec.replace(random.nextInt(size), coin).close();
        }
      } catch (Ledger.Planned planned) {
        ledger.closeIfOutside(coin);
        throw planned;
      }
      return;
    }
    int index = random.nextInt(size);
    int end = index + random.nextInt(Math.min(6, size - index + 1));
    if (call < 50) {
      vec.pop().close();
    } else if (call < 55) {
      vec.remove(index).close();
    } else if (call < 60) {
      vec.swapRemove(index).close();
    } else if (call < 65) {
      vec.removeRange(index, end);
    } else if (call < 70) {
      vec.drain(index, end, Coin::close);
    } else if (call < 73) {
      vec.retain(coin -> coin.value != value);
    } else if (call < 76) {
      vec.dedup();
    } else if (call < 79) {
      vec.dedup((a, b) -> a.value % 8 == b.value % 8);
    } else if (call < 82) {
      vec.sort(Comparator.naturalOrder());
    } else if (call < 85) {
      vec.get(index).close();
    } else if (call < 90) {
      try (Vec<Coin> tail = vec.splitOff(index)) {
        vec.append(tail);
      }
    } else if (call < 92) {
      vec.shrinkToFit();
    } else if (call < 95) {
      vec.reverse();
    } else if (call < 96) {
      vec.truncate(index);
    } else {
      try (Coin coin = ledger.coin(value)) {
        assertThat(vec.contains(coin)).isEqualTo(vec.lastIndexOf(coin) >= 0);
      }
    }
  }
}
