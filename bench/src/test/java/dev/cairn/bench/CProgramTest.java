package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CProgramTest {
  private static final Plan BRIEF = new Plan(1, 1, 2, 1, Plan.Turns.TOGETHER);

  private static CProgram program;

  @BeforeAll
  static void compile() {
    try {
      program = CProgram.compile();
    } catch (UnsupportedOperationException missing) {
      Assumptions.abort(missing.toString());
    }
  }

  @AfterAll
  static void delete() {
    if (program != null) {
      program.close();
    }
  }

  static Iterable<Column> columns() {
    return Column.all();
  }

  @ParameterizedTest
  @MethodSource("columns")
  void everyLoopTakesATime(Column column) throws IOException {
    // A block cannot be had in less than a cycle: the compiler would have left it out.
    assertThat(program.run(NativeLibrary.LIBC, column, BRIEF)).isBetween(0.2, 1e6);
  }

  @ParameterizedTest
  @EnumSource
  void everyLibraryThatIsHereIsPreloaded(NativeLibrary library) throws IOException {
    Column pair = Column.named(List.of("pair-64")).getFirst();
    try {
      assertThat(program.run(library, pair, BRIEF)).isPositive();
    } catch (UnsupportedOperationException missing) {
      Assumptions.abort(missing.toString());
    }
  }

  @Test
  void aLoopThatItDoesNotKnowIsRefused() {
    assertThatIOException()
        .isThrownBy(
            () -> program.run(NativeLibrary.LIBC, new Column("juggle", Pair.class, 0), BRIEF))
        .withMessageContaining("no such loop: juggle");
  }
}
