package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TourCommandTest {

  @Test
  void theTourGoesFromMallocOn() {
    PrintStream terminal = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Session cairn = new Session();
    try {
      assertThat(cairn.run("tour")).isZero();
    } finally {
      System.setOut(terminal);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .anySatisfy(line -> assertThat(line).startsWith("1. malloc and free"))
        .anySatisfy(line -> assertThat(line).startsWith("2. "));
    assertThat(cairn.err()).isEmpty();
  }
}
