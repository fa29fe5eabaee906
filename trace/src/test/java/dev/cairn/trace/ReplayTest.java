package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.trace.BrokenContestant.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayTest {
  /// As short as a replay can be.
  static final ReplayPlan SHORTEST = new ReplayPlan(Duration.ZERO, 1, Duration.ZERO, 0, 1L << 30);

  /// Every kind of operation, sizes from 0 to over a page, and alignments over 16.
  static Trace mixed() {
    Random random = new Random(42);
    TraceBuilder builder = Trace.builder("mixed");
    List<Integer> live = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      long size = random.nextInt(1 << random.nextInt(14));
      long alignment = 1L << random.nextInt(9);
      int choice = random.nextInt(10);
      if (choice < 5 || live.isEmpty()) {
        live.add(
            choice % 2 == 0
                ? builder.allocate(size, alignment)
                : builder.allocateZeroed(size, alignment));
      } else if (choice < 7) {
        builder.reallocate(live.get(random.nextInt(live.size())), size, alignment);
      } else if (choice < 9) {
        int index = random.nextInt(live.size());
        builder.free(live.get(index));
        live.set(index, live.getLast());
        live.removeLast();
      } else {
        builder.freeNull();
      }
    }
    return builder.build();
  }

  private static ReplayResult replay(String text, Contestant.Factory factory) {
    return Replay.run(Sample.read(text), factory, SHORTEST, ReplayProgress.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "region", "system", "libc", "arena"})
  void whoeverKeepsItsWordHasNothingFailed(String name) {
    Trace trace = mixed();
    ReplayResult result = Replay.run(trace, Contestants.named(name), SHORTEST, ReplayProgress.NONE);

    assertThat(result.trace()).isEqualTo("mixed");
    assertThat(result.allocator()).isEqualTo(name);
    assertThat(result.ops()).isEqualTo(3000);
    assertThat(result.failed()).isZero();
    assertThat(result.mopsPerSecond()).isPositive();
    assertThat(result.peakLiveBytes()).isEqualTo(TraceStats.of(trace).peakLiveBytes());
    assertThat(result.peakFootprintBytes()).isGreaterThanOrEqualTo(result.peakLiveBytes());
    assertThat(result.utilization())
        .isEqualTo((double) result.peakLiveBytes() / result.peakFootprintBytes(), within(1e-9));
    assertThat(result.p50Nanos()).isPositive().isLessThanOrEqualTo(result.p99Nanos());
    assertThat(result.p999Nanos()).isBetween(result.p99Nanos(), result.maxNanos());
  }

  @Test
  void anEmptyTraceCanBeReplayed() {
    ReplayResult result = replay("cairn-trace 1\n", Contestants.named("heap"));

    assertThat(result.ops()).isZero();
    assertThat(result.failed()).isZero();
  }

  @Test
  void requestsBeyondTheLimitFailAndWhatDependsOnThemIsLeftOut() {
    ReplayResult result =
        replay(
            """
            cairn-trace 1
            a 58432548578713656
            r 0 100
            f 0
            a 1000
            r 1 58432548578713656
            f 1
            """,
            Contestants.named("heap"));

    assertThat(result.failed()).isEqualTo(2);
    assertThat(result.peakLiveBytes()).isEqualTo(1000);
    assertThat(result.mopsPerSecond()).isPositive();
  }

  @Test
  void requestsThatAreRefusedFailAndTheReplayGoesOn() {
    ReplayResult result =
        replay(
            "cairn-trace 1\na 10\na 3000\nr 1 20\nf 1\nz 2000\nr 0 2000\nf 0\n",
            BrokenContestant.with(Fault.REFUSES_ABOVE_1000));

    assertThat(result.failed()).isEqualTo(3);
    assertThat(result.mopsPerSecond()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NONE", "REFUSES_ABOVE_1000"},
      mode = EnumSource.Mode.EXCLUDE)
  void eachWayOfBreakingTheContractIsCountedNotThrown(Fault fault) {
    ReplayResult result =
        replay(
            """
            cairn-trace 1
            a 24
            z 40 @64
            a 100 @128
            r 0 300 @32
            r 2 50 @128
            f 1
            f 0
            f 2
            """,
            BrokenContestant.with(fault));

    assertThat(result.failed()).isPositive();
    assertThat(result.mopsPerSecond()).isZero();
    assertThat(result.maxNanos()).isZero();
  }

  @Test
  void theSameContestantWithoutFaultPasses() {
    ReplayResult result =
        Replay.run(mixed(), BrokenContestant.with(Fault.NONE), SHORTEST, ReplayProgress.NONE);

    assertThat(result.failed()).isZero();
  }

  @Test
  void bytesLostInABlockThatIsNeverFreedAreSeenAtTheEnd() {
    ReplayResult result =
        replay("cairn-trace 1\na 24\na 24\n", BrokenContestant.with(Fault.OVERLAPS));

    assertThat(result.failed()).isEqualTo(1);
  }

  @Test
  void pagesOfSmallBlocksAreKeptAndThoseOfLargeOnesGivenBack() {
    // Each block on pages of its own: 2 small ones, and at most one large one at a time.
    ReplayResult result =
        replay(
            """
            cairn-trace 1
            a 100 @4096
            f 0
            a 131072 @4096
            f 1
            a 131072 @4096
            f 2
            a 100 @4096
            """,
            BrokenContestant.with(Fault.NONE));

    assertThat(result.peakFootprintBytes()).isEqualTo((1 + 131072 / 4096) * 4096);
  }

  @Test
  void progressIsToldOfEachPassFromStartToEnd() {
    Set<ReplayProgress.Pass> passes = EnumSet.noneOf(ReplayProgress.Pass.class);
    List<Double> fractions = new ArrayList<>();
    ReplayResult _ =
        Replay.run(
            mixed(),
            Contestants.named("heap"),
            SHORTEST,
            (pass, fraction) -> {
              passes.add(pass);
              fractions.add(fraction);
            });

    assertThat(passes).containsExactlyInAnyOrder(ReplayProgress.Pass.values());
    // No more than once for each percent of each pass, and its start.
    assertThat(fractions).hasSizeBetween(200, 5 * 101 + 1);
    assertThat(fractions).allMatch(fraction -> fraction >= 0 && fraction <= 1).endsWith(1.0);
  }

  @Test
  void slotsAreUsedAgain() {
    Script script =
        new Script(Sample.read("cairn-trace 1\na 1\na 1\nf 0\na 1\nf 2\nf 1\na 1\n"), 1000);

    assertThat(script.slots).isEqualTo(2);
    assertThat(script.slotOf).containsExactly(0, 1, 0, 0, 0, 1, 1);
  }

  @Test
  void anUnknownAllocatorIsRefusedWithThoseThatAreKnown() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> Contestants.named("heep")))
        .hasMessageContaining("\"heep\"")
        .hasMessageContaining("heap, region, system, libc, jemalloc, mimalloc, tcmalloc, arena");
  }

  @Test
  void everyEntryHasAContestant() {
    assertThat(Contestants.entries())
        .allSatisfy(
            entry -> assertThat(Contestants.named(entry.name()).name()).isEqualTo(entry.name()));
  }

  @Test
  void aLibraryThatIsMissingIsRefusedWhenItIsOpened() {
    Contestant.Factory factory = Contestants.named("/nowhere/libmissing.so");

    assertThat(
            assertThrows(IllegalArgumentException.class, () -> replay("cairn-trace 1\n", factory)))
        .hasMessageContaining("libmissing");
  }

  @Test
  void lookingAtTheClockTakesTime() {
    assertThat(Replay.clockNanos()).isBetween(0L, 1_000_000L);
  }
}
