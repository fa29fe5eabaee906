package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.Arc;
import dev.cairn.own.Elements;
import dev.cairn.own.Rc;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main Sharing -prof gc`
///
/// One more handle of a shared value: made, read by, and closed; beside counts by hand on the Java
/// heap. No other thread takes part.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("MustBeClosedChecker") // JMH calls close() when it is done
public class Sharing {
  private final Heap heap = Heap.growable(1 << 20);
  private final Rc<Integer> rc = Rc.in(heap, Elements.INT, 42);
  private final Arc<Integer> arc = Arc.in(heap, Elements.INT, 42);
  private final AtomicInteger count = new AtomicInteger(1);
  private int value = 42;

  /// Makes the values that are shared.
  public Sharing() {}

  /// Ends them.
  @TearDown(Level.Trial)
  public void close() {
    rc.close();
    arc.close();
    heap.close();
  }

  /// By an `Rc`.
  ///
  /// @return what was read
  @Benchmark
  public int rc() {
    try (Rc<Integer> more = rc.share()) {
      return more.get();
    }
  }

  /// By an `Arc`.
  ///
  /// @return what was read
  @Benchmark
  public int arc() {
    try (Arc<Integer> more = arc.share()) {
      return more.get();
    }
  }

  /// A value in a block of its own, from the first handle to the last.
  ///
  /// @return what was read
  @Benchmark
  public int rcFromFirstToLast() {
    try (Rc<Integer> only = Rc.in(heap, Elements.INT, 42)) {
      return only.get();
    }
  }

  /// By an atomic count.
  ///
  /// @return what was read
  @Benchmark
  public int atomicCount() {
    int _ = count.getAndIncrement();
    int read = value;
    if (count.decrementAndGet() == 0) {
      value = 0;
    }
    return read;
  }
}
