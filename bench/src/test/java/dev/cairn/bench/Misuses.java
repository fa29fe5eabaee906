package dev.cairn.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The program that makes one mistake of a list, compiled for one of the tools that may notice.
record Misuses(Tool tool, Path binary) {
  private static final String SOURCE = "misuse.c";
  // What the program itself says.
  private static final Set<String> MARKS = Set.of("made", "null", "ended");
  // The first exit code that stands for a signal.
  private static final int SIGNALLED = 128;

  /// Who may notice a mistake.
  enum Tool {
    GLIBC("glibc 2.36", List.of("getconf", "GNU_LIBC_VERSION"), "-O0", List.of()),
    ADDRESS_SANITIZER(
        "ASan, gcc 12", List.of("gcc", "-dumpversion"), "-fsanitize=address", List.of()),
    MEMCHECK(
        "memcheck 3.19",
        List.of("valgrind", "--version"),
        "-O0",
        List.of("valgrind", "-q", "--leak-check=full"));

    /// The heading of its column: what it is, and of which version.
    final String heading;

    @SuppressWarnings("ImmutableEnumChecker") // a list of List.of
    private final List<String> versionCommand;

    private final String option;

    @SuppressWarnings("ImmutableEnumChecker") // a list of List.of
    private final List<String> runner;

    Tool(String heading, List<String> versionCommand, String option, List<String> runner) {
      this.heading = heading;
      this.versionCommand = versionCommand;
      this.option = option;
      this.runner = runner;
    }

    private void requireItsVersion() {
      String wanted = heading.substring(heading.lastIndexOf(' ') + 1);
      try {
        List<String> answer = Child.run(new ProcessBuilder(versionCommand)).lines();
        if (answer.stream().noneMatch(line -> line.matches("(.*[ -])?" + wanted + "(\\..*)?"))) {
          throw new UnsupportedOperationException("not " + heading + ", but " + answer);
        }
      } catch (IOException missing) {
        throw new UnsupportedOperationException("no " + versionCommand.getFirst(), missing);
      }
    }
  }

  /// Compiles the program.
  ///
  /// @param tool who may notice
  /// @param folder where to
  /// @return the program
  /// @throws UnsupportedOperationException if the tool is not here, or of another version
  /// @throws IOException if the program cannot be compiled
  static Misuses compile(Tool tool, Path folder) throws IOException {
    tool.requireItsVersion();
    Path source = folder.resolve(SOURCE);
    try (InputStream text = Misuses.class.getResourceAsStream(SOURCE)) {
      if (text == null) {
        throw new IllegalStateException(SOURCE + " is not on the class path");
      }
      Files.copy(text, source);
    }
    Path binary = folder.resolve("misuse");
    // Without warnings: most of the mistakes are ones that gcc sees.
    Child.Result result =
        Child.run(
            new ProcessBuilder(
                "gcc",
                "-g",
                "-w",
                "-fno-builtin",
                "-pthread",
                tool.option,
                "-o",
                binary.toString(),
                source.toString()));
    if (result.exitCode() != 0) {
      throw new IOException("gcc failed:\n" + String.join("\n", result.lines()));
    }
    return new Misuses(tool, binary);
  }

  /// Makes every mistake, each in a process of its own.
  ///
  /// @return the mistakes and when they were noticed, in the words of the page
  /// @throws IOException if a process cannot be started
  Map<String, String> noticed() throws IOException {
    Map<String, String> noticed = new LinkedHashMap<>();
    for (String mistake : Child.run(new ProcessBuilder(binary.toString())).lines()) {
      noticed.put(mistake, noticed(mistake));
    }
    return noticed;
  }

  private String noticed(String mistake) throws IOException {
    List<String> command = new ArrayList<>(tool.runner);
    command.addAll(List.of(binary.toString(), mistake));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("GLIBC_TUNABLES");
    builder.environment().put("ASAN_OPTIONS", "detect_stack_use_after_return=1");
    Child.Result result = Child.run(builder);
    List<String> marks = result.lines().stream().takeWhile(MARKS::contains).toList();
    boolean isReported = marks.size() < result.lines().size();
    if (!isReported && result.exitCode() > SIGNALLED) {
      return "crash";
    }
    if (!isReported) {
      return marks.contains("null") ? "null" : "no";
    }
    return marks.contains("ended") ? "at exit" : marks.contains("made") ? "later" : "at once";
  }
}
