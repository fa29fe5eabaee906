package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a heap says of itself: of its bytes, of its size classes, and of each live block.
class HeapStatsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @EnumSource
  void everyByteAndEveryBlockIsAccountedForInEveryState(HeapKind kind) {
    try (Heap heap = kind.open(32 * MIB)) {
      boolean grows = kind == HeapKind.GROWABLE || kind == HeapKind.GROWABLE_FROM_ARENAS;
      SplittableRandom random = new SplittableRandom(kind.name().hashCode());
      List<MemorySegment> blocks = new ArrayList<>();
      long allocations = 0;
      for (int step = 0; step < 3_000; step++) {
        int dice = random.nextInt(100);
        if (dice < (step / 500 % 2 == 0 ? 70 : 30)) {
          long byteSize = random.nextInt(20 << random.nextInt(16));
          MemorySegment block = heap.tryAllocate(byteSize, 1);
          if (block != null) {
            blocks.add(block);
            allocations++;
          }
        } else if (dice < 96 && !blocks.isEmpty()) {
          heap.free(blocks.remove(random.nextInt(blocks.size())));
        } else if (dice == 99) {
          heap.trim();
        } else if (dice > 96 && !blocks.isEmpty()) {
          MemorySegment shrunk = heap.resize(blocks.getLast(), blocks.getLast().byteSize() / 2);
          if (shrunk != null) {
            blocks.set(blocks.size() - 1, shrunk);
          }
        }
        Stats stats = heap.stats();
        long live = blocks.stream().mapToLong(heap::usableSize).sum();
        assertThat(stats.liveBytes()).isEqualTo(live);
        assertThat(stats.liveBlocks()).isEqualTo(blocks.size());
        assertThat(stats.allocations()).isEqualTo(allocations);
        assertThat(stats.frees()).isEqualTo(allocations - blocks.size());
        assertThat(stats.peakLiveBytes()).isGreaterThanOrEqualTo(live);
        // A heap that does not grow holds the same at all times: no byte is in two places or none.
        assertThat(stats.footprintBytes()).isBetween(grows ? live : 32 * MIB, 32 * MIB);
        assertThat(stats.largestFreeBytes())
            .isLessThanOrEqualTo(stats.freeBytes() + stats.retainedBytes());
        assertThat(stats.externalFragmentation()).isBetween(0.0, 1.0);
        assertThat(stats.utilization()).isBetween(0.0, 1.0);
      }
      heap.validate();
    }
  }

  @Test
  void cachedBytesAreThoseThatTheThreadHasFreedAndKept() {
    try (Heap heap = Heap.builder().decayingAfter(Duration.ofDays(1)).growable(64 * MIB)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        blocks.add(heap.allocate(1000, 1));
      }
      long before = heap.stats().cachedBytes();
      assertThat(before % 1024).isZero();
      blocks.subList(0, 10).forEach(heap::free);
      assertThat(heap.stats().cachedBytes()).isEqualTo(before + 10 * 1024);
      heap.trim();
      assertThat(heap.stats().cachedBytes()).isZero();
    }
  }

  @Test
  void cachesKeepNoMoreThanTheyAreSaidTo() {
    try (Heap heap = Heap.builder().decayingAfter(Duration.ofDays(1)).growable(512 * MIB)) {
      for (long byteSize : new long[] {16, 100, 1024, 2000, 10_000, 40_000, 65_536}) {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          blocks.add(heap.allocate(byteSize, 1));
        }
        long usable = heap.usableSize(blocks.getFirst());
        heap.trim();
        for (MemorySegment block : blocks) {
          heap.free(block);
          assertThat(heap.stats().cachedBytes())
              .isLessThanOrEqualTo(Math.max(Math.min(62 * usable, 65_536), 2 * usable));
        }
        heap.trim();
      }
    }
  }

  @Test
  void classesTellWhatIsLiveAndWasAtMostAndInAll() {
    try (Heap heap = Heap.builder().decayingAfter(Duration.ofDays(1)).growable(512 * MIB)) {
      assertThat(heap.classes()).isEmpty();
      List<MemorySegment> small = new ArrayList<>();
      List<MemorySegment> large = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        small.add(heap.allocate(1 + i % 16, 1));
        assertThat(heap.allocate(1281 + i % 127, 1)).isNotNull();
      }
      for (int i = 0; i < 20; i++) {
        large.add(heap.allocate(100_000 + i * 100_000L, 1));
      }
      small.subList(0, 900).forEach(heap::free);
      large.subList(0, 5).forEach(heap::free);
      for (int i = 0; i < 300; i++) {
        heap.free(heap.allocate(16, 1));
      }

      List<ClassStats> classes = heap.classes();
      assertThat(classes).extracting(ClassStats::blockBytes).containsExactly(16L, 1408L, 0L);
      ClassStats ofSmall = classes.get(0);
      assertThat(ofSmall.liveBlocks()).isEqualTo(100);
      assertThat(ofSmall.liveBytes()).isEqualTo(100 * 16);
      assertThat(ofSmall.allocations()).isEqualTo(1300);
      // What a thread has cached counts as live in peaks.
      assertThat(ofSmall.peakBlocks()).isBetween(1000L, 1062L);
      ClassStats ofMedium = classes.get(1);
      assertThat(ofMedium.liveBlocks()).isEqualTo(1000);
      assertThat(ofMedium.liveBytes()).isEqualTo(1000 * 1408);
      assertThat(ofMedium.allocations()).isEqualTo(1000);
      assertThat(ofMedium.peakBlocks()).isBetween(1000L, 1062L);
      ClassStats ofLarge = classes.get(2);
      assertThat(ofLarge.liveBlocks()).isEqualTo(15);
      assertThat(ofLarge.liveBytes())
          .isEqualTo(large.subList(5, 20).stream().mapToLong(heap::usableSize).sum());
      assertThat(ofLarge.allocations()).isEqualTo(20);
      assertThat(ofLarge.peakBlocks()).isEqualTo(20);

      Stats stats = heap.stats();
      assertThat(classes.stream().mapToLong(ClassStats::liveBytes).sum())
          .isEqualTo(stats.liveBytes());
      assertThat(classes.stream().mapToLong(ClassStats::allocations).sum())
          .isEqualTo(stats.allocations());
    }
  }

  @Test
  void aSmallHeapHasNoClassesButThatOfAllItsBlocks() {
    try (Heap heap = Heap.fixed(100_000)) {
      MemorySegment kept = heap.allocate(100, 1);
      heap.free(heap.allocate(1000, 1));
      assertThat(heap.classes()).containsExactly(new ClassStats(0, 1, 112, 112, 2, 2));
      heap.free(kept);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWalkVisitsExactlyTheLiveBlocks(HeapKind kind) throws Exception {
    try (Heap heap = kind.open(32 * MIB)) {
      SplittableRandom random = new SplittableRandom(9);
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        MemorySegment block = heap.tryAllocate(random.nextInt(20 << random.nextInt(14)), 1);
        blocks.add(Objects.requireNonNull(block));
        if (random.nextInt(10) < 4) {
          heap.free(blocks.remove(random.nextInt(blocks.size())));
        }
      }
      assertThat(visited(heap)).isEqualTo(expected(heap, blocks));
      List<MemorySegment> others = List.copyOf(blocks.subList(0, blocks.size() / 2));
      Thread freeing = Thread.ofPlatform().start(() -> others.forEach(heap::free));
      freeing.join();
      blocks.removeAll(others);
      assertThat(visited(heap)).isEqualTo(expected(heap, blocks));
      heap.trim();
      assertThat(visited(heap)).isEqualTo(expected(heap, blocks));
      blocks.forEach(heap::free);
      assertThat(visited(heap)).isEmpty();
    }
  }

  private static Map<Long, Long> visited(Heap heap) {
    Map<Long, Long> visited = new HashMap<>();
    heap.walk(
        block -> assertThat(visited.put(block.address(), block.byteSize())).as("twice").isNull());
    return visited;
  }

  private static Map<Long, Long> expected(Heap heap, List<MemorySegment> blocks) {
    Map<Long, Long> expected = new HashMap<>();
    blocks.forEach(block -> expected.put(block.address(), heap.usableSize(block)));
    return expected;
  }

  @Test
  void afterClosingOnlyLimitsPeaksAndTotalsAreLeft() {
    Heap heap = Heap.growable(64 * MIB);
    heap.free(heap.allocate(5 * MIB, 1));
    assertThat(heap.allocate(100, 1).byteSize()).isEqualTo(100);
    assertThat(heap.tryAllocate(65 * MIB, 1)).isNull();
    Stats before = heap.stats();
    heap.close();
    Stats after = heap.stats();
    assertThat(after.liveBlocks()).isZero();
    assertThat(after.footprintBytes()).isZero();
    assertThat(after.largestFreeBytes()).isZero();
    assertThat(after.metadataBytes()).isZero();
    assertThat(after.limitBytes()).isEqualTo(64 * MIB);
    assertThat(after.peakLiveBytes()).isEqualTo(before.peakLiveBytes());
    assertThat(after.peakFootprintBytes()).isEqualTo(before.peakFootprintBytes());
    assertThat(after.allocations()).isEqualTo(2);
    assertThat(after.frees()).isEqualTo(2);
    assertThat(after.failures()).isEqualTo(1);
    assertThat(heap.classes()).isEmpty();
    assertThat(heap.sources()).isEmpty();
    assertThatThrownBy(() -> heap.walk(_ -> {})).isInstanceOf(AllocatorClosedException.class);
    // These have nothing to do any more.
    heap.trim();
    heap.validate();
    heap.close();
  }
}
