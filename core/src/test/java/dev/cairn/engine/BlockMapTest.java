package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// White box: a map beside a naive model of it, a sorted map from offset to usable size.
class BlockMapTest {
  private static final int GRANULE = BlockMap.GRANULE;

  private static final class Model {
    final TreeMap<Long, Long> blocks = new TreeMap<>();
    final long base;
    final long end;

    Model(long base, long byteSize) {
      this.base = base;
      this.end = byteSize / GRANULE * GRANULE;
    }

    /// First fit: the lowest aligned offset with room.
    long firstFit(long size, long alignment) {
      long wanted = BlockMap.rounded(size);
      long offset = aligned(0, alignment);
      for (Map.Entry<Long, Long> block : blocks.entrySet()) {
        if (offset + wanted <= block.getKey()) {
          break;
        }
        offset = Math.max(offset, aligned(block.getKey() + block.getValue(), alignment));
      }
      return offset + wanted <= end ? offset : BlockMap.NO_ROOM;
    }

    long roomFrom(long offset) {
      Long next = blocks.higherKey(offset);
      return (next == null ? end : next) - offset;
    }

    long largestFree() {
      long largest = 0;
      long free = 0;
      for (Map.Entry<Long, Long> block : blocks.entrySet()) {
        largest = Math.max(largest, block.getKey() - free);
        free = block.getKey() + block.getValue();
      }
      return Math.max(largest, end - free);
    }

    Place at(long offset) {
      Map.Entry<Long, Long> block = blocks.floorEntry(offset);
      if (block == null || offset >= block.getKey() + block.getValue()) {
        return Place.FREE;
      }
      return offset == block.getKey() ? Place.START : Place.INSIDE;
    }

    private long aligned(long offset, long alignment) {
      long unit = Math.max(alignment, GRANULE);
      return (base + offset + unit - 1) / unit * unit - base;
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 15", "0, 16", "4096, 1000", "16, 1024", "48, 4100", "65520, 100000"})
  void everyCallAnswersAsTheModelDoes(long base, long byteSize) {
    SplittableRandom random = new SplittableRandom(base + byteSize);
    BlockMap map = new BlockMap(byteSize);
    Model model = new Model(base, byteSize);
    for (int step = 0; step < 20_000; step++) {
      // Mostly allocating, then mostly freeing, and so on.
      boolean filling = step / 500 % 2 == 0;
      if (model.blocks.isEmpty() || random.nextInt(10) < (filling ? 6 : 2)) {
        long size = random.nextInt(2 << random.nextInt(12));
        long alignment = random.nextBoolean() ? 1 : 1L << random.nextInt(14);
        long expected = model.firstFit(size, alignment);
        assertThat(map.allocate(size, alignment, base)).isEqualTo(expected);
        if (expected != BlockMap.NO_ROOM) {
          model.blocks.put(expected, BlockMap.rounded(size));
        }
      } else {
        change(map, model, random);
      }
      check(map, model, random.nextLong(model.end + 1));
    }
  }

  private static void change(BlockMap map, Model model, SplittableRandom random) {
    List<Long> offsets = new ArrayList<>(model.blocks.keySet());
    long offset = offsets.get(random.nextInt(offsets.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        long size = random.nextInt(2 << random.nextInt(12));
        boolean fits = BlockMap.rounded(size) <= model.roomFrom(offset);
        assertThat(map.resize(offset, size)).isEqualTo(fits);
        if (fits) {
          model.blocks.put(offset, BlockMap.rounded(size));
        }
      }
      case 2 -> {
        // From the start of one block to the end of another.
        long other = offsets.get(random.nextInt(offsets.size()));
        long from = Math.min(offset, other);
        long last = Math.max(offset, other);
        long to = last + map.usableSize(last);
        map.freeAll(from, to);
        model.blocks.subMap(from, to).clear();
      }
      default -> {
        map.free(offset);
        model.blocks.remove(offset);
      }
    }
  }

  private static void check(BlockMap map, Model model, long offset) {
    map.validate();
    assertThat(map.at(offset)).isEqualTo(model.at(offset));
    assertThat(map.liveBlocks()).isEqualTo(model.blocks.size());
    assertThat(map.isEmpty()).isEqualTo(model.blocks.isEmpty());
    long live = model.blocks.values().stream().mapToLong(Long::longValue).sum();
    assertThat(map.liveBytes()).isEqualTo(live);
    assertThat(map.largestFreeBytes()).isEqualTo(model.largestFree());
    long before = offset / GRANULE * GRANULE;
    Map.Entry<Long, Long> last = model.blocks.lowerEntry(before);
    assertThat(map.endOfLastBefore(before))
        .isEqualTo(last == null ? 0 : Math.min(last.getKey() + last.getValue(), before));
    TreeMap<Long, Long> blocks = new TreeMap<>();
    map.forEachLive(start -> blocks.put(start, map.usableSize(start)));
    assertThat(blocks).isEqualTo(model.blocks);
  }

  @Test
  void aBlockCanBeClaimedWhereTheCallerChooses() {
    BlockMap map = new BlockMap(1024);
    map.claim(512, 100);
    assertThat(map.at(512)).isEqualTo(Place.START);
    assertThat(map.at(513)).isEqualTo(Place.INSIDE);
    assertThat(map.at(623)).isEqualTo(Place.INSIDE);
    assertThat(map.at(624)).isEqualTo(Place.FREE);
    assertThat(map.usableSize(512)).isEqualTo(112);
    assertThat(map.allocate(513, 1, 0)).isEqualTo(BlockMap.NO_ROOM);
    assertThat(map.allocate(512, 1, 0)).isZero();
    map.validate();
  }

  @Test
  void requestsBeyondEveryRunFindNoRoom() {
    BlockMap map = new BlockMap(1024);
    assertThat(map.allocate(Long.MAX_VALUE, 1, 0)).isEqualTo(BlockMap.NO_ROOM);
    assertThat(map.allocate(Long.MAX_VALUE - 4095, 4096, 0)).isEqualTo(BlockMap.NO_ROOM);
    assertThat(map.allocate(BlockMap.MAX_BYTES, 1, 0)).isEqualTo(BlockMap.NO_ROOM);
    long block = map.allocate(16, 16, 0);
    assertThat(map.resize(block, Long.MAX_VALUE)).isFalse();
    assertThat(map.allocate(16, 1L << 62, 0)).isEqualTo(BlockMap.NO_ROOM);
    assertThat(map.allocate(1008, 16, 0)).isEqualTo(16);
    map.validate();
  }

  @Test
  void aRunLongerThanCanBeSeenFromAFreeIsFoundAgain() {
    long size = 10_000 * GRANULE;
    BlockMap map = new BlockMap(size);
    for (int i = 0; i < 10_000; i++) {
      map.allocate(GRANULE, 1, 0);
    }
    assertThat(map.allocate(1, 1, 0)).isEqualTo(BlockMap.NO_ROOM);
    // From the middle outwards, so that the run grows at both of its ends.
    for (int i = 0; i < 5000; i++) {
      map.free((5000L + i) * GRANULE);
      map.free((4999L - i) * GRANULE);
      if (i % 100 == 0) {
        map.validate();
        long run = (2L * i + 2) * GRANULE;
        long found = map.allocate(run, 1, 0);
        assertThat(found).isEqualTo((4999L - i) * GRANULE);
        map.free(found);
      }
    }
    assertThat(map.allocate(size, 1, 0)).isZero();
  }

  @Test
  void aRunThatBeginsFartherBackThanAFreeLooksIsFoundFromItsStart() {
    BlockMap map = new BlockMap(10_000 * GRANULE);
    for (int i = 0; i < 10_000; i++) {
      map.allocate(GRANULE, 1, 0);
    }
    for (long i = 3000; i < 4500; i++) {
      map.free(i * GRANULE);
    }
    // The search that fails makes the map forget where to look for so large a run.
    assertThat(map.allocate(2048 * GRANULE, 1, 0)).isEqualTo(BlockMap.NO_ROOM);
    for (long i = 4500; i < 5048; i++) {
      map.free(i * GRANULE);
      map.validate();
    }
    assertThat(map.allocate(2048 * GRANULE, 1, 0)).isEqualTo(3000L * GRANULE);
  }

  @Test
  void aRunThatNoMapCanCoverIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BlockMap(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BlockMap(BlockMap.MAX_BYTES + 1))
        .withMessageContaining(Long.toString(BlockMap.MAX_BYTES + 1));
  }

  @Test
  void whatABlockThatGrewOverAChunkLeavesIsFound() {
    BlockMap map = new BlockMap(3L * 4096 * GRANULE);
    long block = map.allocate(GRANULE, 1, 0);
    assertThat(map.resize(block, 4106L * GRANULE)).isTrue();
    map.validate();
    assertThat(map.allocate((3L * 4096 - 4106) * GRANULE, 1, 0)).isEqualTo(4106L * GRANULE);
    assertThat(map.largestFreeBytes()).isZero();
  }
}
