package dev.cairn.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What is asked of each contestant of [Pauses].
///
/// @param liveBytes the bytes of all values
/// @param seconds how long it is measured
/// @param rate how many requests are due per second
record PausePlan(long liveBytes, int seconds, int rate) {
  private static final long MIB = 1 << 20;
  private static final int ROOM = 2;
  // ZGC needs some memory for each kind of page.
  private static final long SMALLEST_HEAP = 128 * MIB;
  // Of a JVM, beside its heap.
  private static final long JVM_BYTES = 300 * MIB;

  /// Refuses what cannot be measured.
  PausePlan {
    if (liveBytes < MIB || liveBytes > 512L << 30) {
      throw new IllegalArgumentException(
          "a cache of %d bytes: --live takes 1m to 512g".formatted(liveBytes));
    }
    if (seconds < 1 || seconds > 3600) {
      throw new IllegalArgumentException(
          "%d seconds: --seconds takes 1 to 3600".formatted(seconds));
    }
    if (rate < 1 || rate > 10_000_000) {
      throw new IllegalArgumentException(
          "%d requests per second: --rate takes 1 to 10000000".formatted(rate));
    }
  }

  /// Reads a plan.
  ///
  /// @param arguments the live bytes or 0, which stands for what suits this machine, the seconds,
  ///     and the rate
  /// @return the plan
  static PausePlan of(List<String> arguments) {
    long liveBytes = Long.parseLong(arguments.get(0));
    return new PausePlan(
        liveBytes == 0 ? suitable(availableBytes()) : liveBytes,
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)));
  }

  /// The arguments of which [#of(List)] makes the same plan.
  List<String> arguments() {
    return List.of(Long.toString(liveBytes), Integer.toString(seconds), Integer.toString(rate));
  }

  /// How large the Java heap is, and how large Cairn's may become: twice the values.
  long heapBytes() {
    return Math.max(ROOM * liveBytes, SMALLEST_HEAP);
  }

  /// How long a contestant runs before it is measured.
  int warmupSeconds() {
    return Math.max(1, seconds / 4);
  }

  /// 2 GiB, or what leaves half of the memory to others.
  ///
  /// @param availableBytes how much memory there is
  static long suitable(long availableBytes) {
    return Math.clamp(availableBytes / (2 * ROOM) / MIB * MIB, 64 * MIB, 2048 * MIB);
  }

  /// Refuses what does not fit.
  ///
  /// @param availableBytes how much memory there is
  /// @throws IllegalArgumentException if there is not enough
  void requireMemory(long availableBytes) {
    long needed = heapBytes() + JVM_BYTES;
    if (needed > availableBytes) {
      throw new IllegalArgumentException(
          "a cache of %d MiB takes %d MiB, twice its values and a JVM, but only %d MiB are free: --live %dm would do"
              .formatted(
                  liveBytes / MIB,
                  needed / MIB,
                  availableBytes / MIB,
                  Math.max(1, (availableBytes - JVM_BYTES) / ROOM / MIB)));
    }
  }

  /// How much memory this process could have.
  static long availableBytes() {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    // Files in memory make room for programs. Only Linux tells how much room.
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .map(available -> Math.min(available, machine.getTotalMemorySize()))
          .findFirst()
          .orElseGet(machine::getFreeMemorySize);
    } catch (IOException otherSystem) {
      return machine.getFreeMemorySize();
    }
  }
}
