package dev.cairn.own.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compiles the programs in the resource folder `forgetting` as a user would who has a checker, and
/// compares what is rejected with what their comments say.
///
/// A comment such as `// LeakChecker: required.method.not.called, ErrorProne: CheckReturnValue`
/// says what is rejected in its line, or if it is alone there, in the next one.
class ForgettingTest {
  private static final Pattern MARK = Pattern.compile("(LeakChecker|ErrorProne):([ \\w.]+)");
  private static final Pattern REJECTED =
      Pattern.compile("(\\w+\\.java):(\\d+): (?:error|warning): [\\[(]([\\w.]+)[\\])].*");
  // One for each package of javac that the checkers look into.
  private static final List<String> EXPORTED =
      List.of(
          "api", "code", "comp", "file", "main", "model", "parser", "processing", "tree", "util");

  @TempDir Path output;

  @Test
  void theLeakCheckerRejectsWhatIsForgottenAndNothingElse() throws Exception {
    assertThat(
            rejected(
                "-processor",
                "org.checkerframework.checker.resourceleak.ResourceLeakChecker",
                // The close() of a try statement is taken for that of AutoCloseable, which may
                // throw anything.
                "-AresourceLeakIgnoredExceptions==java.lang.Exception,default"))
        .isEqualTo(marked("LeakChecker"));
  }

  @Test
  void errorProneRejectsWhatNoTryStatementCloses() throws Exception {
    assertThat(
            rejected(
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "-Xplugin:ErrorProne -XepDisableAllChecks"
                    + " -Xep:MustBeClosedChecker:ERROR -Xep:CheckReturnValue:ERROR"))
        .isEqualTo(marked("ErrorProne"));
  }

  /// What javac rejects, a line for each: file, line number, and key or name of the check.
  private SortedSet<String> rejected(String... checker) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    for (String name : EXPORTED) {
      command.add("-J--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
    }
    command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED");
    command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED");
    // The programs and the checkers are on one path here. No user does that, but it does no harm.
    String path = paths();
    command.addAll(
        List.of("-d", output.toString(), "-cp", path, "-processorpath", path, "-Xmaxerrs", "1000"));
    command.addAll(List.of(checker));
    programs().forEach(program -> command.add(program.toString()));

    Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(javac.waitFor()).isOne();
    assertThat(text).containsPattern(REJECTED);
    SortedSet<String> rejected = new TreeSet<>();
    for (String line : text.lines().filter(line -> line.contains(".java:")).toList()) {
      Matcher diagnostic = REJECTED.matcher(line.substring(line.lastIndexOf('/') + 1));
      assertThat(diagnostic.matches()).as(text).isTrue();
      rejected.add(rejection(diagnostic.group(1), diagnostic.group(2), diagnostic.group(3)));
    }
    return rejected;
  }

  /// What comments say is rejected, in the same form.
  private static SortedSet<String> marked(String checker) throws Exception {
    SortedSet<String> marked = new TreeSet<>();
    for (Path program : programs()) {
      List<String> lines = Files.readAllLines(program);
      for (int i = 0; i < lines.size(); i++) {
        int comment = lines.get(i).indexOf("// ");
        if (comment < 0) {
          continue;
        }
        boolean alone = lines.get(i).substring(0, comment).isBlank();
        String line = Integer.toString(alone ? i + 2 : i + 1);
        String file = program.getFileName().toString();
        MARK.matcher(lines.get(i).substring(comment))
            .results()
            .filter(mark -> mark.group(1).equals(checker))
            .flatMap(mark -> Arrays.stream(mark.group(2).trim().split(" ")))
            .forEach(key -> marked.add(rejection(file, line, key)));
      }
    }
    assertThat(marked).isNotEmpty();
    return marked;
  }

  private static String rejection(String file, String line, String key) {
    return file + ":" + line + " " + key;
  }

  private static Path folder() throws Exception {
    return Path.of(
            Objects.requireNonNull(ForgettingTest.class.getResource("/forgetting/Locals.java"))
                .toURI())
        .getParent();
  }

  private static List<Path> programs() throws Exception {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /// Where the programs' classes and those of the checkers are: wherever this JVM has them from, be
  /// it in modules or not, and one jar that the build names.
  private static String paths() throws Exception {
    return Stream.of(
            folder().resolve("..").toString(),
            System.getProperty("dev.cairn.leakChecker", ""),
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path", ""))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }
}
