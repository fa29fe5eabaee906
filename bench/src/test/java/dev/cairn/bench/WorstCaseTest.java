package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.engine.BuddyMap;
import java.util.BitSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WorstCaseTest {
  private static final int SMALL = 1 << 18;
  private static final int CALLS = 2_000_000;

  @Test
  void itFreesWhatIsLiveAndNeverHasMoreLiveThanSaid() {
    WorstCase program = new WorstCase(SMALL);
    int[] sizes = new int[program.slots()];
    BitSet live = new BitSet();
    long liveBytes = 0;
    TreeSet<Integer> used = new TreeSet<>();
    for (int call = 0; call < CALLS; call++) {
      int byteSize = program.next();
      int slot = program.slot();
      assertThat(live.get(slot)).as("slot %d in call %d", slot, call).isEqualTo(byteSize == 0);
      live.flip(slot);
      liveBytes += byteSize == 0 ? -sizes[slot] : byteSize;
      sizes[slot] = byteSize;
      used.add(byteSize);
      assertThat(liveBytes).isEqualTo(program.liveBytes()).isBetween(0L, program.peakBytes());
    }
    used.remove(0);
    assertThat(used).hasSize(13).contains(WorstCase.SMALLEST, WorstCase.LARGEST);
  }

  @Test
  void whatIsLiveStaysNearTheMost() {
    WorstCase program = new WorstCase(SMALL);
    long sum = 0;
    for (int call = 0; call < CALLS; call++) {
      int _ = program.next();
      sum += call < program.slots() ? program.peakBytes() : program.liveBytes();
    }
    assertThat((double) sum / CALLS / program.peakBytes()).isGreaterThan(0.75);
  }

  @Test
  void noRequestFailsInAHeapOfTheSizeThatIsComputed() {
    WorstCase program = new WorstCase(SMALL);
    BuddyMap map = new BuddyMap(Entrant.guaranteed(program), 0);
    assertThat(failures(program, map)).isZero();
    map.validate();
  }

  @Test
  void itNeedsFarMoreThanWhatIsLive() {
    // Else it would be no attack. Every block could be had in so much, if blocks were moved.
    WorstCase program = new WorstCase(SMALL);
    long byteSize = program.peakBytes() * 5 / 4;
    BuddyMap map = new BuddyMap(byteSize - byteSize % WorstCase.LARGEST, 0);
    assertThat(failures(program, map)).isPositive();
  }

  @Test
  void itIsTheSameEveryTime() {
    WorstCase one = new WorstCase(SMALL);
    WorstCase other = new WorstCase(SMALL);
    for (int call = 0; call < 100_000; call++) {
      assertThat(one.next()).isEqualTo(other.next());
      assertThat(one.slot()).isEqualTo(other.slot());
    }
  }

  @Test
  void aSizeThatDoesNotGoOutEvenIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorstCase(100_000))
        .withMessageContainingAll("100000 bytes", "power of two", "65536");
  }

  private static int failures(WorstCase program, BuddyMap map) {
    long[] blocks = new long[program.slots()];
    int failures = 0;
    for (int call = 0; call < CALLS; call++) {
      int byteSize = program.next();
      int slot = program.slot();
      if (byteSize != 0) {
        blocks[slot] = map.allocate(byteSize, 1);
        failures += blocks[slot] == BuddyMap.NO_ROOM ? 1 : 0;
      } else if (blocks[slot] != BuddyMap.NO_ROOM) {
        map.free(blocks[slot]);
      }
    }
    return failures;
  }
}
