package dev.cairn.bench;

import java.io.BufferedReader;
import java.io.IOException;
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
