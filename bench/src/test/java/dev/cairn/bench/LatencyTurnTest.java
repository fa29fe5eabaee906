package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyTurnTest {
  private static final int SMALL = 1 << 16;

  @ParameterizedTest
  @EnumSource
  void everyCallOfEveryEntrantIsMeasured(Entrant entrant) throws IOException {
    LatencyTurn.Outcome outcome;
    try {
      outcome =
          LatencyTurn.take(entrant, SMALL, List.of(1000L, 20_001L), List.of("-Xms64m", "-Xmx64m"));
    } catch (UnsupportedOperationException absent) {
      Assumptions.abort(absent.toString());
      return;
    }

    assertThat(outcome.parts()).extracting(LatencyPart::calls).containsExactly(1000L, 20_001L);
    LatencyPart last = outcome.parts().getLast();
    assertThat(last.allocations().getTotalCount()).isBetween(8000L, 12_001L);
    assertThat(last.frees().getMaxValue()).isPositive();
  }

  @Test
  void aMillionCallsOfTheRealtimeHeapMakeNoGarbageAndNeedNoCollector() throws IOException {
    LatencyTurn.Outcome outcome =
        LatencyTurn.take(
            Entrant.REALTIME_RAW,
            SMALL,
            // The JVM itself allocates a little on a thread now and then, but not in every part.
            List.of(1_000_000L, 1_000_000L, 1_000_000L),
            List.of("-Xms64m", "-Xmx64m", "-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC"));

    assertThat(outcome.parts()).extracting(LatencyPart::garbageBytes).contains(0L);
    assertThat(outcome.parts()).extracting(LatencyPart::collections).containsOnly(0L);
  }

  @Test
  void garbageAndCollectionsAreCountedWhereThereAreAny() throws IOException {
    LatencyPart part =
        LatencyTurn.take(
                Entrant.ARRAYS_G1, SMALL, List.of(1_000_000L), List.of("-Xms16m", "-Xmx16m"))
            .parts()
            .getFirst();

    assertThat(part.garbageBytes()).isGreaterThan(500_000L * 32);
    assertThat(part.collections()).isPositive();
    assertThat(part.safepoints()).isGreaterThanOrEqualTo(part.collections());
    assertThat(part.longestSafepointNanos()).isPositive();
  }

  @Test
  void aJvmThatFailsIsShownWithWhatItSaid() {
    assertThatIOException()
        .isThrownBy(
            () ->
                LatencyTurn.take(
                    Entrant.ARRAYS_G1, 1 << 20, List.of(1000L), List.of("-Xms4m", "-Xmx4m")))
        .withMessageContaining("arrays-g1")
        .withMessageContaining("OutOfMemoryError");
  }
}
