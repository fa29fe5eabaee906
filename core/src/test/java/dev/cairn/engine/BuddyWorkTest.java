package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No call takes more than [BuddyMap#MAX_STEPS] steps, whatever the heap's size and state.
///
/// A step is a look at a word of bits or at a tag, or a change of one. The bound holds for each
/// call, with the look at what it is given, not on average.
class BuddyWorkTest {
  private final CountedWork work = new CountedWork();
  private BuddyMap map = new BuddyMap(0, 0, work);
  private long most;

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
    assertThat(most).isPositive().isLessThanOrEqualTo(BuddyMap.MAX_STEPS);
  }

  /// The bits of the largest heap take 300 MB; it would have 2 GB of tags, of which no call looks
  /// at more than three.
  @Test
  void theBoundIsReachedInTheLargestHeapThereIs() {
    int end = (int) (BuddyMap.MAX_BYTES / BuddyMap.GRANULE);
    Fragments fragments = new Fragments(0, end, work);
    // What is behind the largest place is live, so that a granule is cut from that.
    List<int[]> behind = new ArrayList<>();
    for (long free; (free = fragments.freeOrders()) != 1 << 30; ) {
      int order = Long.numberOfTrailingZeros(free);
      behind.add(new int[] {fragments.take(order), order});
    }
    work.take();
    for (int largest = 0; largest < 31; largest++) {
      // One granule is live, and each size has one free fragment beside it: growth takes them all.
      int first = fragments.take(0);
      count();
      boolean grows = fragments.grow(first, 0, largest);
      count();
      assertThat(grows).isTrue();
      fragments.give(first, largest);
      count();
      int whole = fragments.take(largest);
      count();
      fragments.give(whole, largest);
      count();
    }
    behind.forEach(each -> fragments.give(each[0], each[1]));
    work.take();
    shredded(fragments, end);
    // A call also looks at two tags, and at one word more.
    assertThat(most + 3).isEqualTo(BuddyMap.MAX_STEPS);
  }

  /// Granules far from each other are live, so that each set has words far from each other.
  private void shredded(Fragments fragments, int end) {
    SplittableRandom random = new SplittableRandom(Long.getLong("dev.cairn.seed", 42));
    List<int[]> live = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      if (live.isEmpty() || random.nextInt(5) < 3) {
        int order = random.nextInt(random.nextInt(1, 28));
        int granule = fragments.take(order);
        if (granule != Fragments.NONE) {
          live.add(new int[] {granule, order});
        }
      } else if (random.nextInt(3) == 0) {
        int[] grown = live.get(random.nextInt(live.size()));
        int to = Math.min(grown[1] + random.nextInt(1, 6), 27);
        grown[1] = to > grown[1] && fragments.grow(grown[0], grown[1], to) ? to : grown[1];
      } else {
        int pick = random.nextInt(live.size());
        int[] freed = live.set(pick, live.getLast());
        live.removeLast();
        fragments.give(freed[0], freed[1]);
      }
      count();
      boolean _ = fragments.isFree(random.nextInt(end));
      count();
    }
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
      Place _ = map.at(random.nextLong(map.byteSize()));
      count();
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
    long offset = map.allocate(byteSize, alignment);
    count();
    return offset;
  }

  private void free(long offset) {
    look(offset);
    map.free(offset);
    count();
  }

  private void resize(long offset, long byteSize) {
    look(offset);
    boolean _ = map.resize(offset, byteSize);
    count();
  }

  /// What a heap looks at before it believes that a block is live.
  private void look(long offset) {
    assertThat(map.at(offset)).isEqualTo(Place.START);
    boolean _ = map.fits(offset, 1);
  }

  private void count() {
    most = Math.max(most, work.take());
  }

  private void open(long byteSize) {
    map = new BuddyMap(byteSize, 0, work);
    work.take();
  }
}
