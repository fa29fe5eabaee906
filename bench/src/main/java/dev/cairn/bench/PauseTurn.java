package dev.cairn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// A turn of one contestant of [Pauses] in a JVM of its own, which runs [#main(String...)].
///
/// @param pauses how often the collector stopped the program
/// @param longestPauseNanos the longest time for which it did
/// @param pausedNanos all these times together
/// @param stalls how often a thread waited for the collector to free memory, which ZGC tells
/// @param stalledNanos all these times together
/// @param otherCpu the processor time of all threads but the one that asked, per second: the
///     collector's, and the compiler's
/// @param garbageBytesPerRequest the memory of the Java heap that a request took
/// @param javaHeapBytes how large the Java heap is
/// @param nativeBytes how much memory the cache has outside of it
/// @param latencies the latencies in nanoseconds, as HdrHistogram packs them, in Base64
record PauseTurn(
    int pauses,
    long longestPauseNanos,
    long pausedNanos,
    int stalls,
    long stalledNanos,
    double otherCpu,
    double garbageBytesPerRequest,
    long javaHeapBytes,
    long nativeBytes,
    String latencies) {
  private static final String RESULT = "result";
  private static final String FAILED = "failed";
  private static final int DIGITS = 3;
  private static final long SEED = 42;

  /// Where a contestant has its values.
  enum Place {
    /// In arrays.
    JAVA,
    /// In blocks of Cairn.
    CAIRN;

    private ValueCache open(int entries, long byteLimit) {
      return switch (this) {
        case JAVA -> new JavaCache(entries);
        case CAIRN -> new CairnCache(entries, byteLimit);
      };
    }
  }

  /// Gives a contestant a turn.
  ///
  /// @param place where it has its values
  /// @param options the options of its JVM
  /// @param plan what to ask of it
  /// @return what came of it
  /// @throws IOException if its JVM fails
  static PauseTurn take(Place place, List<String> options, PausePlan plan) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-Xlog:disable");
    command.add("--class-path=" + System.getProperty("java.class.path"));
    command.add(PauseTurn.class.getName());
    command.add(place.name());
    command.addAll(plan.arguments());
    Child.Result result = Child.run(new ProcessBuilder(command));
    List<String> turns = result.words(RESULT);
    for (String reason : result.words(FAILED)) {
      throw new IOException(reason);
    }
    if (result.exitCode() != 0 || turns.isEmpty()) {
      throw new IOException(
          "its JVM ended with status %d:%n%s"
              .formatted(result.exitCode(), String.join("\n", result.lines())));
    }
    return new ObjectMapper().readValue(turns.getFirst(), PauseTurn.class);
  }

  /// Takes the turn: prints what came of it.
  ///
  /// @param arguments the place, and those of the plan
  /// @throws IOException if the recording of the pauses cannot be read
  public static void main(String... arguments) throws IOException {
    PausePlan plan = PausePlan.of(List.of(arguments).subList(1, arguments.length));
    try {
      PauseTurn turn = measure(Place.valueOf(arguments[0]), plan);
      System.out.println(RESULT + " " + new ObjectMapper().writeValueAsString(turn));
    } catch (IllegalStateException overdue) {
      System.out.println(FAILED + " " + overdue.getMessage());
    }
  }

  /// Fills a cache, warms up, and measures, in this JVM.
  ///
  /// @param place where the values are
  /// @param plan what to ask
  /// @return what came of it
  /// @throws IOException if the recording of the pauses cannot be read
  static PauseTurn measure(Place place, PausePlan plan) throws IOException {
    int entries = Requests.entries(plan.liveBytes());
    Histogram latencies = new Histogram(DIGITS);
    try (ValueCache cache = place.open(entries, plan.heapBytes())) {
      Requests requests = new Requests(cache, entries, SEED);
      requests.run(plan.rate(), plan.warmupSeconds(), new Histogram(DIGITS));
      try (CollectorWatch watch = new CollectorWatch()) {
        Usage before = Usage.now();
        requests.run(plan.rate(), plan.seconds(), latencies);
        Usage used = Usage.now().since(before);
        CollectorWatch.Seen seen = watch.stop();
        return new PauseTurn(
            seen.pauses().size(),
            seen.pauses().stream().mapToLong(Duration::toNanos).max().orElse(0),
            sum(seen.pauses()),
            seen.stalls().size(),
            sum(seen.stalls()),
            (double) used.otherCpuNanos() / used.nanos(),
            (double) used.allocatedBytes() / latencies.getTotalCount(),
            Runtime.getRuntime().totalMemory(),
            cache.nativeBytes(),
            packed(latencies));
      }
    }
  }

  private static long sum(List<Duration> durations) {
    return durations.stream().mapToLong(Duration::toNanos).sum();
  }

  private static String packed(Histogram latencies) {
    ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int byteSize = latencies.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), byteSize));
  }

  /// The latencies in nanoseconds.
  Histogram histogram() {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(latencies)), 0);
    } catch (DataFormatException broken) {
      throw new IllegalStateException("what a JVM of this program packed is broken", broken);
    }
  }

  /// What this thread and this JVM have used.
  ///
  /// @param nanos time
  /// @param otherCpuNanos processor time of all other threads
  /// @param allocatedBytes memory of the Java heap that this thread has taken
  private record Usage(long nanos, long otherCpuNanos, long allocatedBytes) {
    static Usage now() {
      OperatingSystemMXBean process =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
      return new Usage(
          System.nanoTime(),
          process.getProcessCpuTime() - threads.getCurrentThreadCpuTime(),
          threads.getCurrentThreadAllocatedBytes());
    }

    Usage since(Usage before) {
      return new Usage(
          nanos - before.nanos,
          otherCpuNanos - before.otherCpuNanos,
          allocatedBytes - before.allocatedBytes);
    }
  }
}
