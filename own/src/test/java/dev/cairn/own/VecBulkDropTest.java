package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.own.Ledger.Coin;
import dev.cairn.own.Ledger.Planned;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a [Vec] does with elements that own something when many of them come or go in one call.
class VecBulkDropTest extends CoinTest {
  @Test
  void retainDropsWhatItDoesNotKeep() {
    try (Vec<Coin> vec = coins(1, 2, 3, 4, 5, 6)) {
      vec.retain(coin -> coin.value % 2 == 0);
      assertThat(values(vec)).containsExactly(2, 4, 6);
      assertThat(ledger.drops()).isEqualTo(3);
    }
  }

  @Test
  void aPredicateOfRetainThatThrowsLeavesWhatItDidNotJudge() {
    try (Vec<Coin> vec = coins(1, 2, 3, 4, 5, 6)) {
      assertThatThrownBy(
              () ->
                  vec.retain(
                      coin -> {
                        if (coin.value == 4) {
                          throw new Planned("4");
                        }
                        return coin.value % 2 == 0;
                      }))
          .isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(2, 4, 5, 6);
    }
  }

  @Test
  void aDropThatThrowsInRetainDoesNotEndIt() {
    ledger.curse(1);
    ledger.curse(5);
    try (Vec<Coin> vec = coins(1, 2, 3, 4, 5, 6)) {
      assertThatThrownBy(() -> vec.retain(coin -> coin.value % 2 == 0))
          .isInstanceOf(Planned.class)
          .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
      assertThat(values(vec)).containsExactly(2, 4, 6);
    }
  }

  @Test
  void dedupDropsTheLaterOnes() {
    try (Vec<Coin> vec = coins(1, 1, 2, 3, 3, 3, 1)) {
      vec.dedup();
      assertThat(values(vec)).containsExactly(1, 2, 3, 1);
      assertThat(ledger.drops()).isEqualTo(3);
      vec.dedup((coin, before) -> coin.value / 2 == before.value / 2);
      assertThat(values(vec)).containsExactly(1, 2, 1);
    }
  }

  @Test
  void aTestOfDedupThatThrowsLeavesWhatItDidNotJudge() {
    try (Vec<Coin> vec = coins(1, 1, 2, 2, 3, 3)) {
      assertThatThrownBy(
              () ->
                  vec.dedup(
                      (coin, before) -> {
                        if (coin.value == 3) {
                          throw new Planned("3");
                        }
                        return coin.equals(before);
                      }))
          .isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(1, 2, 3, 3);
    }
  }

  @Test
  void drainMovesOutWhatIsInTheRange() {
    try (Vec<Coin> vec = coins(0, 1, 2, 3, 4)) {
      List<Integer> drained = new ArrayList<>();
      vec.drain(
          1,
          3,
          coin -> {
            drained.add(coin.value);
            coin.close();
          });
      assertThat(drained).containsExactly(1, 2);
      assertThat(values(vec)).containsExactly(0, 3, 4);
      assertThat(ledger.drops()).isZero();
    }
  }

  @Test
  void anActionOfDrainThatThrowsLetsTheRestOfTheRangeBeDropped() {
    ledger.curse(3);
    try (Vec<Coin> vec = coins(0, 1, 2, 3, 4, 5)) {
      assertThatThrownBy(
              () ->
                  vec.drain(
                      1,
                      5,
                      coin -> {
                        coin.close();
                        if (coin.value == 2) {
                          throw new Planned("2");
                        }
                      }))
          .hasMessage("2")
          .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
      assertThat(values(vec)).containsExactly(0, 5);
      assertThat(ledger.drops()).isEqualTo(2);
    }
  }

  @Test
  void anElementThatCannotBeDrainedIsDropped() {
    try (Vec<Coin> vec = coins(0, 1, 2, 3)) {
      ledger.failAfter(1);
      assertThatThrownBy(() -> vec.drain(0, 3, Coin::close)).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(3);
      assertThat(ledger.drops()).isEqualTo(2);
    }
  }

  @Test
  void sortingMovesElementsAndDropsNone() {
    try (Vec<Coin> vec = coins(IntStream.range(0, 1000).map(i -> i * 7919 % 1000).toArray())) {
      vec.sort(Comparator.naturalOrder());
      assertThat(values(vec)).isSorted().hasSize(1000).doesNotHaveDuplicates();
      assertThat(ledger.drops()).isZero();
    }
  }

  @Test
  void aComparatorThatThrowsLeavesEachElementWhereItWas() {
    try (Vec<Coin> vec = coins(5, 4, 3, 2, 1)) {
      int[] calls = {0};
      assertThatThrownBy(
              () ->
                  vec.sort(
                      (a, b) -> {
                        if (++calls[0] == 3) {
                          throw new Planned("3");
                        }
                        return a.compareTo(b);
                      }))
          .isInstanceOf(Planned.class);
      ledger.failAfter(2);
      assertThatThrownBy(() -> vec.sort(Comparator.naturalOrder())).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(5, 4, 3, 2, 1);
    }
  }

  @Test
  void extendingByAnIterableThatThrowsKeepsWhatCameBefore() {
    try (Vec<Coin> vec = coins(0)) {
      Iterable<Coin> values =
          () ->
              new Iterator<>() {
                private int next = 1;

                @Override
                public boolean hasNext() {
                  return true;
                }

                @Override
                public Coin next() {
                  if (next == 4) {
                    throw new Planned("4");
                  }
                  return ledger.coin(next++);
                }
              };
      assertThatThrownBy(() -> vec.extend(values)).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(0, 1, 2, 3);
      assertThatThrownBy(
              () ->
                  vec.resizeWith(
                      100,
                      () -> {
                        if (vec.size() == 6) {
                          throw new Planned("6");
                        }
                        return ledger.coin(7);
                      }))
          .isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(0, 1, 2, 3, 7, 7);
    }
  }

  @Test
  void extendingByItselfMakesIndependentValues() {
    try (Vec<Coin> vec = coins(1, 2)) {
      vec.extend(vec);
      vec.extendFromWithin(1, 3);
      assertThat(values(vec)).containsExactly(1, 2, 1, 2, 2, 1);
      assertThat(ledger.alive()).isEqualTo(6);
    }
  }

  @Test
  void extendingByItsOwnListViewMakesIndependentValues() {
    try (Vec<Coin> vec = coins(1, 2)) {
      vec.extend(vec.asList());
      assertThat(values(vec)).containsExactly(1, 2, 1, 2);
    }
  }
}
