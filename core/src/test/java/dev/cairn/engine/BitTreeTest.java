package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitTreeTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 4096, 4097, 300_000})
  void itHoldsWhatASortedSetHolds(int bound) {
    BitTree tree = new BitTree(bound, new Work());
    TreeSet<Integer> model = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      int number = random.nextInt(bound);
      assertThat(tree.contains(number)).isEqualTo(model.contains(number));
      if (model.add(number)) {
        tree.add(number);
      } else {
        model.remove(number);
        tree.remove(number);
      }
      assertThat(tree.isEmpty()).isEqualTo(model.isEmpty());
      if (!model.isEmpty()) {
        assertThat(tree.first()).isEqualTo(model.first());
      }
    }
  }
}
