package dev.cairn.bench;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
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

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main CheckingLevels`
///
/// A block is allocated, touched, and freed at once, in a heap that is checked more or less.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class CheckingLevels {
  /// How the heap is watched.
  @Param({"none", "off", "sampled", "sampled-16-KiB", "watched", "full", "full-confined"})
  private String level = "";

  /// The size of the block in bytes.
  @Param({"64", "4096"})
  private long byteSize;

  @SuppressWarnings("NullAway.Init") // JMH calls open before any benchmark
  private Allocator heap;

  /// Opens the heap.
  @Setup(Level.Trial)
  public void open() {
    Heap below = Heap.growable(1 << 30);
    CheckedAllocatorBuilder builder = CheckedAllocator.builder();
    heap =
        switch (level) {
          case "none" -> below;
          case "off" -> builder.level(CheckLevel.OFF).over(below);
          case "sampled" -> builder.level(CheckLevel.SAMPLED).over(below);
          case "sampled-16-KiB" -> builder.sampledEvery(16 * 1024).over(below);
          case "watched" -> LeakWatch.over(below, _ -> {});
          case "full" -> builder.over(below);
          case "full-confined" -> builder.confined().over(below);
          default -> throw new IllegalArgumentException(level + ": choose a level that is listed");
        };
  }

  /// Closes the heap.
  @TearDown(Level.Trial)
  public void close() {
    heap.close();
  }

  /// One pair.
  ///
  /// @return what was read
  @Benchmark
  public long pair() {
    MemorySegment block = heap.allocate(byteSize, 8);
    block.set(ValueLayout.JAVA_LONG, 0, 42);
    long read = block.get(ValueLayout.JAVA_LONG, 0);
    heap.free(block);
    return read;
  }
}
