package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private static final String PROPERTY = "cairn.bench";

  @TempDir private Path folder;
  private final Session cairn = new Session();

  @AfterEach
  void forgetTheBenchmarks() {
    System.clearProperty(PROPERTY);
  }

  /// Benchmarks that say what they were asked for, and fail.
  private void makeBenchmarks() throws IOException {
    Path source = folder.resolve("SideBySide.java");
    Files.writeString(
        source,
        """
        package dev.cairn.bench;

        public class SideBySide {
          public static void main(String[] arguments) {
            System.out.println("asked for " + String.join(" ", arguments));
            System.exit(3);
          }
        }
        """);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    assertThat(javac.run(System.out, System.err, "-d", folder.toString(), source.toString()))
        .isZero();
    System.setProperty(PROPERTY, folder.toString());
  }

  @Test
  void theRowsAndTheThoroughnessArePassedOnAndSoAreTheTableAndTheExitCode() throws Exception {
    makeBenchmarks();

    assertThat(cairn.run("bench", "--rows", "pair,churn", "--thorough")).isEqualTo(3);

    assertThat(cairn.out()).containsExactly("asked for --thorough pair churn");
  }

  @Test
  void whereTheBenchmarksAreNotBuiltItIsSaidWhatBuildsThem() {
    assertThat(cairn.run("bench")).isEqualTo(1);

    assertThat(cairn.err()).singleElement().asString().contains("./cairn bench");
  }
}
