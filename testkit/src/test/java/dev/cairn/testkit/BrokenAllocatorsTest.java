package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.Allocator;
import dev.cairn.testkit.BrokenAllocator.Mistake;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests of the tests: a broken allocator does not pass them.
class BrokenAllocatorsTest {
  @Test
  void anAllocatorWithoutMistakesPassesBoth() throws ReflectiveOperationException {
    assertThat(failuresOfTheSuite(Mistake.NONE)).isEmpty();
    assertThatCode(() -> programs(Mistake.NONE).run()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theSuiteCatches(Mistake mistake) throws ReflectiveOperationException {
    assertThat(failuresOfTheSuite(mistake)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKS_OVERLAP, 11",
    "BLOCKS_ARE_TOO_LARGE, 1",
    "ALIGNMENT_IS_IGNORED, 2",
    "ZEROED_IS_NOT_ZERO, 3",
    "TRY_ALLOCATE_THROWS, 1",
    "DOUBLE_FREE_IS_ACCEPTED, 3",
    "ANY_SIZE_IS_FREED, 2",
    "INTERIOR_IS_FREED, 2",
    "RESIZE_MOVES, 3",
    "RESIZE_REFUSES_WHAT_IS_USABLE, 2",
    "REALLOCATE_LOSES_BYTES, 2",
    "REALLOCATE_LOSES_THE_LAST_BYTE, 3",
    "FAILED_REALLOCATE_FREES, 2",
    "REALLOCATE_LEAKS, 2",
    "FREE_WRITES_TO_A_NEIGHBOUR, 3",
    "STATS_MISCOUNT, 11"
  })
  void randomProgramsCatchInAShortProgram(Mistake mistake, int most) {
    AssertionError failure =
        catchThrowableOfType(AssertionError.class, () -> programs(mistake).run());
    assertThat(failure).as("%s is not caught", mistake).isNotNull();
    assertThat(failure).hasCauseInstanceOf(Throwable.class);
    assertThat(lines(failure)).as(failure.getMessage()).hasSizeBetween(1, most);
  }

  @Test
  void theSeedOfAFailureRunsItsProgramAtFirst() {
    RandomPrograms<Allocator> programs = programs(Mistake.FAILED_REALLOCATE_FREES).seed(1);
    AssertionError failure = catchThrowableOfType(AssertionError.class, programs::run);
    Matcher seed = Pattern.compile("-Ddev.cairn.seed=(-?\\d+) ").matcher(failure.toString());
    assertThat(seed.find()).isTrue();
    programs.seed(Long.parseLong(seed.group(1))).operations(20_000);
    AssertionError again = catchThrowableOfType(AssertionError.class, programs::run);
    assertThat(lines(again)).isEqualTo(lines(failure));
  }

  @Test
  void ofAFailureThatDoesNotComeAgainTheLastCallsAreGiven() {
    Iterator<Mistake> mistakes =
        Stream.concat(Stream.of(Mistake.STATS_MISCOUNT), Stream.generate(() -> Mistake.NONE))
            .iterator();
    RandomPrograms<Allocator> programs =
        RandomPrograms.of(() -> BrokenAllocator.open(mistakes.next(), 1 << 20));
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class, () -> programs.validatingEvery(100, _ -> {}).run());
    assertThat(failure).hasMessageContaining("does not fail each time");
    assertThat(lines(failure)).hasSize(50);
  }

  @Test
  void aValidatorThatThrowsIsAFailure() {
    RandomPrograms<Allocator> programs = programs(Mistake.NONE);
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class,
            () -> programs.validatingEvery(10, BrokenAllocatorsTest::requireFewBlocks).run());
    assertThat(failure).hasMessageContaining("more than two blocks");
    assertThat(lines(failure)).hasSize(3);
  }

  private static void requireFewBlocks(Allocator allocator) {
    if (allocator.stats().liveBlocks() > 2) {
      throw new IllegalStateException("more than two blocks");
    }
  }

  private static List<String> lines(AssertionError failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .filter(line -> line.startsWith("    "))
        .toList();
  }

  private static RandomPrograms<Allocator> programs(Mistake mistake) {
    return RandomPrograms.of(() -> BrokenAllocator.open(mistake, 1 << 20))
        .seed(4711)
        .operations(200_000);
  }

  private record Subject(Mistake mistake) implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return BrokenAllocator.open(mistake, capacityBytes);
    }
  }

  private static List<String> failuresOfTheSuite(Mistake mistake)
      throws ReflectiveOperationException {
    List<String> failures = new ArrayList<>();
    for (Method test : AllocatorContract.class.getMethods()) {
      if (test.isAnnotationPresent(Test.class)) {
        try {
          test.invoke(new Subject(mistake));
        } catch (InvocationTargetException thrown) {
          failures.add(test.getName() + ": " + thrown.getCause());
        }
      }
    }
    return failures;
  }
}
