package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final Session cairn = new Session();

  @ParameterizedTest
  @ValueSource(strings = {"tour", "stats", "replay", "size", "convert", "bench", "doctor"})
  void everyCommandExplainsItselfAndItsExitCodes(String command) {
    assertThat(cairn.run(command, "--help")).isZero();

    assertThat(cairn.out())
        .anySatisfy(line -> assertThat(line).startsWith("Usage: cairn " + command))
        .contains("Exit codes:", "  0   it worked", "  2   the arguments are wrong")
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void helpOnACommandIsWhatTheCommandSaysOfItself() {
    Session other = new Session();

    assertThat(cairn.run("help", "replay")).isZero();
    assertThat(other.run("replay", "--help")).isZero();

    assertThat(cairn.out()).isEqualTo(other.out()).isNotEmpty();
  }

  @Test
  void withoutACommandTheyAreListedAndThatIsAMisuse() {
    assertThat(cairn.run()).isEqualTo(2);

    assertThat(String.join("\n", cairn.err())).contains("doctor", "cairn test");
  }

  @Test
  void anUnknownOptionIsRefusedWithWhereToLook() {
    assertThat(cairn.run("doctor", "--healthy")).isEqualTo(2);

    assertThat(cairn.err())
        .containsExactly("cairn doctor: Unknown option: '--healthy'", "Try 'cairn doctor --help'.");
    assertThat(cairn.out()).isEmpty();
  }

  @Test
  void theVersionIsThatOfTheModule() {
    assertThat(cairn.run("--version")).isZero();

    assertThat(cairn.out()).singleElement().asString().matches("cairn \\S+, on Java 2[5-9].*");
  }
}
