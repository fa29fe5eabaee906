package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuddyMapTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 15, 16, 17, 1000, 1008, 1024, 1040, 65_536, 65_552, 100_000, 4 << 20})
  void aNewMapIsOneFreeRunAndCanBeHandedOutWhole(long byteSize) {
    for (long address : new long[] {0, 16, 4096 - 16, (1 << 20) - 16}) {
      BuddyMap map = new BuddyMap(byteSize, address);
      map.validate();
      assertThat(map.byteSize()).isEqualTo(byteSize / 16 * 16);
      long taken = 0;
      for (long largest; (largest = map.largestFreeBytes()) > 0; taken += largest) {
        long offset = map.allocate(largest, 1);
        assertThat((address + offset) % Math.min(largest, 1 << 20)).isZero();
        map.validate();
      }
      assertThat(taken).isEqualTo(map.byteSize());
      assertThat(map.allocate(0, 1)).isEqualTo(BuddyMap.NO_ROOM);
      map.forEachLive(map::free);
      map.validate();
      assertThat(map.liveBytes()).isZero();
    }
  }

  @Test
  void theSmallestFragmentThatIsLargeEnoughIsTaken() {
    BuddyMap map = new BuddyMap(1 << 20, 0);
    long first = map.allocate(4096, 1);
    long small = map.allocate(64, 1);
    assertThat(first).isZero();
    assertThat(small).isEqualTo(4096);
    map.free(first);
    // The free fragments of 64 to 2048 behind the small block are smaller than the one at zero.
    assertThat(map.allocate(2048, 1)).isEqualTo(4096 + 2048);
    assertThat(map.allocate(2048, 1)).isZero();
    map.validate();
  }

  @Test
  void whatIsFreedIsJoinedAtOnceWhateverTheOrder() {
    SplittableRandom random = new SplittableRandom(3);
    BuddyMap map = new BuddyMap(1 << 20, 0);
    for (int round = 0; round < 20; round++) {
      List<Long> blocks = new ArrayList<>();
      for (long offset; (offset = map.allocate(16L << random.nextInt(8), 1)) >= 0; ) {
        blocks.add(offset);
      }
      while (!blocks.isEmpty()) {
        map.free(blocks.remove(random.nextInt(blocks.size())));
      }
      assertThat(map.largestFreeBytes()).isEqualTo(1 << 20);
      map.validate();
    }
  }

  @Test
  void aBlockGrowsWhereItsAddressAndWhatIsBehindItAllow() {
    BuddyMap map = new BuddyMap(1 << 20, 0);
    long block = map.allocate(16, 1);
    for (long size = 32; size <= 1 << 20; size *= 2) {
      assertThat(map.resize(block, size - 1)).isTrue();
      assertThat(map.usableSize(block)).isEqualTo(size);
      map.validate();
    }
    assertThat(map.resize(block, (1 << 20) + 1)).isFalse();
    map.free(block);
    map.validate();
    long left = map.allocate(16, 1);
    long right = map.allocate(16, 1);
    assertThat(map.resize(left, 17)).as("its neighbour is live").isFalse();
    assertThat(map.resize(right, 17)).as("it is no multiple of 32").isFalse();
    map.validate();
  }

  @Test
  void aBlockThatShrinksKeepsItsRoomAndItsNewSize() {
    BuddyMap map = new BuddyMap(1 << 16, 0);
    long block = map.allocate(1000, 1);
    assertThat(map.resize(block, 100)).isTrue();
    assertThat(map.usableSize(block)).isEqualTo(1024);
    assertThat(map.fits(block, 100)).isTrue();
    assertThat(map.fits(block, 1000)).isFalse();
    map.validate();
    assertThat(map.resize(block, 1024)).isTrue();
    assertThat(map.fits(block, 1000)).isTrue();
    map.free(block);
    map.validate();
  }

  @Test
  void everyPlaceIsKnownForWhatItIs() {
    BuddyMap map = new BuddyMap(1 << 20, 0);
    long small = map.allocate(16, 1);
    long large = map.allocate(100_000, 1);
    assertThat(map.at(small)).isEqualTo(Place.START);
    assertThat(map.at(small + 1)).isEqualTo(Place.INSIDE);
    assertThat(map.at(16)).isEqualTo(Place.FREE);
    assertThat(map.at(large)).isEqualTo(Place.START);
    for (long inside = 1; inside < 131_072; inside += 1009) {
      assertThat(map.at(large + inside)).isEqualTo(Place.INSIDE);
    }
    assertThat(map.at(large + 131_072)).isEqualTo(Place.FREE);
    map.free(large);
    assertThat(map.at(large)).isEqualTo(Place.FREE);
  }

  @ParameterizedTest
  @ValueSource(longs = {16, 4096, 100_000, 1 << 20, (4 << 20) - 16})
  void randomProgramsKeepEveryInvariant(long byteSize) {
    long seed = Long.getLong("dev.cairn.seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    BuddyMap map = new BuddyMap(byteSize, 48);
    TreeMap<Long, Long> live = new TreeMap<>();
    for (int i = 0; i < 5000; i++) {
      long size = random.nextLong(1L << random.nextInt(1, 18));
      Long near = live.floorKey(random.nextLong(byteSize));
      if (near == null || random.nextInt(100) < 55) {
        long alignment = random.nextInt(10) == 0 ? 1L << random.nextInt(14) : 1;
        long offset = map.allocate(size, alignment);
        if (offset != BuddyMap.NO_ROOM) {
          assertThat((48 + offset) % alignment).as("seed %d", seed).isZero();
          live.put(offset, size);
        }
      } else if (random.nextInt(4) == 0) {
        if (map.resize(near, size)) {
          live.put(near, size);
        }
      } else {
        map.free(near);
        live.remove(near);
      }
      if (i % 10 == 0) {
        assertAgree(map, live, seed);
      }
    }
  }

  @Test
  void aRunTooLargeForAMapIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BuddyMap(BuddyMap.MAX_BYTES + 1, 0))
        .withMessageContaining("a map covers 0 to " + BuddyMap.MAX_BYTES);
    assertThatIllegalArgumentException().isThrownBy(() -> new BuddyMap(-1, 0));
  }

  private static void assertAgree(BuddyMap map, NavigableMap<Long, Long> live, long seed) {
    map.validate();
    long[] end = {0};
    List<Long> visited = new ArrayList<>();
    map.forEachLive(
        offset -> {
          assertThat(offset).as("overlap, seed %d", seed).isGreaterThanOrEqualTo(end[0]);
          end[0] = offset + map.usableSize(offset);
          visited.add(offset);
        });
    assertThat(visited).as("seed %d", seed).containsExactlyElementsOf(live.keySet());
    live.forEach((offset, size) -> assertThat(map.fits(offset, size)).isTrue());
    assertThat(map.liveBlocks()).isEqualTo(live.size());
  }
}
