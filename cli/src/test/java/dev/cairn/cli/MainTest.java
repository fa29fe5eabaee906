package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor"})
  void everyCommandExplainsItselfAndItsExitCodes(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: cairn " + command)
        .contains("Exit codes:", "0   ", "1   ", "2   ");
    assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @Test
  void withoutACommandTheyAreListedAndThatIsAMisuse() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("doctor", "cairn test");
  }

  @Test
  void anUnknownOptionIsRefusedWithWhereToLook() {
    assertThat(run("doctor", "--healthy")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("cairn doctor: Unknown option: '--healthy'", "Try 'cairn doctor --help'.");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theVersionIsThatOfTheModule() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("(?s)cairn \\S+, on Java 2[5-9].*");
  }
}
