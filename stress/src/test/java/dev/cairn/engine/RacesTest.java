package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.runners.TestList;

/// Runs every race of this package for a moment, under JCStress, each in a JVM of its own.
///
/// To run them for long, in every mode of compilation, give options of JCStress:
///
/// ```
/// ./cairn test -pl stress -am -Dtest=RacesTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Djcstress='-m default'
/// ```
///
/// That takes some hours; `-t Heirs` among the options picks one. The report is in
/// `stress/target/jcstress/results`.
class RacesTest {
  private static final String SHORT =
      "-m quick -time 300 -iters 1 -sc false -pth false -jvmArgs --enable-native-access=ALL-UNNAMED";
  private static final String LONG = "-jvmArgsPrepend --enable-native-access=ALL-UNNAMED";
  // Each state is a heap: a few at a time. Racers wait for each other by themselves.
  private static final String ALWAYS = "-strideSize 2 -strideCount 2 -af NONE -v";

  @Test
  void noRaceEndsAsItMayNot() throws Exception {
    assumeTrue(
        Runtime.getRuntime().availableProcessors() >= 2, "JCStress needs a processor per thread");
    Collection<String> races = TestList.tests();
    assertThat(races).isNotEmpty();

    String options = System.getProperty("jcstress");
    String output = options == null ? run(SHORT, ALWAYS) : run(LONG, ALWAYS, options);

    // JCStress says nothing of tests that it could not run: so each has to be seen.
    assertThat(output).contains("Failed tests: No matches", "Error tests: No matches");
    if (options == null) {
      assertThat(races).allSatisfy(race -> assertThat(output).contains("[OK] " + race));
    }
  }

  private static String run(String... options) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of("target", "jcstress"));
    Path output = folder.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    for (String some : options) {
      command.addAll(Arrays.asList(some.split(" ")));
    }
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(status).describedAs(text).isZero();
    return text;
  }
}
