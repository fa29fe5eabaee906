package dev.cairn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The programs of `dev.cairn.bench`, which run in a JVM that has their class path.
final class Benchmarks {
  /// Set by `./cairn`, which builds the benchmarks: their class path.
  private static final String PROPERTY = "cairn.bench";

  private static final String PACKAGE = "dev.cairn.bench.";

  private Benchmarks() {}

  /// Runs a program to its end.
  ///
  /// @param program the name of its class
  /// @param arguments its arguments
  /// @param line takes each line that it prints; its errors go to standard error
  /// @return its exit code
  /// @throws IllegalArgumentException if there are no benchmarks
  /// @throws IOException if the program cannot be started or read from
  /// @throws InterruptedException if this thread is interrupted; the program is ended then
  static int run(String program, List<String> arguments, Consumer<String> line)
      throws IOException, InterruptedException {
    String classPath = System.getProperty(PROPERTY);
    if (classPath == null) {
      throw new IllegalArgumentException(
          "the benchmarks are not here: run ./cairn bench or ./cairn pauses, in a checkout, which"
              + " build them");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--class-path=" + classPath);
    command.add(PACKAGE + program);
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(line);
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }
}
