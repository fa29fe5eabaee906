package dev.cairn.own;

import dev.cairn.own.Ledger.Coin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// Lists of coins, each of which is dropped or taken exactly once.
abstract class CoinTest extends HeapTest {
  final Ledger ledger = new Ledger();

  @AfterEach
  void noCoinIsLeft() {
    ledger.assertNothingLeft();
  }

  @SuppressWarnings("MustBeClosedChecker") // the tests close it
  final Vec<Coin> coins(int... values) {
    Vec<Coin> vec = Vec.in(heap, ledger);
    for (int value : values) {
      vec.push(ledger.coin(value));
    }
    return vec;
  }

  static List<Integer> values(Vec<Coin> vec) {
    List<Integer> values = new ArrayList<>();
    for (Coin coin : vec) {
      values.add(coin.value);
      coin.close();
    }
    return values;
  }
}
