package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.memory.Heap;
import dev.cairn.testkit.RacyAllocator.Mistake;
import dev.cairn.testkit.Soak.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Threads that come and go leave nothing behind in a heap.
///
/// It takes some seconds. This is the long one, of 1,000 platform threads and 100,000 virtual ones
/// in ten minutes:
///
///     ./mvnw test -pl testkit -am -Dtest=HeapSoakTest -Dsurefire.failIfNoSpecifiedTests=false \
///         -Ddev.cairn.soak=PT10M
class HeapSoakTest {
  private static final String SOAK = "dev.cairn.soak";
  private static final long MOST_FOOTPRINT = 16 << 20;
  private static final long MOST_CACHED = 4 << 20;

  @Test
  void threadsThatComeAndGoLeaveNothingBehind() {
    Soak<Heap> soak =
        Soak.of(() -> Heap.growable(1L << 30))
            .footprintAtMost(MOST_FOOTPRINT)
            .cachedAtMost(MOST_CACHED)
            .validatingWith(Heap::validate);
    String lasting = System.getProperty(SOAK);
    if (lasting != null) {
      soak.threads(1000).virtualThreads(100_000).lasting(Duration.parse(lasting));
    }
    Outcome outcome = soak.run();
    assertThat(outcome.end().allocations()).isGreaterThan(100_000);
    assertThat(outcome.operations()).isGreaterThanOrEqualTo(2050 * 200);
  }

  @Test
  void aFootprintBeyondItsCapIsAFailure() {
    Soak<Heap> soak =
        Soak.of(() -> Heap.fixed(64 << 20))
            .threads(2)
            .virtualThreads(2)
            .lasting(Duration.ofMillis(10))
            .settlingWithin(Duration.ofMillis(10))
            .footprintAtMost(MOST_FOOTPRINT);
    AssertionError failure = catchThrowableOfType(AssertionError.class, soak::run);
    assertThat(failure)
        .hasMessageContaining("caps are a footprint of " + MOST_FOOTPRINT)
        .hasMessageContaining("the footprint is " + (64 << 20));
  }

  @Test
  void blocksThatAreLostOnTheWayAreAFailure() {
    Soak<RacyAllocator> soak =
        Soak.of(() -> RacyAllocator.open(Mistake.BLOCKS_OF_DEAD_THREADS_CANNOT_BE_FREED, 64 << 20))
            .lasting(Duration.ofMillis(200));
    AssertionError failure = catchThrowableOfType(AssertionError.class, soak::run);
    assertThat(failure).hasMessageContaining("its thread is dead");
  }

  @Test
  void freesThatAreNotCountedAreAFailure() {
    Soak<RacyAllocator> soak =
        Soak.of(() -> RacyAllocator.open(Mistake.A_FREE_BY_ANOTHER_THREAD_IS_NOT_COUNTED, 64 << 20))
            .lasting(Duration.ofMillis(200));
    AssertionError failure = catchThrowableOfType(AssertionError.class, soak::run);
    assertThat(failure).hasMessageContaining("nothing is live");
  }
}
