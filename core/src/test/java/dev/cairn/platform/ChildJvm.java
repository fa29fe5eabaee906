package dev.cairn.platform;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another JVM that runs a program of the tests, with Cairn's core on its class path.
public final class ChildJvm {
  private ChildJvm() {}

  /// Runs a program and answers what it printed, also as errors.
  public static String run(Class<?> program, String... options)
      throws IOException, InterruptedException {
    return run(List.of(), program, options);
  }

  /// Runs a program under a command that takes the command line of a JVM as its last arguments.
  public static String run(List<String> under, Class<?> program, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        location(ChildJvm.class)
            + System.getProperty("path.separator")
            + location(NativeAccess.class));
    command.add(program.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  private static Path location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
