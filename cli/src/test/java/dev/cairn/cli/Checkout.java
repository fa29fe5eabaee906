package dev.cairn.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A checkout that holds the launcher and little else, on a machine made of folders: its JDKs,
/// its Maven and its home are scripts that say what they were called with.
final class Checkout {
  private static final List<String> TOOLS =
      List.of(
          "cp",
          "dirname",
          "find",
          "head",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "tail",
          "uname");

  final Path system;
  final Path home;
  final Path root;
  final Path bin;
  final Map<String, String> environment = new TreeMap<>();

  /// What a run of the launcher gave.
  ///
  /// @param pid the number of the process that was started
  /// @param exitCode its exit code
  /// @param out its standard output, in lines
  /// @param err its standard error, in lines
  record Run(long pid, int exitCode, List<String> out, List<String> err) {}

  Checkout(Path folder) throws IOException {
    system = Files.createDirectory(folder.resolve("system"));
    home = Files.createDirectory(folder.resolve("home of someone"));
    root = Files.createDirectory(folder.resolve("a check out"));
    bin = Files.createDirectory(folder.resolve("bin"));
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "#!/bin/sh\nexec '" + find(tool) + "' \"$@\"\n");
    }
    script(bin.resolve("mvn"), maven("3.9.9"));
    // The places where a real machine keeps its JDKs become those of the made one.
    String launcher =
        Files.readString(launcher()).replaceAll("(?<=[ (])/(usr|opt|Library)/", system + "/$1/");
    script(root.resolve("cairn"), launcher);
    write(root.resolve("pom.xml"), "");
    write(root.resolve("core/pom.xml"), "");
    write(source(), "");
    environment.put("PATH", bin.toString());
    environment.put("HOME", home.toString());
  }

  private static Path launcher() {
    return Path.of("..", "cairn");
  }

  Path source() {
    return root.resolve("core/src/main/java/Source.java");
  }

  /// A Maven that notes each build, and builds.
  String maven(String version) {
    return """
        #!/bin/sh
        if [ "$1" = --version ]; then
          echo "Apache Maven %s (of a test)"
          exit
        fi
        printf '%%s\\n' "$*" >>'%s'
        printf '%%s\\n' "$MAVEN_OPTS" >'%s'
        echo "this is Maven"
        sleep "${BUILD_SECONDS:-0}"
        mkdir -p cli/target/modules bench/target/lib
        exit "${BUILD_EXIT_CODE:-0}"
        """
        .formatted(version, builds(), mavenOptions());
  }

  /// A JDK of a version, whose `java` says where it is and what it was given.
  Path jdk(Path folder, String version) throws IOException {
    script(
        folder.resolve("bin/java"),
        """
        #!/bin/sh
        echo "java of %s"
        echo "process $$"
        echo "tunables ${GLIBC_TUNABLES-}"
        for argument; do
          printf 'argument %%s\\n' "$argument"
        done
        exit "${JAVA_EXIT_CODE:-0}"
        """
            .formatted(folder));
    script(folder.resolve("bin/javac"), "#!/bin/sh\n");
    write(
        folder.resolve("release"),
        "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
    return folder;
  }

  List<String> buildsDone() throws IOException {
    return Files.exists(builds()) ? Files.readAllLines(builds()) : List.of();
  }

  private Path builds() {
    return system.resolve("builds");
  }

  Path mavenOptions() {
    return system.resolve("maven-options");
  }

  Run run(String... arguments) throws IOException, InterruptedException {
    return finish(start(root.resolve("cairn"), arguments));
  }

  Process start(Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.directory(home.toFile()).start();
  }

  static Run finish(Process process) throws IOException, InterruptedException {
    try (var out = process.inputReader();
        var err = process.errorReader()) {
      List<String> outLines = out.lines().toList();
      List<String> errLines = err.lines().toList();
      return new Run(process.pid(), process.waitFor(), outLines, errLines);
    }
  }

  static void script(Path file, String text) throws IOException {
    write(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Path find(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the launcher needs " + tool));
  }
}
