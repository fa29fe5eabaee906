package dev.cairn.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The loops as a C program, compiled when it is opened, run with one native library preloaded.
/// Closing deletes it.
final class CProgram implements AutoCloseable {
  /// What the names of its contestants begin with.
  static final String PREFIX = "C ";

  private static final String SOURCE = "allocators.c";
  private static final String TUNABLES = "GLIBC_TUNABLES";
  // The loader of Linux.
  private static final String PRELOAD = "LD_PRELOAD";

  private final Path folder;

  private CProgram(Path folder) {
    this.folder = folder;
  }

  /// Compiles the program.
  ///
  /// @return the program
  /// @throws UnsupportedOperationException if there is no C compiler, or it fails
  static CProgram compile() {
    try {
      CProgram program = new CProgram(Files.createTempDirectory("cairn-bench"));
      try {
        program.build();
      } catch (IOException | RuntimeException failure) {
        program.close();
        throw failure;
      }
      return program;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void build() throws IOException {
    try (InputStream source = CProgram.class.getResourceAsStream(SOURCE)) {
      if (source == null) {
        throw new IllegalStateException(SOURCE + " is not on the class path");
      }
      Files.copy(source, folder.resolve(SOURCE));
    }
    // So that the compiler takes malloc and free for functions like any other, and leaves them in.
    List<String> options = List.of("-O2", "-fno-builtin", "-pthread", "-o", binary().toString());
    List<String> command =
        Stream.of(
                List.of("gcc"), options, List.of(folder.resolve(SOURCE).toString(), "-lm", "-ldl"))
            .flatMap(List::stream)
            .toList();
    Child.Result result;
    try {
      result = Child.run(new ProcessBuilder(command));
    } catch (IOException missing) {
      throw new UnsupportedOperationException("no gcc on the PATH", missing);
    }
    if (result.exitCode() != 0) {
      throw new UnsupportedOperationException("gcc failed:\n" + String.join("\n", result.lines()));
    }
  }

  private Path binary() {
    return folder.resolve("allocators");
  }

  /// Runs one loop.
  ///
  /// @param library the library to preload
  /// @param column the loop
  /// @param plan how long
  /// @return the time of a block in nanoseconds
  /// @throws UnsupportedOperationException if the library is not on this machine
  /// @throws IOException if the program fails
  double run(NativeLibrary library, Column column, Plan plan) throws IOException {
    List<String> files = library.files().isEmpty() ? List.of("") : library.files();
    for (String file : files) {
      ProcessBuilder builder =
          new ProcessBuilder(
              binary().toString(),
              Long.toString(plan.sampleMillis()),
              Integer.toString(plan.samples()),
              column.name());
      builder.environment().remove(TUNABLES);
      builder.environment().put(PRELOAD, file);
      Child.Result result = Child.run(builder);
      if (result.exitCode() != 0) {
        throw new IOException("the C program failed:\n" + String.join("\n", result.lines()));
      }
      // A library that is not there is not preloaded: the program says whose malloc it has.
      String expected = file.isEmpty() ? "libc" : library.id();
      if (result.words("malloc").stream().anyMatch(where -> where.contains(expected))) {
        return Double.parseDouble(result.words(column.name()).getFirst());
      }
    }
    throw new UnsupportedOperationException(
        "no " + String.join(" or ", files) + " on this machine");
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(binary());
      Files.deleteIfExists(folder.resolve(SOURCE));
      Files.deleteIfExists(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException("temporary files stay in " + folder, failure);
    }
  }
}
