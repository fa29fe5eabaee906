package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// White box: runs of bits beside a [BitSet] that does the same.
class BitsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 129, 500})
  void everyCallAnswersAsABitSetWould(int length) {
    SplittableRandom random = new SplittableRandom(length);
    Bits bits = new Bits(length);
    BitSet model = new BitSet(length);
    assertThat(bits.length()).isEqualTo(length);
    assertThat(bits.byteSize()).isEqualTo((length + 63) / 64 * 8L);
    for (int step = 0; step < 20_000; step++) {
      int from = random.nextInt(length + 1);
      int to = from + random.nextInt(length + 1 - from);
      switch (random.nextInt(4)) {
        case 0 -> {
          bits.set(from, to);
          model.set(from, to);
        }
        case 1 -> {
          bits.clear(from, to);
          model.clear(from, to);
        }
        case 2 -> {
          bits.set(from % length);
          model.set(from % length);
        }
        default -> {
          bits.clear(to % length);
          model.clear(to % length);
        }
      }
      check(bits, model, random.nextInt(length), from, to);
    }
  }

  private static void check(Bits bits, BitSet model, int index, int from, int to) {
    assertThat(bits.get(index)).isEqualTo(model.get(index));
    int set = model.nextSetBit(from);
    assertThat(bits.nextSet(from, to)).isEqualTo(set < 0 || set > to ? to : set);
    assertThat(bits.nextClear(from, to)).isEqualTo(Math.min(model.nextClearBit(from), to));
    int previous = to == 0 ? -1 : model.previousSetBit(to - 1);
    assertThat(bits.previousSet(to, from)).isEqualTo(Math.max(previous, from - 1));
    assertThat(bits.count(from, to)).isEqualTo(model.get(from, to).cardinality());
  }
}
