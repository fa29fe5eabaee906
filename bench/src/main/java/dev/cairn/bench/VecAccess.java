package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.Elements;
import dev.cairn.own.Vec;
import dev.cairn.own.VecOfInt;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main VecAccess -prof gc`
///
/// A million `int`s in a list: read one after the other, read at random, and added one by one to
/// an empty list; in Cairn's lists beside an array and the lists of the JDK and of fastutil. Times
/// are for one element.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@OperationsPerInvocation(VecAccess.SIZE)
@SuppressWarnings("MustBeClosedChecker") // closed after the last call
public class VecAccess {
  /// How many elements there are.
  static final int SIZE = 1_000_000;

  private final Heap heap = Heap.growable(1 << 30);
  private final VecOfInt ints = VecOfInt.in(heap);
  private final Vec<Integer> boxed = Vec.in(heap, Elements.INT);
  private final IntArrayList fastutil = new IntArrayList();
  private final List<Integer> arrayList = new ArrayList<>();
  private final int[] array = new int[SIZE];
  private final int[] places = new SplittableRandom(42).ints(SIZE, 0, SIZE).toArray();

  /// Fills the lists.
  @Setup
  public void fill() {
    for (int i = 0; i < SIZE; i++) {
      ints.push(i);
      boxed.push(i);
      fastutil.add(i);
      arrayList.add(i);
      array[i] = i;
    }
  }

  /// Frees them.
  @TearDown
  public void close() {
    ints.close();
    boxed.close();
    heap.close();
  }

  /// Reads each element of a `VecOfInt`.
  ///
  /// @return the sum
  @Benchmark
  public long sumVecOfInt() {
    long sum = 0;
    for (long i = 0; i < ints.size(); i++) {
      sum += ints.get(i);
    }
    return sum;
  }

  /// Reads each element of a `Vec`.
  ///
  /// @return the sum
  @Benchmark
  public long sumVec() {
    long sum = 0;
    for (long i = 0; i < boxed.size(); i++) {
      sum += boxed.get(i);
    }
    return sum;
  }

  /// Reads each element of a list of fastutil.
  ///
  /// @return the sum
  @Benchmark
  public long sumFastutil() {
    long sum = 0;
    for (int i = 0; i < fastutil.size(); i++) {
      sum += fastutil.getInt(i);
    }
    return sum;
  }

  /// Reads each element of an [ArrayList].
  ///
  /// @return the sum
  @Benchmark
  public long sumArrayList() {
    long sum = 0;
    for (int i = 0; i < arrayList.size(); i++) {
      sum += arrayList.get(i);
    }
    return sum;
  }

  /// Reads each element of an array.
  ///
  /// @return the sum
  @Benchmark
  public long sumArray() {
    long sum = 0;
    for (int i = 0; i < array.length; i++) {
      sum += array[i];
    }
    return sum;
  }

  /// Reads elements of a `VecOfInt` at random.
  ///
  /// @return the sum
  @Benchmark
  public long randomVecOfInt() {
    long sum = 0;
    for (int place : places) {
      sum += ints.get(place);
    }
    return sum;
  }

  /// Reads elements of a list of fastutil at random.
  ///
  /// @return the sum
  @Benchmark
  public long randomFastutil() {
    long sum = 0;
    for (int place : places) {
      sum += fastutil.getInt(place);
    }
    return sum;
  }

  /// Reads elements of an [ArrayList] at random.
  ///
  /// @return the sum
  @Benchmark
  public long randomArrayList() {
    long sum = 0;
    for (int place : places) {
      sum += arrayList.get(place);
    }
    return sum;
  }

  /// Reads elements of an array at random.
  ///
  /// @return the sum
  @Benchmark
  public long randomArray() {
    long sum = 0;
    for (int place : places) {
      sum += array[place];
    }
    return sum;
  }

  /// Adds elements to a `VecOfInt`.
  ///
  /// @return the last one
  @Benchmark
  public int pushVecOfInt() {
    try (VecOfInt vec = VecOfInt.in(heap)) {
      for (int i = 0; i < SIZE; i++) {
        vec.push(i);
      }
      return vec.getLast();
    }
  }

  /// Adds elements to a list of fastutil.
  ///
  /// @return the last one
  @Benchmark
  public int pushFastutil() {
    IntArrayList list = new IntArrayList();
    for (int i = 0; i < SIZE; i++) {
      list.add(i);
    }
    return list.getInt(SIZE - 1);
  }

  /// Adds elements to an [ArrayList].
  ///
  /// @return the last one
  @Benchmark
  public int pushArrayList() {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      list.add(i);
    }
    return list.getLast();
  }

  /// Adds elements to an array that is copied to one of twice the size when it is full.
  ///
  /// @return the last one
  @Benchmark
  public int pushArray() {
    int[] values = new int[16];
    for (int i = 0; i < SIZE; i++) {
      if (i == values.length) {
        values = Arrays.copyOf(values, 2 * i);
      }
      values[i] = i;
    }
    return values[SIZE - 1];
  }
}
