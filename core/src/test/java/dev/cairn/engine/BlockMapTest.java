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
    final int granule;
    final long base;
    long end;

    Model(int granule, long base, long byteSize) {
      this.granule = granule;
      this.base = base;
      grow(byteSize);
    }

    /// A last block that has a short granule has more of it then.
    void grow(long byteSize) {
      end = granule == GRANULE ? byteSize / GRANULE * GRANULE : byteSize;
      blocks.replaceAll((offset, usable) -> usable(offset, usable));
    }

    /// First fit: the lowest aligned offset with room.
    long firstFit(long size, long alignment) {
      long offset = aligned(0, alignment);
      for (Map.Entry<Long, Long> block : blocks.entrySet()) {
        if (offset + rounded(size) <= block.getKey()) {
          break;
        }
        offset = Math.max(offset, aligned(block.getKey() + block.getValue(), alignment));
      }
      return fits(offset, size, end) ? offset : BlockMap.NO_ROOM;
    }

    boolean canResize(long offset, long size) {
      Long next = blocks.higherKey(offset);
      return fits(offset, size, next == null ? end : next);
    }

    void put(long offset, long size) {
      blocks.put(offset, usable(offset, size));
    }

    long usable(long offset, long size) {
      return Math.min(rounded(size), end - offset);
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

    long rounded(long size) {
      return (Math.max(size, 1) + granule - 1) / granule * granule;
    }

    private boolean fits(long offset, long size, long limit) {
      // The last granule may be short.
      return offset + (limit == end ? Math.max(size, 1) : rounded(size)) <= limit;
    }

    private long aligned(long offset, long alignment) {
      long unit = Math.max(alignment, granule);
      return (base + offset + unit - 1) / unit * unit - base;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "16, 0, 0, 0",
    "16, 0, 15, 15",
    "16, 0, 16, 16",
    "16, 4096, 1000, 1000",
    "16, 16, 1024, 1024",
    "16, 48, 4100, 4100",
    "16, 65520, 100000, 100000",
    "16, 32, 0, 70000",
    "64, 64, 5000, 5000",
    "4096, 0, 1, 1",
    "4096, 4096, 4097, 4097",
    "4096, 8192, 1048577, 1048577",
    "4096, 4096, 0, 3000001",
    "4096, 0, 20000100, 40000000",
  })
  void everyCallAnswersAsTheModelDoes(int granule, long base, long byteSize, long grown) {
    SplittableRandom random = new SplittableRandom(base + byteSize + grown);
    BlockMap map = new BlockMap(byteSize, granule);
    Model model = new Model(granule, base, byteSize);
    for (int step = 0; step < 20_000; step++) {
      if (step % 700 == 0 && map.byteSize() < grown) {
        long more = random.nextLong(grown / 10);
        map.grow(Math.min(map.byteSize() + more, grown));
        model.grow(map.byteSize());
      }
      // Mostly allocating, then mostly freeing, and so on.
      boolean filling = step / 500 % 2 == 0;
      if (model.blocks.isEmpty() || random.nextInt(10) < (filling ? 6 : 2)) {
        long size = randomSize(granule, random);
        long alignment = random.nextBoolean() ? 1 : (long) granule << random.nextInt(10);
        long expected = model.firstFit(size, alignment);
        assertThat(map.allocate(size, alignment, base)).isEqualTo(expected);
        if (expected != BlockMap.NO_ROOM) {
          model.put(expected, size);
        }
      } else {
        change(map, model, random);
      }
      check(map, model, random.nextLong(model.end + 1), randomSize(granule, random));
    }
  }

  private static long randomSize(int granule, SplittableRandom random) {
    return random.nextLong((long) granule << random.nextInt(9));
  }

  private static void change(BlockMap map, Model model, SplittableRandom random) {
    List<Long> offsets = new ArrayList<>(model.blocks.keySet());
    long offset = offsets.get(random.nextInt(offsets.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        long size = randomSize(model.granule, random);
        boolean fits = model.canResize(offset, size);
        assertThat(map.resize(offset, size)).isEqualTo(fits);
        if (fits) {
          model.put(offset, size);
        }
      }
      case 2 -> {
        // From the start of one block to the end of another.
        long other = offsets.get(random.nextInt(offsets.size()));
        long from = Math.min(offset, other);
        long last = Math.max(offset, other);
        long to = last + model.rounded(map.usableSize(last));
        map.freeAll(from, to);
        model.blocks.subMap(from, to).clear();
      }
      default -> {
        map.free(offset);
        model.blocks.remove(offset);
      }
    }
  }

  private static void check(BlockMap map, Model model, long offset, long size) {
    map.validate();
    assertThat(map.at(offset)).isEqualTo(model.at(offset));
    assertThat(map.liveBlocks()).isEqualTo(model.blocks.size());
    assertThat(map.isEmpty()).isEqualTo(model.blocks.isEmpty());
    long live = model.blocks.values().stream().mapToLong(Long::longValue).sum();
    assertThat(map.liveBytes()).isEqualTo(live);
    assertThat(map.largestFreeBytes()).isEqualTo(model.largestFree());
    long before = offset / model.granule * model.granule;
    if (before + Math.max(size, 1) <= model.end) {
      assertThat(map.roundedAt(before, size)).isEqualTo(model.usable(before, size));
    }
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
