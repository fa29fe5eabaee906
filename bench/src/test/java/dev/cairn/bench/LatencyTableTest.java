package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyTableTest {
  @ParameterizedTest
  @CsvSource({
    "0,0 ns",
    "999,999 ns",
    "1000,1.00 µs",
    "9994,9.99 µs",
    "9996,10.0 µs",
    "99960,100 µs",
    "999499,999 µs",
    "999500,1.00 ms",
    "60000000000,60.0 s"
  })
  void timesHaveThreeDigitsAndTheirUnit(long nanos, String text) {
    assertThat(LatencyTable.time(nanos)).isEqualTo(text);
  }

  @Test
  void thePercentilesAreThoseOfTheHistograms() {
    Histogram allocations = new Histogram(3);
    for (int i = 0; i < 9999; i++) {
      allocations.recordValue(i < 9900 ? 50 : 200);
    }
    allocations.recordValue(1_000_000);
    Histogram frees = new Histogram(3);
    frees.recordValue(40);
    LatencyPart part =
        LatencyPart.of(
            allocations,
            frees,
            12_345,
            2,
            new Interruptions(7, 8),
            List.of(
                "[safepoint] Safepoint \"G1CollectForAllocation\", Time since last: 5 ns, Reaching"
                    + " safepoint: 1 ns, At safepoint: 2 ns, Leaving safepoint: 3 ns, Total: 1500 ns,"
                    + " Threads: 0 runnable, 12 total",
                "[jit,compilation]  404       3       dev.cairn.bench.X::x (8 bytes)",
                "[jit,compilation]  404       3       dev.cairn.bench.X::x (8 bytes)   made not"
                    + " entrant: not used",
                "what somebody printed"));

    assertThat(LatencyTable.times(Map.of(Entrant.LIBC_CRITICAL, part)))
        .endsWith(
            "| libc-critical | allocate | 50 ns | 50 ns | 200 ns | 200 ns | 1.00 ms |",
            "|  | free | 40 ns | 40 ns | 40 ns | 40 ns | 40 ns |");
    assertThat(LatencyTable.causes(Map.of(Entrant.LIBC_CRITICAL, part)))
        .endsWith("| libc-critical | 1.23 | 2 | 1 | 1.50 µs | 1 | 7 | 8 |");
  }
}
