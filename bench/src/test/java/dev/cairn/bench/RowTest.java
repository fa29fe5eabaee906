package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowTest {

  private static void assertAllFreed(Row row, CountingContestant counts) {
    row.close();
    assertThat(counts.frees).hasValue(counts.allocations.get());
    assertThat(counts.closed).isTrue();
  }

  @Test
  void aPairIsOneBlockOfItsSize() {
    CountingContestant counts = new CountingContestant(0);
    Pair row = new Pair();
    row.byteSize = 1024;
    row.open(counts);

    row.pair();

    assertThat(counts.sizes).containsExactly(1024L);
    assertAllFreed(row, counts);
  }

  @Test
  void aZeroedPairIsOneBlockOfItsSize() {
    CountingContestant counts = new CountingContestant(0);
    ZeroedPair row = new ZeroedPair();
    row.byteSize = 4096;
    row.open(counts);

    row.zeroedPair();

    assertThat(counts.sizes).containsExactly(4096L);
    assertAllFreed(row, counts);
  }

  @Test
  void aBatchAllocatesAHundredBlocksAndFreesThemAll() {
    CountingContestant counts = new CountingContestant(100);
    Batch row = new Batch();
    row.open(counts);

    IntStream.range(0, 200).forEach(_ -> row.batch());

    assertThat(counts.allocations).hasValue(200 * 100);
    assertThat(counts.frees).hasValue(200 * 100);
    assertPowerLaw(counts, 4096);
    assertAllFreed(row, counts);
  }

  @Test
  void churnKeepsAHundredThousandBlocksLive() {
    CountingContestant counts = new CountingContestant(100_000);
    Churn row = new Churn();
    row.open(counts);
    assertThat(counts.allocations).hasValue(100_000);

    IntStream.range(0, 300_000).forEach(_ -> row.replace());

    assertThat(counts.allocations).hasValue(400_000);
    assertThat(counts.frees).hasValue(300_000);
    assertPowerLaw(counts, 8192);
    assertAllFreed(row, counts);
  }

  /// That sizes are from 16 to the limit, and half of them below the geometric mean of the two.
  private static void assertPowerLaw(CountingContestant counts, int limit) {
    assertThat(counts.sizes).allMatch(size -> size >= 16 && size < limit);
    assertThat(counts.sizes).anyMatch(size -> size < 20).anyMatch(size -> size > limit - 400);
    double middle = Math.sqrt(16.0 * limit);
    double below = counts.sizes.stream().filter(size -> size < middle).count();
    assertThat(below / counts.sizes.size()).isBetween(0.45, 0.55);
  }

  @Test
  void whatIsHandedOverIsFreedByTheOtherThreadToTheLastBlock() {
    CountingContestant counts = new CountingContestant(4096);
    HandOver row = new HandOver();
    row.open(counts);

    // More than the ring has room for, and not a multiple of what is published at once.
    IntStream.range(0, 100_001).forEach(_ -> row.handOver());
    assertThat(counts.frees.get()).isGreaterThanOrEqualTo(100_001 - 4096 - 64);

    assertAllFreed(row, counts);
    assertThat(counts.allocations).hasValue(100_001);
  }

  @Test
  void aFailureOfTheThreadThatFreesIsNotLost() {
    Contestant failing =
        new Contestant() {
          @Override
          void pair(long byteSize) {}

          @Override
          void zeroedPair(long byteSize) {}

          @Override
          void allocate(int slot, long byteSize) {}

          @Override
          void free(int slot) {
            throw new IllegalStateException("refused");
          }
        };
    HandOver row = new HandOver();
    row.open(failing);

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> IntStream.range(0, 10_000).forEach(_ -> row.handOver()))
        .withStackTraceContaining("refused");
  }

  @Test
  void confinedArenasAreNotHandedOver() {
    HandOver row = new HandOver();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> row.open(new ConfinedArenas(4096)))
        .withMessageContaining("own thread");
  }
}
