package dev.cairn.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.check.DamagedBlockException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.opentest4j.TestAbortedException;

/// Tests that leak fail, and say where, in every way in which JUnit runs tests. The tests that are
/// run are in [LeakyCases].
class NoLeaksTest {
  @Test
  void aTestWithoutLeaksPassesAndItsHeapIsCheckedWithoutAChangeToTheProgram() {
    run(LeakyCases.Clean.class)
        .testEvents()
        .assertStatistics(stats -> stats.started(6).succeeded(6));
  }

  @Test
  void aBlockThatIsLeftInTheHeapOfTheTestFailsItWithThePlaceThatAllocatedIt() {
    AssertionError leak = leak(LeakyCases.LeavesABlock.class);
    assertThat(leak)
        .hasMessageStartingWith("1 block leaked, 40 bytes: free each block, or allocate it in an")
        .hasMessageContaining(
            "\nchecked growable heap of 1073741824 bytes, a parameter of the test, was closed with"
                + " live blocks:\n  1 block of 40 bytes, allocated at"
                + " LeakyCases.forget(LeakyCases.java:")
        .hasMessageContaining("\n      called at LeakyCases$LeavesABlock.leaves(LeakyCases.java:");
    assertThat(leak.getMessage()).doesNotContain("junit.").endsWith(")");
    assertThat(leak.getStackTrace()[0].getMethodName()).isEqualTo("forget");
    assertThat(leak.getStackTrace()).hasSize(2);
  }

  @Test
  void aHeapThatTheProgramClosesWithLiveBlocksFailsTheTestWithThePlaceThatOpenedIt() {
    AssertionError leak = leak(LeakyCases.ProgramLeaks.class);
    assertThat(leak)
        .hasMessageStartingWith("3 blocks leaked, 120 bytes: ")
        .hasMessageContaining(
            "\nchecked growable heap of 1048576 bytes, opened at"
                + " LeakyCases.program(LeakyCases.java:")
        .hasMessageContaining(
            ", was closed with live blocks:\n  3 blocks of 120 bytes in all, allocated at");
  }

  @Test
  void aHeapThatTheProgramDoesNotCloseFailsTheTestAlsoIfItIsEmpty() {
    AssertionError leak = leak(LeakyCases.NeverCloses.class);
    assertThat(leak)
        .hasMessageStartingWith("a heap was never closed: close each heap before the test ends\n")
        .hasMessageContaining(
            "checked fixed heap of 65536 bytes, opened at"
                + " LeakyCases$NeverCloses.opens(LeakyCases.java:")
        .hasMessageEndingWith(", was never closed");
    assertThat(leak.getStackTrace()[0].getMethodName()).isEqualTo("opens");
    assertThat(leak(LeakyCases.NeverClosesWithABlock.class))
        .hasMessageContaining(", was never closed, and has live blocks:\n  1 block of 40 bytes, ");
  }

  @Test
  void damageThatIsFoundAtCloseFailsTheTestWithTheLeakSuppressed() {
    Throwable damage = failure(LeakyCases.Damages.class);
    assertThat(damage)
        .isExactlyInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(DamagedBlockException.class)
        .hasMessageStartingWith("closing the heap of the test failed: overflow of a 40-byte block");
    assertThat(damage.getSuppressed())
        .anySatisfy(leak -> assertThat(leak).hasMessageStartingWith("1 block leaked, 40 bytes"));
  }

  @Test
  void aTestThatFailsOtherwiseKeepsItsFailureWithTheLeakSuppressed() {
    Throwable failure = failure(LeakyCases.FailsOtherwise.class);
    assertThat(failure).isInstanceOf(UnsupportedOperationException.class).hasMessage("otherwise");
    assertThat(failure.getSuppressed())
        .singleElement()
        .satisfies(leak -> assertThat(leak).hasMessageStartingWith("1 block leaked, 40 bytes"));
  }

  @Test
  void aTestThatIsAbortedStaysAborted() {
    Map<String, TestExecutionResult> results = results(LeakyCases.Aborts.class);
    assertThat(results.values())
        .hasSize(2)
        .allMatch(result -> result.getStatus() == Status.ABORTED);
    assertThat(thrown(results, "clean()").getSuppressed()).isEmpty();
    assertThat(thrown(results, "leaks(Heap)"))
        .isInstanceOf(TestAbortedException.class)
        .satisfies(aborted -> assertThat(aborted.getSuppressed()).hasSize(1));
  }

  @Test
  void ofTheTestsOfAClassThoseFailThatLeakWhereverTheyAre() {
    Map<String, TestExecutionResult> results = results(LeakyCases.Mixed.class);
    assertThat(failed(results))
        .containsExactlyInAnyOrder(
            "leaks()",
            "[1] number = 1",
            "[3] number = 3",
            "leaksInside()",
            "inAThreadOfItsOwn()",
            "dynamic leak");
    assertThat(results).hasSize(10);
  }

  @Test
  void whatABeforeEachAFieldOrTheConstructorOpensBelongsToTheTest() {
    Map<String, TestExecutionResult> results = results(LeakyCases.Fields.class);
    assertThat(failed(results))
        .containsExactlyInAnyOrder("leaksInTheFirst()", "leaksInTheSecond()", "leaksInTheThird()");
    assertThat(results).hasSize(4);
    assertThat(thrown(results, "leaksInTheFirst()"))
        .hasMessageContaining("opened at LeakyCases$Fields.<init>(LeakyCases.java:");
    assertThat(thrown(results, "leaksInTheSecond()"))
        .hasMessageContaining("opened at LeakyCases$Fields.open(LeakyCases.java:");
    assertThat(thrown(results, "leaksInTheThird()")).hasMessageContaining("a parameter of");
  }

  @Test
  void aMethodThatIsAnnotatedIsWatchedAndTheOthersAreNot() {
    Map<String, TestExecutionResult> results = results(LeakyCases.OneMethod.class);
    assertThat(failed(results)).containsExactly("watched()");
    assertThat(results).hasSize(2);
  }

  @Test
  void whatBeforeAllOpensFailsTheClassIfItIsNotClosed() {
    EngineExecutionResults results = run(LeakyCases.OfTheClass.class);
    results.testEvents().assertStatistics(stats -> stats.started(1).succeeded(1));
    List<Event> failed = results.containerEvents().failed().list();
    assertThat(failed).hasSize(1);
    assertThat(thrown(failed.getFirst().getRequiredPayload(TestExecutionResult.class)))
        .hasMessageContaining("opened at LeakyCases$OfTheClass.open(LeakyCases.java:");
  }

  @Test
  void theChecksAreThoseOfTheNearestAnnotation() {
    Map<String, TestExecutionResult> results = results(LeakyCases.Checked.class);
    assertThat(failed(results)).containsExactlyInAnyOrder("confined(Heap)", "byProperty()");
    assertThat(thrown(results, "confined(Heap)")).hasMessage("Already closed");
    assertThat(thrown(results, "byProperty()"))
        .hasMessageStartingWith("1 block leaked, 48 bytes")
        .hasMessageContaining(
            "  1 block of 48 bytes (1 without a size class): to see who allocated it");
  }

  @Test
  void aHeapOfAStaticInitializerAndOneThatTheProgramLeavesUncheckedAreNotWatched() {
    run(LeakyCases.NotWatched.class)
        .testEvents()
        .assertStatistics(stats -> stats.started(2).succeeded(2));
  }

  @Test
  void parallelTestsAreToldApart() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(LeakyCases.Parallel.class))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
            .execute();
    Map<String, TestExecutionResult> byName = results(results);
    assertThat(failed(byName)).containsExactly("leaks()");
    assertThat(byName).hasSize(2);
    assertThat(thrown(byName, "leaks()")).hasMessageStartingWith("1 block leaked, 40 bytes");
  }

  @Test
  void aWrongCallIsRefusedAsByAnyCheckedHeap() {
    assertThat(failure(LeakyCases.FreesTwice.class))
        .isInstanceOf(InvalidBlockException.class)
        .hasMessageContaining("and freed at LeakyCases$FreesTwice.freesTwice(");
  }

  private static AssertionError leak(Class<?> test) {
    Throwable failure = failure(test);
    assertThat(failure).isExactlyInstanceOf(AssertionError.class);
    return (AssertionError) failure;
  }

  private static Throwable failure(Class<?> test) {
    Map<String, TestExecutionResult> results = results(test);
    assertThat(results).hasSize(1);
    TestExecutionResult result = results.values().iterator().next();
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    return thrown(result);
  }

  private static Throwable thrown(Map<String, TestExecutionResult> results, String name) {
    TestExecutionResult result = results.get(name);
    assertThat(result).as("of %s, %s", results.keySet(), name).isNotNull();
    return thrown(result);
  }

  private static Throwable thrown(TestExecutionResult result) {
    return result.getThrowable().orElseThrow();
  }

  private static List<String> failed(Map<String, TestExecutionResult> results) {
    return results.entrySet().stream()
        .filter(each -> each.getValue().getStatus() == Status.FAILED)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, TestExecutionResult> results(Class<?> test) {
    return results(run(test));
  }

  private static Map<String, TestExecutionResult> results(EngineExecutionResults results) {
    return results.testEvents().finished().stream()
        .collect(
            Collectors.toMap(
                event -> event.getTestDescriptor().getDisplayName(),
                event -> event.getRequiredPayload(TestExecutionResult.class)));
  }

  private static EngineExecutionResults run(Class<?> test) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(test)).execute();
  }
}
