package dev.cairn.cli.doctor;

import dev.cairn.cli.doctor.Machine.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Tools that record what a program asks of its allocator.
final class ToolCheck implements Check {

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(valgrind(machine), mallocTrace(machine), compiler(machine));
  }

  private static Finding valgrind(Machine machine) {
    return switch (machine.os()) {
      case LINUX ->
          finding(
              "valgrind",
              new Search(machine).program("valgrind"),
              "to record any program (--trace-malloc=yes): install valgrind");
      case MACOS, OTHER -> Finding.unknown("valgrind");
    };
  }

  private static Finding mallocTrace(Machine machine) {
    return machine.os() == Os.LINUX
        ? finding(
            "MALLOC_TRACE",
            new Search(machine).library("libc_malloc_debug"),
            "to record what calls mtrace(): libc6 2.34 (Debian), glibc-utils (Fedora)")
        : Finding.unknown("MALLOC_TRACE");
  }

  private static Finding compiler(Machine machine) {
    return machine.os() == Os.OTHER
        ? Finding.unknown("C compiler")
        : finding(
            "C compiler",
            new Search(machine).program("cc", "gcc", "clang"),
            "to compile what is recorded: gcc (Debian, Fedora), xcode-select (macOS)");
  }

  private static Finding finding(String subject, Optional<Path> found, String advice) {
    return found.isPresent()
        ? Finding.present(subject, found.get().toString())
        : Finding.optional(subject, "not found", advice);
  }
}
