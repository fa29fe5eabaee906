package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Stats;
import dev.cairn.platform.Proc;
import dev.cairn.platform.Reservation;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When and how much memory a growable heap gives back to the system.
class HeapReturnsTest {
  private static final long MIB = 1 << 20;
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofDays(1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsFreedGoesBackByItselfAlsoIfNobodyUsesTheHeapAnyMore(boolean late) throws Exception {
    try (Heap heap = Heap.builder().retaining(64 * MIB).decayingAfter(SOON).growable(64 * MIB)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        blocks.add(heap.allocate(1 + i * 3 % 5_000, 1));
      }
      heap.free(heap.allocate(10 * MIB, 1));
      if (late) {
        // What was due when blocks were allocated has been done, and found nothing to give back.
        Thread.sleep(5 * SOON.toMillis());
      }
      blocks.forEach(heap::free);
      Eventually.holds("everything is given back", () -> heap.stats().footprintBytes() == 0);
      heap.validate();
    }
  }

  @Test
  void aBlockInTheCacheOfAThreadThatDoesNothingMoreGoesBackToo() throws Exception {
    try (Heap heap = Heap.builder().decayingAfter(SOON).growable(64 * MIB)) {
      MemorySegment block = heap.allocate(100, 1);
      Thread.sleep(5 * SOON.toMillis());
      // It goes to the cache of this thread, and nothing else happens.
      heap.free(block);
      Eventually.holds("everything is given back", () -> heap.stats().footprintBytes() == 0);
    }
  }

  @Test
  void whatIsLiveStaysWhereItIsWhileTheRestGoesBack() throws Exception {
    try (Heap heap = Heap.builder().decayingAfter(SOON).growable(64 * MIB)) {
      List<MemorySegment> kept = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        MemorySegment large = heap.allocate(300_000, 1).fill((byte) -1);
        kept.add(heap.allocate(300, 1).fill((byte) i));
        kept.add(heap.allocate(50_000, 1).fill((byte) i));
        heap.free(large);
      }
      long most = 10 * MIB;
      Eventually.holds("the rest is given back", () -> heap.stats().footprintBytes() < most);
      for (int i = 0; i < kept.size(); i++) {
        MemorySegment same = MemorySegment.ofArray(new byte[(int) kept.get(i).byteSize()]);
        assertThat(kept.get(i).mismatch(same.fill((byte) (i / 2)))).isEqualTo(-1);
      }
      heap.validate();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3 * MIB, HeapBuilder.DEFAULT_RETAINED_BYTES})
  void whatIsRetainedUntilThenIsCapped(long retained) {
    try (Heap heap = Heap.builder().retaining(retained).decayingAfter(NEVER).growable(512 * MIB)) {
      assertThat(mostRetained(heap, retained)).isBetween(retained, 256 * MIB / 4);
      assertThat(heap.stats().retainedBytes()).isLessThanOrEqualTo(retained);
      assertThat(heap.stats().peakFootprintBytes()).isGreaterThanOrEqualTo(256 * MIB);
    }
  }

  @Test
  void theCapIs64MebibytesUnlessItIsSet() {
    try (Heap heap = Heap.builder().decayingAfter(NEVER).growable(512 * MIB)) {
      assertThat(mostRetained(heap, 64 * MIB)).isEqualTo(64 * MIB);
      assertThat(heap.stats().retainedBytes()).isLessThanOrEqualTo(64 * MIB);
    }
  }

  /// Frees 256 MiB, and sees that no more is retained than is said, or a quarter of what is live.
  private static long mostRetained(Heap heap, long retained) {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    List<MemorySegment> blocks = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      blocks.add(heap.allocate(MIB, 1));
    }
    long most = 0;
    for (MemorySegment block : blocks) {
      heap.free(block);
      Stats stats = heap.stats();
      assertThat(stats.retainedBytes())
          .isLessThanOrEqualTo(Math.max(retained, stats.liveBytes() / 4));
      most = Math.max(most, stats.retainedBytes());
    }
    return most;
  }

  @Test
  void trimGivesBackAllThatIsNotLiveAtOnce() throws Exception {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    try (Heap heap = Heap.builder().retaining(64 * MIB).decayingAfter(NEVER).growable(64 * MIB)) {
      MemorySegment live = heap.allocate(MIB, 1).fill((byte) 7);
      MemorySegment large = heap.allocate(10 * MIB, 1).fill((byte) 7);
      MemorySegment small = heap.allocate(4096, 4096).fill((byte) 7);
      heap.free(large);
      heap.free(small);
      assertThat(Proc.residentPages(large)).isPositive();
      assertThat(Proc.residentPages(small)).isPositive();
      assertThat(heap.stats().retainedBytes()).isEqualTo(10 * MIB);
      assertThat(heap.stats().cachedBytes()).isGreaterThanOrEqualTo(4096);

      heap.trim();
      assertThat(Proc.residentPages(large)).isZero();
      assertThat(Proc.residentPages(small)).isZero();
      assertThat(heap.stats().footprintBytes()).isEqualTo(MIB);
      assertThat(heap.stats().cachedBytes()).isZero();
      assertThat(live.mismatch(MemorySegment.ofArray(new byte[1 << 20]).fill((byte) 7)))
          .isEqualTo(-1);
      heap.validate();
    }
  }

  @Test
  void trimOfAFixedHeapKeepsItsSizeAndItsBlocks() {
    for (Heap heap : List.of(Heap.fixed(8 * MIB + 100), Heap.fixed(100_000))) {
      try (heap) {
        long byteSize = heap.stats().limitBytes();
        MemorySegment live = heap.allocate(1000, 1).fill((byte) 7);
        heap.free(heap.allocate(byteSize / 2, 1).fill((byte) 7));
        heap.trim();
        assertThat(heap.stats().footprintBytes()).isEqualTo(byteSize);
        assertThat(live.mismatch(MemorySegment.ofArray(new byte[1000]).fill((byte) 7)))
            .isEqualTo(-1);
        heap.validate();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000, 2 * MIB, 8 * MIB + 100, 64 * MIB, 64 * MIB + 1})
  void theFootprintIsNeverBeyondTheLimit(long limit) {
    for (HeapBuilder builder : List.of(Heap.builder(), Heap.builder().fromArenas())) {
      try (Heap heap = builder.decayingAfter(NEVER).growable(limit)) {
        SplittableRandom random = new SplittableRandom(limit);
        List<MemorySegment> blocks = new ArrayList<>();
        long peak = 0;
        int refused = 0;
        for (int step = 0; step < 3_000; step++) {
          if (random.nextInt(10) < (step / 300 % 2 == 0 ? 8 : 2)) {
            MemorySegment block =
                heap.tryAllocate(random.nextLong(limit >> (3 + random.nextInt(10))), 1);
            if (block == null) {
              refused++;
            } else {
              blocks.add(block);
            }
          } else if (!blocks.isEmpty()) {
            heap.free(blocks.remove(random.nextInt(blocks.size())));
          }
          Stats stats = heap.stats();
          assertThat(stats.footprintBytes()).isBetween(stats.liveBytes(), limit);
          assertThat(stats.failures()).isEqualTo(refused);
          peak = Math.max(peak, stats.footprintBytes());
          assertThat(stats.peakFootprintBytes()).isBetween(peak, limit);
        }
        assertThat(refused).isPositive();
        heap.validate();
        blocks.forEach(heap::free);
        heap.trim();
        heap.validate();
        assertThat(heap.stats().peakFootprintBytes()).isBetween(peak, limit);
      }
    }
  }

  @Test
  void aHeapThatNobodyRefersToIsCollected() throws Exception {
    for (Duration decay : List.of(SOON, NEVER)) {
      WeakReference<Heap> heap = forgotten(decay);
      Eventually.holds(
          "the heap is collected",
          () -> {
            System.gc();
            return heap.get() == null;
          });
    }
  }

  @SuppressWarnings("resource") // it is not closed on purpose
  private static WeakReference<Heap> forgotten(Duration decay) {
    Heap heap = Heap.builder().decayingAfter(decay).growable(8 * MIB);
    // There is something to be given back, and something live.
    heap.free(heap.allocate(MIB, 1));
    heap.free(heap.allocate(100, 1));
    assertThat(heap.allocate(100, 1).byteSize()).isEqualTo(100);
    return new WeakReference<>(heap);
  }
}
