package dev.cairn.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process that is run to its end.
final class Child {
  private Child() {}

  /// What a process gave.
  ///
  /// @param exitCode its exit code
  /// @param lines what it wrote, standard error too
  record Result(int exitCode, List<String> lines) {
    /// What follows a word at the beginning of a line.
    ///
    /// @param word the word
    /// @return the rest of each line that begins with the word and a space
    List<String> words(String word) {
      return lines.stream()
          .filter(line -> line.startsWith(word + " "))
          .map(line -> line.substring(word.length() + 1))
          .toList();
    }
  }

  /// A JVM as this one, with the same class path.
  ///
  /// @param options its options
  /// @param main the class that it runs
  /// @param arguments what the class is given
  /// @return how to start it
  static ProcessBuilder jvm(List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.addAll(options);
    command.add("--class-path=" + System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Without it, glibc refuses to open jemalloc in a JVM that runs.
    builder.environment().putIfAbsent("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=16384");
    return builder;
  }

  /// Runs a process.
  ///
  /// @param builder how to start it
  /// @return what it gave
  /// @throws IOException if it cannot be started or read from
  static Result run(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader()) {
      process.getOutputStream().close();
      List<String> lines = out.lines().toList();
      return new Result(process.waitFor(), lines);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + builder.command().getFirst());
    } finally {
      process.destroyForcibly();
    }
  }
}
