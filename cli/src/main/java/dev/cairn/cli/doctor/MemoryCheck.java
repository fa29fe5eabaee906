package dev.cairn.cli.doctor;

import dev.cairn.cli.doctor.Machine.Os;
import dev.cairn.cli.text.Amount;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Memory: how much, in pages of what size, and whether huge pages are to be had.
final class MemoryCheck implements Check {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path SMAPS = Path.of("/proc/self/smaps");
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  @Override
  public List<Finding> examine(Machine machine) {
    if (machine.os() != Os.LINUX) {
      return List.of(
          Finding.present("memory", Amount.bytes(machine.memoryByteSize())),
          Finding.unknown("pages"),
          Finding.unknown("huge pages"));
    }
    return List.of(memory(machine), pages(machine), hugePages(machine));
  }

  private static Finding memory(Machine machine) {
    long usable = machine.memoryByteSize();
    List<String> meminfo = machine.lines(MEMINFO);
    long total = kibibytes(meminfo, "MemTotal").orElse(usable);
    OptionalLong available = kibibytes(meminfo, "MemAvailable");
    String limit =
        usable < total ? "container limit: " + Amount.bytes(usable) : "no container limit";
    return Finding.present(
        "memory",
        Amount.bytes(total)
            + (available.isPresent()
                ? ", " + Amount.bytes(available.getAsLong()) + " available"
                : "")
            + "; "
            + limit);
  }

  private static Finding pages(Machine machine) {
    OptionalLong byteSize = kibibytes(machine.lines(SMAPS), "KernelPageSize");
    return byteSize.isPresent()
        ? Finding.present("pages", Amount.bytes(byteSize.getAsLong()))
        : Finding.unknown("pages");
  }

  private static Finding hugePages(Machine machine) {
    List<String> meminfo = machine.lines(MEMINFO);
    OptionalLong byteSize = kibibytes(meminfo, "Hugepagesize");
    if (byteSize.isEmpty()) {
      return Finding.unknown("huge pages");
    }
    String setting = chosen(machine.lines(HUGE_PAGES));
    String detail =
        "%s; transparent: %s; set aside: %d"
            .formatted(
                Amount.bytes(byteSize.getAsLong()),
                setting.isEmpty() ? "not supported" : setting,
                number(meminfo, "HugePages_Total").orElse(0));
    return setting.equals("never")
        ? Finding.optional("huge pages", detail, "faster large heaps: madvise in " + HUGE_PAGES)
        : Finding.present("huge pages", detail);
  }

  /// The word in brackets: the kernel lists every setting and marks the one in force.
  private static String chosen(List<String> lines) {
    String line = lines.isEmpty() ? "" : lines.getFirst();
    int start = line.indexOf('[');
    int end = line.indexOf(']');
    return start < 0 || end < start ? "" : line.substring(start + 1, end);
  }

  private static OptionalLong kibibytes(List<String> lines, String key) {
    OptionalLong kibibytes = number(lines, key);
    return kibibytes.isPresent() ? OptionalLong.of(kibibytes.getAsLong() << 10) : kibibytes;
  }

  private static OptionalLong number(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).replace("kB", "").strip())
        .mapToLong(Long::parseLong)
        .findFirst();
  }
}
