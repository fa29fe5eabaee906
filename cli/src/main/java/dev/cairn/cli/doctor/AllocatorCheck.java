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
    return List.of(
        finding(machine, "jemalloc", "libjemalloc2 (Debian), jemalloc (Fedora, Homebrew)"),
        finding(machine, "mimalloc", "libmimalloc2.0 (Debian), mimalloc (Fedora, Homebrew)"),
        finding(
            machine, "tcmalloc", "libtcmalloc-minimal4 (Debian), gperftools (Fedora, Homebrew)"));
  }

  private static Finding finding(Machine machine, String library, String packages) {
    if (machine.os() == Os.OTHER) {
      return Finding.unknown(library);
    }
    // gperftools has a smaller build of tcmalloc beside the full one.
    Optional<Path> file =
        new Search(machine).library("lib" + library, "lib" + library + "_minimal");
    if (file.isEmpty()) {
      return Finding.optional(library, "not found", "to replay against: " + packages);
    }
    String where = file.get().toString();
    if (machine.canAllocateWith(library)) {
      return Finding.present(library, where);
    }
    // glibc refuses a library that wants more static thread storage than the JVM left: jemalloc.
    return machine.os() == Os.LINUX && !machine.environment("GLIBC_TUNABLES").contains(TLS)
        ? Finding.optional(
            library, where, "it opens only with GLIBC_TUNABLES=" + TLS + "=16384, as ./cairn sets")
        : Finding.optional(library, where, "it cannot be opened: install another build of it");
  }
}
