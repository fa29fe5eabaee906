package dev.cairn.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Replays one trace against several allocators, each in a JVM of its own.
///
/// So none is measured with code that was compiled for another, none finds the C library's heap as
/// another left it, and none that crashes takes the program with it. The trace is written to a file
/// that the JVMs read; closing deletes it.
///
/// {@snippet :
/// try (ForkedReplay replay = ForkedReplay.of(trace)) {
///   for (String name : List.of("heap", "libc")) {
///     ReplayResult result = replay.run(name, ReplayPlan.thorough(), ReplayProgress.NONE);
///   }
/// }
/// }
public final class ForkedReplay implements AutoCloseable {
  // Some native allocators ask for more room for thread-local data than a library that is loaded
  // late can have; this reserves it.
  private static final String TUNABLES = "GLIBC_TUNABLES";
  private static final String STATIC_TLS = "glibc.rtld.optional_static_tls=16384";
  private static final int LONGEST_TALK = 4000;

  private final Trace trace;
  private final Path folder;
  private final Path file;

  private ForkedReplay(Trace trace, Path folder) throws IOException {
    this.trace = trace;
    this.folder = folder;
    this.file = folder.resolve("trace.cairn");
    TraceWriter.write(trace, file);
  }

  /// Prepares to replay a trace.
  ///
  /// @param trace the trace
  /// @return what replays it; close it when done
  /// @throws IOException if the trace cannot be written to a temporary file
  public static ForkedReplay of(Trace trace) throws IOException {
    return new ForkedReplay(trace, Files.createTempDirectory("cairn-replay"));
  }

  /// Replays the trace in a new JVM: the one that is running this, with the same modules or class
  /// path.
  ///
  /// @param allocator the name of the allocator, as [Contestants#named(String)] takes it
  /// @param plan how thoroughly to measure
  /// @param progress who wants to know how far it is
  /// @return what it has shown
  /// @throws IllegalArgumentException if no allocator has that name
  /// @throws ReplayFailedException if the JVM ends without a result: because the allocator's native
  ///     library is missing, or crashes
  /// @throws IOException if the JVM cannot be started or read from
  public ReplayResult run(String allocator, ReplayPlan plan, ReplayProgress progress)
      throws IOException {
    Contestant.Factory known = Contestants.named(allocator);
    Path said = folder.resolve("stderr.txt");
    ProcessBuilder builder = new ProcessBuilder(command(known.name(), plan));
    builder.environment().putIfAbsent(TUNABLES, STATIC_TLS);
    Process jvm = builder.redirectError(said.toFile()).start();
    try {
      jvm.getOutputStream().close();
      Map<String, String> values = new HashMap<>();
      // The JVM says why it crashed here, not on its standard error.
      StringBuilder talk = new StringBuilder();
      try (BufferedReader out = jvm.inputReader()) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (!ReplayFork.read(line, values, progress)) {
            talk.append(line).append('\n');
            talk.setLength(Math.min(talk.length(), LONGEST_TALK));
          }
        }
      }
      int status = jvm.waitFor();
      if (status != 0) {
        throw failed(allocator, "ended with status " + status, talk + read(said));
      }
      Optional<ReplayResult> result = ReplayFork.result(trace.name(), known.name(), values);
      if (result.isEmpty()) {
        throw failed(allocator, "ended without a result", talk + read(said));
      }
      return result.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ReplayFailedException(
          "the replay of " + trace.name() + " against " + allocator + " was interrupted");
    } finally {
      jvm.destroyForcibly();
    }
  }

  /// Deletes the file. Closing again does nothing.
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder.resolve("stderr.txt"));
      Files.deleteIfExists(folder.resolve("crash.txt"));
      Files.deleteIfExists(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException("temporary files stay in " + folder, failure);
    }
  }

  private List<String> command(String allocator, ReplayPlan plan) {
    Module module = ForkedReplay.class.getModule();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:ErrorFile=" + folder.resolve("crash.txt"));
    command.add("-XX:-CreateCoredumpOnCrash");
    if (module.isNamed()) {
      String path = System.getProperty("jdk.module.path");
      // A run-time image has its modules inside.
      if (path != null) {
        command.add("--module-path=" + path);
      }
      command.add("--enable-native-access=dev.cairn.core,dev.cairn.unsafe");
      command.add("--module=" + module.getName() + "/" + ReplayFork.class.getName());
    } else {
      command.add("--class-path=" + System.getProperty("java.class.path"));
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add(ReplayFork.class.getName());
    }
    command.addAll(ReplayFork.arguments(file, allocator, plan));
    return command;
  }

  private ReplayFailedException failed(String allocator, String how, String said) {
    return new ReplayFailedException(
        "the JVM that replayed "
            + trace.name()
            + " against "
            + allocator
            + " "
            + how
            + (said.isBlank() ? ", and said nothing" : ":\n" + said.strip()));
  }

  /// The end of what the JVM wrote to its standard error.
  private static String read(Path file) throws IOException {
    String text = Files.readString(file, Charset.defaultCharset()).strip();
    return text.substring(Math.max(0, text.length() - LONGEST_TALK));
  }
}
