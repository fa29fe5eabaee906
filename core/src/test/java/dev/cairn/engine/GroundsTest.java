package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.engine.HeapPlan.Growth;
import dev.cairn.engine.HeapPlan.Source;
import dev.cairn.platform.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// White box: what a heap takes from the system and gives back to it.
class GroundsTest {
  private static final long MIB = 1 << 20;
  private static final long CHUNK = 4 * MIB;

  private final List<Grounds> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(
        grounds -> {
          synchronized (grounds) {
            grounds.close();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"PAGES, 8388708", "ARENAS, 8388708", "PAGES, 100", "ARENAS, 0", "PAGES, 2097152"})
  void aFixedHeapTakesAllOfItsMemoryOnceAndNoMore(Source source, long byteSize) {
    Grounds grounds = open(Growth.NONE, byteSize, source, 0);
    assertThat(grounds.all()).hasSize(1);
    assertThat(grounds.footprint()).isEqualTo(byteSize);
    if (byteSize > 0) {
      long all = grounds.claim(byteSize / 16 * 16, 1);
      assertThat(all).isEqualTo(CHUNK);
      grounds.touch(all, byteSize);
      assertThat(grounds.claim(1, 1)).isEqualTo(Grounds.NO_ROOM);
    }
    assertThat(grounds.footprint()).isEqualTo(byteSize);
    assertThat(grounds.peakFootprint()).isEqualTo(byteSize);
    assertThat(grounds.retained()).isZero();
    grounds.validate();
  }

  @ParameterizedTest
  @CsvSource({
    "PAGES, 67108864",
    "PAGES, 8388708",
    "ARENAS, 67108864",
    "ARENAS, 8388708",
    "ARENAS, 1000000",
    "PAGES, 10000"
  })
  void theFootprintIsNeverBeyondTheLimitAndPeaksAreKept(Source source, long limit) {
    SplittableRandom random = new SplittableRandom(limit);
    Grounds grounds = open(Growth.ON_DEMAND, limit, source, limit / 8);
    assertThat(grounds.footprint()).isZero();
    List<Long> runs = new ArrayList<>();
    long peak = 0;
    int refused = 0;
    for (int step = 0; step < 5_000; step++) {
      int filling = step / 300 % 2 == 0 ? 6 : 3;
      if (random.nextInt(10) < filling) {
        long size = random.nextLong(limit >> (1 + random.nextInt(7))) + 1;
        long run = grounds.claim(size, 1L << random.nextInt(16));
        if (run == Grounds.NO_ROOM) {
          refused++;
        } else {
          grounds.touch(run, size);
          runs.add(run);
        }
      } else if (!runs.isEmpty()) {
        grounds.release(runs.remove(random.nextInt(runs.size())));
      }
      grounds.validate();
      assertThat(grounds.footprint()).isBetween(0L, limit);
      peak = Math.max(peak, grounds.footprint());
      assertThat(grounds.peakFootprint()).isBetween(peak, limit);
      assertThat(grounds.retained())
          .isLessThanOrEqualTo(Math.max(limit / 8, grounds.footprint() - grounds.retained()));
    }
    assertThat(refused).isPositive();
    runs.forEach(grounds::release);
    grounds.discard();
    grounds.validate();
    assertThat(grounds.peakFootprint()).isGreaterThanOrEqualTo(peak);
    if (source == Source.PAGES && limit >= 2 * MIB && Reservation.isSupported()) {
      assertThat(grounds.footprint()).isZero();
    } else {
      // The only empty one stays.
      assertThat(grounds.all()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {8 * MIB, 8 * MIB + 1, 8 * MIB + 100, 8 * MIB + 4095})
  void allOfTheLimitCanBeClaimedAlsoAfterMuchElse(long limit) {
    for (Source source : Source.values()) {
      Grounds grounds = open(Growth.ON_DEMAND, limit, source, 0);
      List<Long> runs = new ArrayList<>();
      for (long run; (run = grounds.claim(300_000, 1)) != Grounds.NO_ROOM; ) {
        grounds.touch(run, 300_000);
        runs.add(run);
      }
      assertThat(runs).hasSizeGreaterThan(20);
      runs.forEach(grounds::release);
      long all = grounds.claim(limit, 1);
      assertThat(all).isNotEqualTo(Grounds.NO_ROOM);
      grounds.touch(all, limit);
      assertThat(grounds.footprint()).isEqualTo(limit);
      assertThat(grounds.claim(1, 1)).isEqualTo(Grounds.NO_ROOM);
      grounds.validate();
      grounds.release(all);
      grounds.discard();
      grounds.validate();
    }
  }

  @Test
  void aRunAtTheEndOfWhatIsDividedKeepsItsSizeWhenMoreIs() {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, Source.PAGES, 0);
    grounds.release(grounds.claim(MIB + 5, 1));
    long divided = grounds.all().getFirst().map.byteSize();
    long run = grounds.claim(divided, 1);
    Ground ground = grounds.at(run);
    long usable = ground.map.usableSize(run - ground.start);
    assertThat(grounds.claim(10 * MIB, 1)).isNotEqualTo(Grounds.NO_ROOM);
    assertThat(ground.map.byteSize()).isGreaterThan(divided);
    assertThat(ground.map.usableSize(run - ground.start)).isEqualTo(usable);
  }

  @Test
  void whatIsRetainedIsCappedByThePlanOrAQuarterOfWhatIsInUse() {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    for (long retained : new long[] {0, MIB, 5 * MIB}) {
      Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, Source.PAGES, retained);
      List<Long> runs = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        long run = grounds.claim(MIB, 1);
        grounds.touch(run, MIB);
        runs.add(run);
      }
      long most = 0;
      while (!runs.isEmpty()) {
        grounds.release(runs.removeFirst());
        long used = runs.size() * MIB;
        assertThat(grounds.footprint() - grounds.retained()).isEqualTo(used);
        assertThat(grounds.retained()).isLessThanOrEqualTo(Math.max(retained, used / 4));
        most = Math.max(most, grounds.retained());
      }
      assertThat(most).isGreaterThanOrEqualTo(Math.max(retained, 5 * MIB));
      assertThat(grounds.retained()).isLessThanOrEqualTo(retained);
    }
  }

  @Test
  void aGroundThatComesBackBetweenOthersTakesNoneOfTheirPositions() {
    Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, Source.ARENAS, 0);
    long[] runs = new long[4];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = grounds.claim(CHUNK, 1);
      assertThat(runs[i]).isEqualTo((i + 1) * CHUNK);
    }
    // One that is empty stays, and then the other goes.
    grounds.release(runs[3]);
    grounds.release(runs[0]);
    assertThat(grounds.all()).hasSize(3);
    assertThat(grounds.claim(CHUNK, 1)).isEqualTo(runs[3]);
    assertThat(grounds.claim(CHUNK, 1)).isEqualTo(runs[0]);
    for (long run : runs) {
      Ground ground = grounds.at(run);
      assertThat(ground.start).isEqualTo(run);
      assertThat(grounds.find(ground.base)).isSameAs(ground);
    }
    grounds.validate();
  }

  @Test
  void anAddressOutsideEveryGroundIsInNone() {
    Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, Source.ARENAS, 0);
    assertThat(grounds.find(0)).isNull();
    long run = grounds.claim(CHUNK, 1);
    Ground ground = grounds.at(run);
    assertThat(grounds.find(ground.base)).isSameAs(ground);
    assertThat(grounds.find(ground.base + CHUNK - 1)).isSameAs(ground);
    assertThat(grounds.find(ground.base + CHUNK)).isNull();
    assertThat(grounds.find(ground.base - 1)).isNull();
  }

  @Test
  void whileItIsPinnedNoGroundGoes() {
    boolean[] isPinned = {true};
    Grounds grounds =
        new Grounds(
            plan(Growth.ON_DEMAND, 64 * MIB, Source.ARENAS, 0), directory(), () -> isPinned[0]);
    opened.add(grounds);
    List<Long> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(grounds.claim(2 * MIB, 1));
    }
    runs.subList(0, 3).forEach(grounds::release);
    assertThat(grounds.all()).hasSize(5);
    isPinned[0] = false;
    grounds.release(runs.get(3));
    grounds.release(runs.get(4));
    assertThat(grounds.all()).hasSize(3);
  }

  @Test
  void alignmentsAreThoseOfAddressesAlsoBeyondThatOfTheGround() {
    for (Source source : Source.values()) {
      Grounds grounds = open(Growth.ON_DEMAND, 256 * MIB, source, 0);
      for (long alignment = 1; alignment <= 32 * MIB; alignment *= 2) {
        long run = grounds.claim(1, alignment);
        assertThat(run).as("%d of %s", alignment, source).isNotEqualTo(Grounds.NO_ROOM);
        assertThat((run + grounds.at(run).origin()) % alignment).isZero();
      }
      assertThat(grounds.claim(1, 1L << 62)).isEqualTo(Grounds.NO_ROOM);
      assertThat(grounds.claim(Long.MAX_VALUE - 4095, 4096)).isEqualTo(Grounds.NO_ROOM);
      grounds.validate();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pagesOfSlabsBeginAtPagesOfPositions(Source source) {
    Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, source, 0);
    for (int pages = 1; pages < 8; pages++) {
      grounds.claim(5000, 1);
      long run = grounds.claimPages(pages);
      assertThat(run % 65536).isZero();
      Ground ground = grounds.at(run);
      assertThat(ground.map.usableSize(run - ground.start)).isEqualTo(pages * 65536L);
    }
  }

  @Test
  void afterClosingNothingIsHeld() {
    for (Source source : Source.values()) {
      Grounds grounds = open(Growth.ON_DEMAND, 64 * MIB, source, 0);
      long run = grounds.claim(MIB, 1);
      grounds.touch(run, MIB);
      Ground ground = Objects.requireNonNull(grounds.at(run));
      grounds.close();
      assertThat(ground.memory.scope().isAlive()).isFalse();
      assertThat(grounds.footprint()).isZero();
      assertThat(grounds.peakFootprint()).isGreaterThanOrEqualTo(MIB);
      assertThatThrownBy(grounds::requireOpen)
          .isInstanceOf(AllocatorClosedException.class)
          .hasMessageContaining("heap of 67108864 bytes");
    }
  }

  private static Directory directory() {
    return new PagedHeap(plan(Growth.ON_DEMAND, MIB, Source.ARENAS, 0), () -> false).directory;
  }

  private Grounds open(Growth growth, long limit, Source source, long retained) {
    Grounds grounds = new Grounds(plan(growth, limit, source, retained), directory(), () -> false);
    opened.add(grounds);
    return grounds;
  }

  private static HeapPlan plan(Growth growth, long limit, Source source, long retained) {
    return new HeapPlan(
        "heap", growth, limit, null, source, retained, -1, HeapPlan.USUALLY_HUGE_FROM);
  }
}
