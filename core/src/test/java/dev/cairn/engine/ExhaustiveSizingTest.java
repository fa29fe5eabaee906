package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.HeapSizing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where heaps are so small that every state of theirs can be looked at, no request fails at the
/// computed size, and how much smaller a heap would do is known exactly.
///
/// The states are those of the real map, by any order of allocations, frees and growth in place;
/// shrinking changes nothing, and an alignment is a size.
class ExhaustiveSizingTest {
  private static final int UNIT = 16;
  // A unit of half a word of bits: blocks of two are of the next level.
  private static final int ACROSS_LEVELS = 32 * 16;

  @ParameterizedTest
  @CsvSource({
    "2, 2, 6, 2",
    "3, 2, 8, 4",
    "4, 2, 10, 6",
    "5, 2, 12, 8",
    "6, 2, 14, 8",
    "7, 2, 16, 10",
    "4, 4, 16, 8",
    "5, 4, 20, 8",
    "6, 4, 24, 12",
    "7, 4, 24, 16"
  })
  void noRequestFailsAtTheComputedSizeNorAtAnyAboveTheLeast(
      int peak, int largest, int computed, int least) {
    assertThat(computed(peak, largest)).isEqualTo(computed);
    for (int units = computed; units >= least; units -= largest) {
      assertThat(fails(peak, largest, units, 0)).as("%d units", units).isFalse();
    }
    assertThat(fails(peak, largest, least - largest, 0)).isTrue();
    // No allocator that does not move blocks does with less than Robson's bound.
    int doublings = Integer.numberOfTrailingZeros(largest);
    assertThat(least).isGreaterThanOrEqualTo(peak + peak * doublings / 2 - largest + 1);
  }

  @ParameterizedTest
  @CsvSource({"4, 2", "6, 2", "4, 4", "5, 4"})
  void levelsOfBitsMakeNoDifference(int peak, int largest) {
    EveryState small = new EveryState(peak, largest, computed(peak, largest), UNIT, 0);
    EveryState large = new EveryState(peak, largest, computed(peak, largest), ACROSS_LEVELS, 0);
    assertThat(small.hasFailure()).isFalse();
    assertThat(large.hasFailure()).isFalse();
    assertThat(large.count()).isEqualTo(small.count());
  }

  @ParameterizedTest
  @CsvSource({"3, 2", "5, 2", "4, 4", "5, 4"})
  void noRequestFailsWhereverTheMemoryBeginsAndHoweverMuchMoreItHas(int peak, int largest) {
    int over = computed(peak, largest) + largest;
    for (int begin = 0; begin < largest; begin++) {
      assertThat(fails(peak, largest, over, begin)).as("from unit %d", begin).isFalse();
    }
    for (int more = 1; more < largest; more++) {
      assertThat(fails(peak, largest, over - more, 0)).as("less %d", more).isFalse();
    }
  }

  @Test
  void aFailureIsFound() {
    assertThat(fails(2, 1, 1, 0)).isTrue();
    assertThat(fails(2, 2, 1, 0)).isTrue();
    assertThat(fails(4, 2, 4, 0)).isTrue();
  }

  private static boolean fails(int peak, int largest, int units, int begin) {
    return new EveryState(peak, largest, units, UNIT, (long) begin * UNIT).hasFailure();
  }

  private static int computed(int peak, int largest) {
    HeapSizing sizing = new HeapSizing((long) peak * UNIT, UNIT, (long) largest * UNIT);
    return (int) (sizing.realtimeHeapBytes((long) peak * UNIT) / UNIT);
  }
}
