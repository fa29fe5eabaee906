package dev.cairn.cli.doctor;

import dev.cairn.cli.doctor.Machine.Os;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks for programs and libraries where the system would.
final class Search {
  private final Machine machine;

  Search(Machine machine) {
    this.machine = machine;
  }

  /// The first program of one of the names on the `PATH`.
  Optional<Path> program(String... names) {
    return Stream.of(names)
        .flatMap(name -> files(folders("PATH")).filter(file -> file.endsWith(name)))
        .findFirst();
  }

  /// The first library of one of the names, such as `libjemalloc`, in any version.
  Optional<Path> library(String... names) {
    String suffix = machine.os() == Os.MACOS ? "." : ".so";
    return Stream.of(names)
        .flatMap(
            name ->
                files(libraryFolders())
                    .filter(file -> file.getFileName().toString().startsWith(name + suffix)))
        .findFirst();
  }

  private Stream<Path> files(Stream<Path> folders) {
    return folders.flatMap(folder -> machine.files(folder).stream());
  }

  private Stream<Path> libraryFolders() {
    if (machine.os() == Os.MACOS) {
      return Stream.concat(
          folders("DYLD_LIBRARY_PATH"),
          Stream.of("/opt/homebrew/lib", "/usr/local/lib", "/usr/lib").map(Path::of));
    }
    String processor = machine.property("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    String triplet = processor + "-linux-gnu";
    return Stream.concat(
        folders("LD_LIBRARY_PATH"),
        Stream.of(
                "/usr/local/lib",
                "/usr/lib/" + triplet,
                "/lib/" + triplet,
                "/usr/lib64",
                "/lib64",
                "/usr/lib",
                "/lib")
            .map(Path::of));
  }

  private Stream<Path> folders(String variable) {
    return Stream.of(machine.environment(variable).split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }
}
