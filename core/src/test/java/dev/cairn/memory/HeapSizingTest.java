package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.engine.BuddyMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The sizes, and programs that are within them and try to fail.
class HeapSizingTest {
  private static final long SEED = Long.getLong("dev.cairn.seed", 42);

  @Test
  void blocksOfOnePowerOfTwoNeedNoMoreThanTheyTake() {
    assertThat(new HeapSizing(6400, 64, 64).realtimeHeapBytes()).isEqualTo(6400);
    assertThat(new HeapSizing(64, 64, 64).realtimeHeapBytes()).isEqualTo(64);
  }

  @Test
  void theFormulasAreThoseOfThePapers() {
    // A peak of 1000 units, the largest request of 8.
    HeapSizing sizing = new HeapSizing(16_000, 16, 128);
    assertThat(sizing.firstFitBytes()).isEqualTo(16_000 * 4);
    assertThat(sizing.halfFitBytes()).isEqualTo(2 * 16_000 * 4);
    assertThat(sizing.bestFitBytes()).isEqualTo(16_000 * 6);
    // 32 * (1000 - 8 + 1) + 2 * 16 * 128 * 1000 * 4 / 144
    assertThat(sizing.halfFitBytes(32)).isEqualTo(31_776 + 113_778);
  }

  @Test
  void whatIsRoundedUpIsNeverMoreThanSaid() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      long smallest = random.nextLong(1, 1L << random.nextInt(1, 12));
      long largest = smallest + random.nextLong(1L << random.nextInt(1, 14));
      long asked = 0;
      long rounded = 0;
      int blocks = random.nextInt(1, 20);
      long least = Long.MAX_VALUE;
      long most = 0;
      for (int block = 0; block < blocks; block++) {
        long size = random.nextBoolean() ? largest : random.nextLong(smallest, largest + 1);
        size = random.nextInt(3) == 0 ? smallest : size;
        asked += size;
        rounded += BuddyMap.rounded(size);
        least = Math.min(least, size);
        most = Math.max(most, size);
      }
      assertThat(new HeapSizing(asked, least, most).roundedPeakBytes())
          .as("%d to %d, seed %d", least, most, SEED)
          .isGreaterThanOrEqualTo(rounded);
    }
    assertThat(new HeapSizing(1 << 20, 64, 4096).roundedPeakBytes()).isLessThan(2 << 20);
    assertThat(new HeapSizing(100, 1, 1).roundedPeakBytes()).isEqualTo(1600);
  }

  @Test
  void figuresThatNoProgramHasAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new HeapSizing(10, 0, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeapSizing(10, 6, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeapSizing(4, 1, 5))
        .withMessageContaining("the peak not less than the largest");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeapSizing(100, 1, 5).halfFitBytes(-1))
        .withMessageContaining("zero bytes or more");
    assertThatIllegalArgumentException()
        .isThrownBy(new HeapSizing(Long.MAX_VALUE, 1, Long.MAX_VALUE / 4)::realtimeHeapBytes)
        .withMessageContaining("bound the requests closer");
    // The next power of two is no long.
    HeapSizing largest = new HeapSizing(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThatIllegalArgumentException()
        .isThrownBy(largest::roundedPeakBytes)
        .withMessageContaining("needs 9223372036854775808 bytes");
    assertThatIllegalArgumentException().isThrownBy(largest::realtimeHeapBytes);
    assertThatIllegalArgumentException().isThrownBy(largest::realtimeHeapBytesOver);
    assertThat(new HeapSizing(1L << 62, 1L << 62, 1L << 62).realtimeHeapBytes())
        .isEqualTo(1L << 62);
    for (long peak : new long[] {-1, 0, 127, Long.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new HeapSizing(1000, 1, 100).realtimeHeapBytes(peak))
          .withMessageContaining("the largest request alone is rounded to 128");
    }
  }

  @ParameterizedTest
  @CsvSource({"65536,16,4096", "20000,100,3000", "100000,1,20000", "4096,16,4096", "9000,64,64"})
  void noProgramWithinItsFiguresFails(long peak, long smallest, long largest) {
    HeapSizing sizing = new HeapSizing(peak, smallest, largest);
    for (int round = 0; round < 30; round++) {
      BuddyMap map = new BuddyMap(sizing.realtimeHeapBytes(), 0);
      assertThat(failures(map, sizing, SEED + round)).as("seed %d", SEED + round).isZero();
      map.validate();
      // Memory of the caller begins anywhere.
      BuddyMap over = new BuddyMap(sizing.realtimeHeapBytesOver(), 16L * (round * 7919 + 1));
      assertThat(failures(over, sizing, SEED + round)).as("seed %d", SEED + round).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"65536,16,4096", "65536,16,65536", "1048576,64,262144"})
  void noAttackWithinItsFiguresFails(long peak, long smallest, long largest) {
    HeapSizing sizing = new HeapSizing(peak, smallest, largest);
    BuddyMap map = new BuddyMap(sizing.realtimeHeapBytes(peak), 0);
    assertThat(robson(map, peak, smallest, largest)).isTrue();
    map.validate();
  }

  @ParameterizedTest
  @CsvSource({"65536,16,4096", "65536,16,16384", "1048576,64,262144"})
  void theSameAttackFailsWhereTheHeapHasHalfOfTheSize(long peak, long smallest, long largest) {
    long byteSize = new HeapSizing(peak, smallest, largest).realtimeHeapBytes(peak) / 2;
    byteSize -= byteSize % largest;
    // Far more is free than is asked for.
    assertThat(byteSize).isGreaterThan(3 * peak);
    assertThat(robson(new BuddyMap(byteSize, 0), peak, smallest, largest)).isFalse();
  }

  /// How many requests fail of a random program that goes through phases of one size each.
  private static int failures(BuddyMap map, HeapSizing sizing, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<long[]> live = new ArrayList<>();
    long asked = 0;
    int failures = 0;
    long phase = sizing.smallestByteSize();
    for (int i = 0; i < 20_000; i++) {
      if (i % 500 == 0) {
        long span = sizing.largestByteSize() - sizing.smallestByteSize() + 1;
        phase = sizing.smallestByteSize() + random.nextLong(span);
        phase = random.nextInt(3) == 0 ? sizing.largestByteSize() : phase;
        // Some of everything stays, to be in the way.
        for (int block = live.size() - 1; block >= 0; block--) {
          if (random.nextInt(8) != 0) {
            asked -= free(map, live, block);
          }
        }
      }
      long size = random.nextInt(4) == 0 ? sizing.smallestByteSize() : phase;
      if (asked + size <= sizing.peakLiveBytes()) {
        long offset = map.allocate(size, 1);
        if (offset == BuddyMap.NO_ROOM) {
          failures++;
        } else {
          live.add(new long[] {offset, size});
          asked += size;
        }
      } else {
        asked -= free(map, live, random.nextInt(live.size()));
      }
    }
    return failures;
  }

  private static long free(BuddyMap map, List<long[]> live, int block) {
    long[] freed = live.set(block, live.getLast());
    live.removeLast();
    map.free(freed[0]);
    return freed[1];
  }

  /// Robson's attack: one doubling after the other it keeps one block in each place of the new
  /// size, the smaller the better, frees all else, and asks for blocks of that size as many as may
  /// be live.
  ///
  /// @return whether all of its requests were met
  private static boolean robson(BuddyMap map, long peak, long smallest, long largest) {
    Deque<long[]> live = new ArrayDeque<>();
    long asked = 0;
    for (long size = smallest; size <= largest; size *= 2) {
      List<long[]> kept = new ArrayList<>();
      long place = -1;
      for (long[] block : live) {
        if (block[0] / size == place) {
          map.free(block[0]);
          asked -= block[1];
        } else {
          place = block[0] / size;
          kept.add(block);
        }
      }
      while (asked + size <= peak) {
        long offset = map.allocate(size, 1);
        if (offset == BuddyMap.NO_ROOM) {
          return false;
        }
        kept.add(new long[] {offset, size});
        asked += size;
      }
      kept.sort((one, other) -> Long.compare(one[0], other[0]));
      live = new ArrayDeque<>(kept);
    }
    return true;
  }
}
