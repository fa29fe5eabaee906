package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No call takes more steps than the size of the heap allows, whatever the heap's state.
///
/// A step is a look at a word of bits or a change of it. The bounds count, per level, the word and
/// the rows of the sets that its six sizes are in: they hold for each call, not on average.
class BuddyWorkTest {
  private final CountedWork work = new CountedWork();
  private BuddyMap map = new BuddyMap(0, 0, work);
  private long mostToAllocate;
  private long mostToFree;
  private long mostToResize;
  private long mostToLook;

  @ParameterizedTest
  @ValueSource(longs = {1 << 10, 1 << 16, 1 << 20, 16 << 20, 256 << 20})
  void noCallTakesMoreStepsThanTheSizeOfTheHeapAllows(long byteSize) {
    open(byteSize);
    wholeHeapForOneGranule();
    chainsOfJoins();
    everySecondBlock(16);
    everySecondBlock(1024);
    growthFromTheSmallestToAll();
    randomPrograms();
    int levels = levels(byteSize);
    // A word of each level, and the sets of its six sizes in a tree of as many rows as there are
    // levels from there on; the search for a set's first word.
    long bound = 2;
    for (int level = 0; level < levels; level++) {
      bound += 1 + 6L * Math.max(levels - level, 1);
    }
    assertThat(mostToAllocate).isPositive().isLessThanOrEqualTo(bound + levels);
    assertThat(mostToFree).isPositive().isLessThanOrEqualTo(bound);
    assertThat(mostToResize).isPositive().isLessThanOrEqualTo(bound + levels);
    assertThat(mostToLook).isPositive().isLessThanOrEqualTo(levels + 1L);
  }

  @Test
  void aHeapFullOfHolesTakesNoMoreStepsThanAnEmptyOne() {
    open(16 << 20);
    long empty = worstPair();
    List<Long> blocks = filled(64);
    for (int i = 0; i < blocks.size(); i += 2) {
      map.free(blocks.get(i));
    }
    long shredded = worstPair();
    // What differs is by how many levels a fragment is cut: most of all in the empty heap.
    assertThat(shredded).isLessThanOrEqualTo(empty);
  }

  private long worstPair() {
    long worst = 0;
    for (long size = 16; size <= 4096; size *= 2) {
      work.take();
      long offset = map.allocate(size, 1);
      if (offset != BuddyMap.NO_ROOM) {
        map.free(offset);
      }
      worst = Math.max(worst, work.take());
    }
    return worst;
  }

  /// The fragment of all of the heap is cut down to a granule, and joined again.
  private void wholeHeapForOneGranule() {
    for (int i = 0; i < 3; i++) {
      free(allocate(16, 1));
    }
  }

  /// Each size has one free fragment, and the free of one granule joins all of them.
  private void chainsOfJoins() {
    List<Long> blocks = new ArrayList<>();
    blocks.add(allocate(0, 1));
    for (long size = 16; size < map.byteSize(); size *= 2) {
      long offset = allocate(size, 1);
      if (offset != BuddyMap.NO_ROOM) {
        blocks.add(offset);
      }
    }
    for (long each : blocks.reversed()) {
      free(each);
    }
  }

  private void everySecondBlock(long size) {
    List<Long> blocks = filled(size);
    for (int from : new int[] {0, 1}) {
      for (int i = from; i < blocks.size(); i += 2) {
        free(blocks.get(i));
      }
    }
  }

  private void growthFromTheSmallestToAll() {
    long block = allocate(1, 1);
    for (long size = 16; size <= map.byteSize(); size *= 2) {
      resize(block, size);
    }
    free(block);
    for (long size = 16; size <= map.byteSize(); size *= 2) {
      long one = allocate(1, 1);
      resize(one, size);
      free(one);
    }
  }

  private void randomPrograms() {
    SplittableRandom random = new SplittableRandom(Long.getLong("dev.cairn.seed", 42));
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      int pick = live.isEmpty() ? 0 : random.nextInt(live.size());
      long size = random.nextLong(16L << random.nextInt(16));
      switch (random.nextInt(live.size() > 5000 ? 4 : 6)) {
        case 0 -> {
          if (!live.isEmpty()) {
            resize(live.get(pick), size);
          }
        }
        case 1, 2, 3 -> {
          if (!live.isEmpty()) {
            free(live.set(pick, live.getLast()));
            live.removeLast();
          }
        }
        default -> {
          long offset = allocate(size, 1L << random.nextInt(12));
          if (offset != BuddyMap.NO_ROOM) {
            live.add(offset);
          }
        }
      }
      work.take();
      Place _ = map.at(random.nextLong(map.byteSize()));
      mostToLook = Math.max(mostToLook, work.take());
    }
    live.forEach(this::free);
    map.validate();
    assertThat(map.liveBlocks()).isZero();
  }

  private List<Long> filled(long size) {
    List<Long> blocks = new ArrayList<>();
    for (long offset; blocks.size() < 1 << 16 && (offset = allocate(size, 1)) >= 0; ) {
      blocks.add(offset);
    }
    return blocks;
  }

  private long allocate(long byteSize, long alignment) {
    work.take();
    long offset = map.allocate(byteSize, alignment);
    mostToAllocate = Math.max(mostToAllocate, work.take());
    return offset;
  }

  private void free(long offset) {
    work.take();
    map.free(offset);
    mostToFree = Math.max(mostToFree, work.take());
  }

  private void resize(long offset, long byteSize) {
    work.take();
    boolean _ = map.resize(offset, byteSize);
    mostToResize = Math.max(mostToResize, work.take());
  }

  private void open(long byteSize) {
    map = new BuddyMap(byteSize, 0, work);
  }

  /// How often the number of granules can be divided by 64.
  private static int levels(long byteSize) {
    int levels = 1;
    for (long bits = byteSize / 16; bits >= 64; bits /= 64) {
      levels++;
    }
    return levels;
  }
}
