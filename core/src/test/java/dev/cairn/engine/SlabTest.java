package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// White box: which blocks of a slab are carved, and which of those are free.
class SlabTest {
  private static final long START = 1L << Chunk.CHUNK_OF_GRANULE;

  @Test
  void blocksAreCarvedAPageOfTheSystemAtATimeUntilAllAre() {
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      Slab slab = slab(sizeClass);
      long size = SizeClasses.size(sizeClass);
      assertThat(slab.blocks).isEqualTo(slab.pages() * 65536L / size);
      assertThat(slab.isUnused()).isTrue();
      while (slab.carvedBlocks() < slab.blocks) {
        assertThat(slab.isExhausted()).isFalse();
        long before = slab.carvedBlocks() * size;
        int count = slab.toCarve();
        assertThat(count).as("blocks of %d", size).isPositive();
        slab.carve(count);
        // What the first of them ends in is full, as far as whole blocks go, and nothing beyond it
        // is in use.
        long pageEnd = (before + size + 4095) / 4096 * 4096;
        long carved = slab.carvedBlocks() * size;
        assertThat(carved).as("blocks of %d", size).isLessThanOrEqualTo(pageEnd);
        if (slab.carvedBlocks() < slab.blocks) {
          assertThat(carved + size).as("blocks of %d", size).isGreaterThan(pageEnd);
        }
        slab.validate();
      }
      assertThat(slab.toCarve()).isZero();
      assertThat(slab.freeBlocks()).isEqualTo(slab.blocks);
    }
  }

  @Test
  void theLowestFreeBlocksAreTakenSoThatTheLowestComesLast() {
    Slab slab = slab(SizeClasses.of(48, 1));
    slab.carve(100);
    long[] cells = new long[300];
    assertThat(slab.take(cells, 10, 70)).isEqualTo(70);
    for (int i = 0; i < 70; i++) {
      assertThat(cells[10 + i]).isEqualTo(START + (69 - i) * 3L);
    }
    assertThat(cells[9]).isZero();
    assertThat(cells[80]).isZero();
    assertThat(slab.freeBlocks()).isEqualTo(30);
    assertThat(slab.take(cells, 100, 200)).isEqualTo(30);
    assertThat(cells[100]).isEqualTo(START + 99 * 3L);
    assertThat(cells[129]).isEqualTo(START + 70 * 3L);
    assertThat(slab.take(cells, 0, 10)).isZero();
    assertThat(slab.isExhausted()).isFalse();
    slab.carve(slab.blocks - slab.carvedBlocks());
    assertThat(slab.take(new long[slab.blocks], 0, slab.blocks)).isEqualTo(slab.blocks - 100);
    assertThat(slab.isExhausted()).isTrue();
    assertThat(slab.isUnused()).isFalse();
    slab.validate();
  }

  @Test
  void whatIsPutBackIsFreeAndIsTakenAgain() {
    SplittableRandom random = new SplittableRandom(3);
    for (int sizeClass : new int[] {0, 2, 8, 20, SizeClasses.COUNT - 1}) {
      Slab slab = slab(sizeClass);
      slab.carve(slab.blocks);
      Set<Long> out = new HashSet<>();
      for (int step = 0; step < 2_000; step++) {
        if (random.nextBoolean() && !out.isEmpty()) {
          long granule = out.iterator().next();
          out.remove(granule);
          assertThat(slab.isFree(granule)).isFalse();
          slab.put(granule);
          assertThat(slab.isFree(granule)).isTrue();
        } else {
          long[] cells = new long[8];
          int taken = slab.take(cells, 0, random.nextInt(8));
          for (int i = 0; i < taken; i++) {
            assertThat(out.add(cells[i])).isTrue();
            assertThat(slab.isFree(cells[i])).isFalse();
          }
        }
        assertThat(slab.freeBlocks()).isEqualTo(slab.blocks - out.size());
        assertThat(slab.isUnused()).isEqualTo(out.isEmpty());
        slab.validate();
      }
    }
  }

  @Test
  void everyGranuleIsInTheBlockThatBeginsLastBeforeIt() {
    Slab slab = slab(SizeClasses.of(80, 1));
    for (long granule = 0; granule < 100; granule++) {
      assertThat(slab.blockAt(START + granule)).isEqualTo(START + granule / 5 * 5);
    }
  }

  @Test
  void aBlockThatIsPutBackTwiceIsFound() {
    Slab slab = slab(0);
    slab.carve(2);
    slab.put(START);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(slab::validate)
        .withMessageContaining("has 2 free blocks of 2, says 3");
  }

  private static Slab slab(int sizeClass) {
    return new Slab(new ThreadCache(1, ThreadCache.Kind.THREAD), sizeClass, START);
  }
}
