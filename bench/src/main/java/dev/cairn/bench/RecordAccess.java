package dev.cairn.bench;

import dev.cairn.own.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main RecordAccess -prof gc`
///
/// Records in memory, beside the same bytes accessed by hand, and beside records on the Java heap.
/// Times are of one record out of 1,024.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RecordAccess.COUNT)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class RecordAccess {
  static final int COUNT = 1024;

  private record Point(int x, int y) {}

  private record Particle(Point place, double mass, byte kind, float charge) {}

  private static final Struct<Particle> PARTICLE =
      Struct.of(MethodHandles.lookup(), Particle.class);
  private static final long BYTES = 24;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(COUNT * BYTES, 8);
  private final Particle[] records = new Particle[COUNT];

  /// Makes the records.
  public RecordAccess() {}

  /// Fills memory and the array with the same records.
  @Setup
  public void fill() {
    for (int i = 0; i < COUNT; i++) {
      records[i] = new Particle(new Point(i, -i), i / 2.0, (byte) i, i);
      PARTICLE.set(memory, i * BYTES, records[i]);
    }
  }

  /// Gives the memory back.
  @TearDown
  public void close() {
    arena.close();
  }

  /// Records read through a struct.
  ///
  /// @return a sum
  @Benchmark
  public double getStruct() {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += sum(PARTICLE.get(memory, i * BYTES));
    }
    return sum;
  }

  /// The same bytes read by hand.
  ///
  /// @return a sum
  @Benchmark
  public double getByHand() {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      long at = i * BYTES;
      sum +=
          memory.get(INT, at)
              + memory.get(INT, at + 4)
              + memory.get(DOUBLE, at + 8)
              + memory.get(ValueLayout.JAVA_BYTE, at + 16)
              + memory.get(FLOAT, at + 20);
    }
    return sum;
  }

  /// Records in a Java array.
  ///
  /// @return a sum
  @Benchmark
  public double getFromArray() {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += sum(records[i]);
    }
    return sum;
  }

  /// Records written through a struct, padding included.
  @Benchmark
  public void setStruct() {
    for (int i = 0; i < COUNT; i++) {
      PARTICLE.set(memory, i * BYTES, new Particle(new Point(i, -i), i, (byte) i, i));
    }
  }

  /// The same bytes written by hand, without the padding.
  @Benchmark
  public void setByHand() {
    for (int i = 0; i < COUNT; i++) {
      long at = i * BYTES;
      memory.set(INT, at, i);
      memory.set(INT, at + 4, -i);
      memory.set(DOUBLE, at + 8, i);
      memory.set(ValueLayout.JAVA_BYTE, at + 16, (byte) i);
      memory.set(FLOAT, at + 20, i);
    }
  }

  /// New records in a Java array.
  @Benchmark
  public void setInArray() {
    for (int i = 0; i < COUNT; i++) {
      records[i] = new Particle(new Point(i, -i), i, (byte) i, i);
    }
  }

  private static double sum(Particle particle) {
    return particle.place().x()
        + particle.place().y()
        + particle.mass()
        + particle.kind()
        + particle.charge();
  }
}
