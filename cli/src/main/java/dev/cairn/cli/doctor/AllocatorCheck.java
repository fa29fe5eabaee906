package dev.cairn.cli.doctor;

import dev.cairn.cli.doctor.Machine.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Native allocators that a replay can be run against, beside the C library's own.
final class AllocatorCheck implements Check {
  private static final String TLS = "glibc.rtld.optional_static_tls";

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(jemalloc(machine), mimalloc(machine), tcmalloc(machine));
  }

  private static Finding jemalloc(Machine machine) {
    Finding finding =
        finding(
            machine,
            "jemalloc",
            "libjemalloc2 (Debian), jemalloc (Fedora, Homebrew)",
            "libjemalloc");
    // glibc refuses a library that wants more static thread storage than it has left by then.
    boolean refused =
        machine.os() == Os.LINUX && !machine.environment("GLIBC_TUNABLES").contains(TLS);
    return finding.standing() == Finding.Standing.PRESENT && refused
        ? Finding.optional(
            finding.subject(),
            finding.detail(),
            "glibc opens it in a JVM only with GLIBC_TUNABLES="
                + TLS
                + "=16384, which ./cairn sets")
        : finding;
  }

  private static Finding mimalloc(Machine machine) {
    return finding(
        machine, "mimalloc", "libmimalloc2.0 (Debian), mimalloc (Fedora, Homebrew)", "libmimalloc");
  }

  private static Finding tcmalloc(Machine machine) {
    return finding(
        machine,
        "tcmalloc",
        "libtcmalloc-minimal4 (Debian), gperftools-libs (Fedora), gperftools (Homebrew)",
        "libtcmalloc_minimal",
        "libtcmalloc");
  }

  private static Finding finding(
      Machine machine, String subject, String packages, String... libraries) {
    if (machine.os() == Os.OTHER) {
      return Finding.unknown(subject);
    }
    Optional<Path> library = new Search(machine).library(libraries);
    return library.isPresent()
        ? Finding.present(subject, library.get().toString())
        : Finding.optional(
            subject, "not found", "an allocator to replay against: install " + packages);
  }
}
