package dev.cairn.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/// When and where figures were taken, without which they say nothing.
final class Surroundings {
  private Surroundings() {}

  /// The date, the machine, its load, and the JDK, in a line.
  static String describe() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%s, %s, %d cores, load %.1f, %s %s, Java %s",
        DateTimeFormatter.ofPattern("d MMMM uuuu HH:mm 'UTC'", Locale.ROOT)
            .format(ZonedDateTime.now(ZoneOffset.UTC)),
        processor(system.getArch()),
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        system.getName(),
        system.getVersion(),
        Runtime.version());
  }

  private static String processor(String architecture) {
    // Linux has a line `model name : ...` for each core here.
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException unknown) {
      return architecture;
    }
  }
}
