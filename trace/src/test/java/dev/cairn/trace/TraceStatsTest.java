package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.trace.TraceStats.Unfreed;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TraceStatsTest {
  @Test
  void theFiguresAreThoseWorkedOutByHand() {
    TraceStats stats =
        TraceStats.of(
            Sample.read(
                """
                cairn-trace 1
                name by hand
                a 100
                z 40000
                t 1
                a 50
                f 0
                r 2 70
                f -
                f 1
                a 10
                r 2 60
                """));

    assertThat(stats.trace()).isEqualTo("by hand");
    assertThat(stats.operations()).isEqualTo(9);
    assertThat(stats.allocations()).isEqualTo(4);
    assertThat(stats.zeroedAllocations()).isEqualTo(1);
    assertThat(stats.reallocations()).isEqualTo(2);
    assertThat(stats.frees()).isEqualTo(2);
    assertThat(stats.nullFrees()).isEqualTo(1);
    // Of 10, 50, 60, 70, 100 and 40000.
    assertThat(stats.sizes()).isEqualTo(new Distribution(6, 60, 40000, 40000, 40000, 40290 / 6.0));
    // Block 0 from operation 0 to 3, block 1 from 1 to 6.
    assertThat(stats.lifetimes()).isEqualTo(new Distribution(2, 3, 5, 5, 5, 4));
    assertThat(stats.requestedBytes()).isEqualTo(40290);
    assertThat(stats.largeRequests()).isEqualTo(1);
    assertThat(stats.largeBytes()).isEqualTo(40000);
    assertThat(stats.peakLiveBytes()).isEqualTo(40150);
    assertThat(stats.peakLiveBlocks()).isEqualTo(3);
    assertThat(stats.unfreedBlocks()).isEqualTo(2);
    assertThat(stats.unfreedBytes()).isEqualTo(70);
    assertThat(stats.largestUnfreed())
        .containsExactly(new Unfreed(2, 60, 2, 6), new Unfreed(3, 10, 7, 11));
    assertThat(stats.threads()).isEqualTo(2);
  }

  @Test
  void anEmptyTraceHasOnlyZeros() {
    TraceStats stats = TraceStats.of(Trace.builder("empty").build());

    assertThat(stats.sizes()).isEqualTo(new Distribution(0, 0, 0, 0, 0, 0));
    assertThat(stats.peakLiveBytes()).isZero();
    assertThat(stats.largestUnfreed()).isEmpty();
  }

  @Test
  void percentilesAreOfTheNumbersThemselves() {
    long[] oneToThousand = LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray();

    assertThat(Distribution.of(oneToThousand))
        .isEqualTo(new Distribution(1000, 500, 900, 990, 1000, 500.5));
    assertThat(Distribution.of(new long[] {7})).isEqualTo(new Distribution(1, 7, 7, 7, 7, 7));
  }

  @Test
  void aRequestOfExactly32KiBIsNotLarge() {
    TraceStats stats = TraceStats.of(Sample.read("cairn-trace 1\na 32768\na 32769\n"));

    assertThat(stats.largeRequests()).isEqualTo(1);
    assertThat(stats.largeBytes()).isEqualTo(32769);
  }

  @Test
  void ofManyUnfreedBlocksTheLargestAreNamedTheEarliestFirst() {
    TraceStats stats =
        TraceStats.of(Sample.read("cairn-trace 1\na 1\na 5\na 5\na 9\na 2\na 5\na 5\na 3\n"));

    assertThat(stats.unfreedBlocks()).isEqualTo(8);
    assertThat(stats.largestUnfreed().stream().map(Unfreed::block)).containsExactly(3, 1, 2, 5, 6);
  }

  @Test
  void sumsThatExceedALongStopThere() {
    String most = "a " + (Long.MAX_VALUE - 15) + " @16\n";
    TraceStats stats = TraceStats.of(Sample.read("cairn-trace 1\n" + most + most + "f 0\nf 1\n"));

    assertThat(stats.requestedBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(stats.peakLiveBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(stats.unfreedBytes()).isZero();
  }
}
