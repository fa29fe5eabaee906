package dev.cairn.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A loop that every contestant runs, each in a JVM of its own.
///
/// jemalloc needs `GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384` in the environment, to be
/// loaded into a JVM that runs.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-Xms1g",
      "-Xmx1g",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow",
      "-XX:MaxDirectMemorySize=4g",
      // Netty at its best: caches for threads that it has not made, no sampling for leaks.
      "-Dio.netty.allocator.useCacheForAllThreads=true",
      "-Dio.netty.leakDetection.level=disabled"
    })
public abstract class Row {
  /// Who runs it.
  @Param({
    "cairn",
    "cairn-raw",
    "arena",
    "unsafe",
    "libc",
    "libc-critical",
    "jemalloc",
    "jemalloc-critical",
    "mimalloc",
    "mimalloc-critical",
    "tcmalloc",
    "tcmalloc-critical",
    "netty-pooled",
    "netty-adaptive"
  })
  private String contestant = "";

  @SuppressWarnings("NullAway.Init") // JMH calls open before any benchmark
  Contestant blocks;

  private final int slots;

  /// Makes the loop.
  ///
  /// @param slots how many blocks it holds at most
  Row(int slots) {
    this.slots = slots;
  }

  /// Opens the contestant.
  @Setup(Level.Trial)
  public void open() {
    open(Contestants.open(contestant, slots));
  }

  /// Brings a contestant to where the loop can run.
  ///
  /// @param opened the contestant, with as many slots as the loop needs
  void open(Contestant opened) {
    blocks = opened;
  }

  /// Frees what is still live, and closes the contestant.
  @TearDown(Level.Trial)
  public void close() {
    blocks.close();
  }
}
