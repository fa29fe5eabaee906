package dev.cairn.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.testkit.ConcurrentPrograms.Tally;
import dev.cairn.testkit.RacyAllocator.Mistake;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every kind of heap withstands programs of several threads, and a broken allocator does not.
///
/// A heap makes a million calls; this runs a hundred million with each:
///
///     ./mvnw test -pl testkit -am -Dtest=ConcurrentProgramsTest \
///         -Dsurefire.failIfNoSpecifiedTests=false -Ddev.cairn.operations=100000000
class ConcurrentProgramsTest {
  private static final long OPERATIONS = Long.getLong("dev.cairn.operations", 1_000_000);

  @Test
  void fixedHeap() {
    Tally tally = run(ConcurrentPrograms.of(() -> Heap.fixed(64 << 20)));
    assertThat(tally.exhausted()).isZero();
  }

  @Test
  void growableHeap() {
    Tally tally = run(ConcurrentPrograms.of(() -> Heap.growable(1L << 30)));
    assertThat(tally.exhausted()).isZero();
  }

  @Test
  void heapThatIsOftenFull() {
    Tally tally = run(ConcurrentPrograms.of(() -> Heap.growable(1 << 20)));
    assertThat(tally.exhausted()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = CheckLevel.class,
      names = {"SAMPLED", "FULL"})
  void checkedHeap(CheckLevel level) {
    Tally tally =
        ConcurrentPrograms.of(
                () ->
                    CheckedAllocator.builder()
                        .sampledEvery(4096)
                        .level(level)
                        .quarantine(1 << 20, 500)
                        .onLeak(_ -> {})
                        .over(Heap.growable(1L << 30)))
            .operations(OPERATIONS / 5)
            .validatingEvery(50_000, CheckedAllocator::validate)
            .run();
    assertThat(tally.exhausted()).isZero();
  }

  @Test
  void heapOverNativeMemory() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(64 << 20);
      run(ConcurrentPrograms.of(() -> Heap.over(memory)));
    }
  }

  @Test
  void heapOverBytes() {
    MemorySegment memory = MemorySegment.ofArray(new byte[32 << 20]);
    run(ConcurrentPrograms.of(() -> Heap.over(memory)).alignmentsUpTo(1));
  }

  @Test
  void oneThreadAlone() {
    Tally tally =
        run(ConcurrentPrograms.of(() -> Heap.fixed(8 << 20)).threads(1).virtualThreads(0));
    assertThat(tally.handedOver()).isPositive();
  }

  @Test
  void sharedRealtimeHeap() {
    Tally tally = runRealtime(() -> RealtimeHeap.shared(64 << 20));
    assertThat(tally.exhausted()).isZero();
  }

  @Test
  void realtimeHeapThatIsOftenFull() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(1 << 20);
      Tally tally = runRealtime(() -> RealtimeHeap.sharedOver(memory));
      assertThat(tally.exhausted()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "FREE_HANGS"})
  void aBrokenAllocatorIsCaught(Mistake mistake) {
    AssertionError failure =
        catchThrowableOfType(AssertionError.class, () -> programs(mistake).run());
    assertThat(failure).as("%s is not caught", mistake).isNotNull();
    assertThat(failure)
        .hasMessageContaining("-Ddev.cairn.seed=4711")
        .hasMessageMatching("(?s).*(" + mistake.symptom + ").*")
        .hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void theSameAllocatorWithoutAMistakePasses() {
    assertThat(programs(Mistake.NONE).run().operations()).isGreaterThanOrEqualTo(OPERATIONS);
  }

  @Test
  void aValidatorThatThrowsIsAFailure() {
    ConcurrentPrograms<Heap> programs =
        ConcurrentPrograms.of(() -> Heap.fixed(64 << 20))
            .validatingEvery(
                1000,
                _ -> {
                  throw new IllegalStateException("not valid");
                });
    AssertionError failure = catchThrowableOfType(AssertionError.class, programs::run);
    assertThat(failure).hasMessageContaining("not valid");
    assertThat(failure).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void theStackOfAThreadThatHangsIsShown() {
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class,
            () -> programs(Mistake.FREE_HANGS).patience(Duration.ofMillis(200)).run());
    assertThat(failure).hasMessageContaining("have not met for PT0.2S");
    Throwable hang = requireNonNull(failure.getCause());
    assertThat(hang.getSuppressed())
        .anySatisfy(
            there ->
                assertThat(there.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().contains("FreeHangs")));
  }

  @Test
  void whatMakesNoRunIsRefused() {
    ConcurrentPrograms<Heap> programs = ConcurrentPrograms.of(() -> Heap.fixed(1 << 20));
    assertThatIllegalArgumentException().isThrownBy(() -> programs.threads(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> programs.virtualThreads(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> programs.alignmentsUpTo(3));
    assertThatIllegalArgumentException().isThrownBy(() -> programs.validatingEvery(0, _ -> {}));
    assertThatIllegalStateException().isThrownBy(() -> programs.threads(0).virtualThreads(0).run());
  }

  private static Tally run(ConcurrentPrograms<Heap> programs) {
    return runAll(programs.validatingEvery(50_000, Heap::validate));
  }

  private static Tally runRealtime(Supplier<RealtimeHeap> opener) {
    return runAll(ConcurrentPrograms.of(opener).validatingEvery(50_000, RealtimeHeap::validate));
  }

  private static Tally runAll(ConcurrentPrograms<?> programs) {
    Tally tally = programs.operations(OPERATIONS).run();
    assertThat(tally.operations()).isGreaterThanOrEqualTo(OPERATIONS);
    assertThat(tally.threads()).isGreaterThan(50);
    assertThat(tally.exhausted()).isLessThan(OPERATIONS / 2);
    return tally;
  }

  private static ConcurrentPrograms<RacyAllocator> programs(Mistake mistake) {
    return ConcurrentPrograms.of(() -> RacyAllocator.open(mistake, 64 << 20))
        .seed(4711)
        .operations(OPERATIONS)
        .validatingEvery(20_000, _ -> {});
  }
}
