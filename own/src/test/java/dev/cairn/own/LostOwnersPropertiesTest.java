package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Runs a program that loses an owner in JVMs with the system properties for that.
class LostOwnersPropertiesTest {
  @Test
  void withoutPlacesTheWarningSaysHowToHaveThem() throws Exception {
    assertThat(output("-Ddev.cairn.own.lost=full"))
        .contains(
            "an owner was never closed; close it, or start the JVM with"
                + " -Ddev.cairn.own.places=true to see who made it: Slot of 8 bytes in fixed heap"
                + " of 65536 bytes")
        .contains("live: 1");
  }

  @Test
  void withPlacesAndReclaimingTheWarningTellsWhoMadeItAndTheBlockIsFreed() throws Exception {
    assertThat(
            output(
                "-Ddev.cairn.own.lost=full",
                "-Ddev.cairn.own.places=true",
                "-Ddev.cairn.own.reclaim=true"))
        .containsPattern(
            "an owner was never closed: Slot of 8 bytes in fixed heap of 65536 bytes, made\\R"
                + "\tat dev.cairn.own.LosesAnOwner.lose\\(")
        .contains("live: 0");
  }

  @Test
  void whatIsOffSaysNothing() throws Exception {
    assertThat(output("-Ddev.cairn.own.lost=off"))
        .doesNotContain("never closed")
        .contains("live: 1");
  }

  @Test
  void aLevelThatThereIsNotIsRefusedWithThoseThatThereAre() throws Exception {
    assertThat(output("-Ddev.cairn.own.lost=all"))
        .contains("dev.cairn.own.lost=all: it is one of [full, off, sampled]");
  }

  private static String output(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        String.join(
            System.getProperty("path.separator"),
            testClasses(),
            System.getProperty("jdk.module.path"),
            System.getProperty("java.class.path")));
    command.add(LosesAnOwner.class.getName());
    Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor()).isBetween(0, 1);
    return output;
  }

  /// These are part of the module here, and so on no path.
  private static String testClasses() throws URISyntaxException {
    URL program = Objects.requireNonNull(LosesAnOwner.class.getResource("LosesAnOwner.class"));
    return Path.of(program.toURI()).resolve("../../../..").normalize().toString();
  }
}
