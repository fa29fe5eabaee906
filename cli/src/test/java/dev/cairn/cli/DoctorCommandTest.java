package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.cli.doctor.MadeMachine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private final MadeMachine machine = MadeMachine.linux();
  private final StringWriter out = new StringWriter();

  private int report() {
    return new DoctorCommand(machine).report(new PrintWriter(out));
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  @Test
  void whatCouldBeAddedIsAdvisedAndFailsNothing() {
    assertThat(report()).isZero();
    assertThat(lines())
        .containsSequence(
            "add  jemalloc       not found",
            "                    to replay against: libjemalloc2 (Debian), jemalloc (Fedora,"
                + " Homebrew)")
        .last()
        .asString()
        .startsWith("Cairn can run in full here. Could be added:");
  }

  @Test
  void whatIsNeededFailsIt() {
    machine.nativeModules.clear();

    assertThat(report()).isEqualTo(1);
    assertThat(lines())
        .contains("FIX  native access  off for dev.cairn.core and dev.cairn.unsafe")
        .last()
        .isEqualTo("Cairn cannot run in full here: see FIX.");
  }

  @Test
  void noLineIsLongerThanATerminalIsWide() {
    machine.nativeModules.clear();
    machine.libraries.clear();
    machine.texts.put(
        java.nio.file.Path.of("/sys/kernel/mm/transparent_hugepage/enabled"), List.of("[never]"));

    report();

    assertThat(lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }
}
