package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// White box: what sizes are rounded up to, and how many pages their slabs have.
class SizeClassesTest {
  @Test
  void everySizeIsRoundedUpByAnEighthAtMostAndUpTo128BytesToMultiplesOf16() {
    for (int size = 0; size <= 65536; size++) {
      int rounded = SizeClasses.size(SizeClasses.of(size, 1));
      assertThat(rounded).as("%d bytes", size).isGreaterThanOrEqualTo(size);
      if (size <= 128) {
        assertThat(rounded).as("%d bytes", size).isEqualTo(Math.max(16, (size + 15) / 16 * 16));
      } else {
        assertThat((rounded - size) * 8L).as("%d bytes", size).isLessThanOrEqualTo(size);
      }
    }
  }

  @Test
  void everySizeHasTheSmallestClassThatIsLargeEnough() {
    assertThat(SizeClasses.size(0)).isEqualTo(16);
    assertThat(SizeClasses.size(SizeClasses.COUNT - 1)).isEqualTo(65536);
    for (int sizeClass = 1; sizeClass < SizeClasses.COUNT; sizeClass++) {
      int smaller = SizeClasses.size(sizeClass - 1);
      assertThat(SizeClasses.size(sizeClass)).isGreaterThan(smaller);
      for (int size = smaller + 1; size <= SizeClasses.size(sizeClass); size++) {
        assertThat(SizeClasses.of(size, 1)).as("%d bytes", size).isEqualTo(sizeClass);
      }
    }
  }

  @Test
  void classesAreMultiplesOfTheGranule() {
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      assertThat(SizeClasses.size(sizeClass) % BlockMap.GRANULE).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 32, 64, 256, 1024, 4096})
  void alignedSizesHaveTheSmallestClassWhoseBlocksAllAreAligned(int alignment) {
    for (int size = 0; size <= 65536; size++) {
      int sizeClass = SizeClasses.of(size, alignment);
      int least = SizeClasses.of(size, 1);
      for (int smaller = least; smaller < sizeClass; smaller++) {
        assertThat(SizeClasses.size(smaller) % alignment).as("%d bytes", size).isNotZero();
      }
      assertThat(sizeClass).as("%d bytes", size).isGreaterThanOrEqualTo(least);
      assertThat(SizeClasses.size(sizeClass) % Math.max(alignment, 16)).isZero();
    }
  }

  @Test
  void whatIsLargerOrMoreAlignedThanBlocksOfSlabsHasNoClass() {
    assertThat(SizeClasses.of(65537, 1)).isEqualTo(-1);
    assertThat(SizeClasses.of(Long.MAX_VALUE, 1)).isEqualTo(-1);
    assertThat(SizeClasses.of(0, 8192)).isEqualTo(-1);
    assertThat(SizeClasses.of(16, 1L << 62)).isEqualTo(-1);
  }

  @Test
  void aSlabHasFourBlocksAtLeastAndLosesASixteenthAtMost() {
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      int bytes = SizeClasses.slabPages(sizeClass) * 65536;
      int size = SizeClasses.size(sizeClass);
      assertThat(bytes / size).as("blocks of %d", size).isGreaterThanOrEqualTo(4);
      assertThat(bytes % size * 16).as("blocks of %d", size).isLessThanOrEqualTo(bytes);
    }
  }

  @Test
  void everyClassFitsTheSevenBitsThatANoteHasForIt() {
    assertThat(SizeClasses.COUNT).isLessThanOrEqualTo(128);
    for (byte sizeClass : SizeClasses.CLASS_OF) {
      assertThat(sizeClass).isBetween((byte) 0, (byte) (SizeClasses.COUNT - 1));
    }
  }
}
