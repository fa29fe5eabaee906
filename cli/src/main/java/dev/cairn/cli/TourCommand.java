package dev.cairn.cli;

import dev.cairn.examples.Tour;
import picocli.CommandLine.Command;

/// `cairn tour`: runs the examples, in order.
@Command(
    name = "tour",
    mixinStandardHelpOptions = true,
    description = {
      "Runs small programs, each of which shows one thing, from malloc to the replay of a trace.",
      "",
      "Their sources are in examples/, each under its name. All of it takes under a minute."
    })
final class TourCommand implements Runnable {
  @Override
  public void run() {
    Tour.run();
  }
}
