package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.Dict;
import dev.cairn.own.Elements;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main StringDictAccess -prof
/// gc`
///
/// Maps from strings to longs: Cairn's dict beside the JDK's. The strings that are looked up are
/// others than those that were put there. The time is that of one key.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xms5g",
      "-Xmx5g",
      "--enable-native-access=ALL-UNNAMED",
      "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"
    })
public class StringDictAccess {
  private static final int BATCH = 1000;

  /// How many entries the map has.
  @Param({"1000", "1000000"})
  private int entries;

  /// What the keys begin with: with the number after it, in place or in a block of its own.
  @Param({"key", "a longer key, as of a path or a name: "})
  private String prefix = "";

  private final Heap heap = Heap.growable(1L << 40);

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private final Dict<String, Long> dict = Dict.in(heap, Elements.utf8(heap), Elements.LONG);

  private final Map<String, Long> map = new HashMap<>();
  private String[] present = {};
  private String[] absent = {};
  private int next;

  /// Fills the maps.
  @Setup
  public void fill() {
    Dice dice = new Dice();
    present = new String[entries];
    absent = new String[entries];
    for (int i = 0; i < entries; i++) {
      dict.put(prefix + i, (long) i);
      map.put(prefix + i, (long) i);
      int at = Dice.pick(dice.next(), i + 1);
      present[i] = present[at];
      present[at] = prefix + i;
      absent[i] = prefix + (i + entries);
    }
  }

  /// Gives the dict's memory back.
  @TearDown
  public void close() {
    dict.close();
    heap.close();
  }

  private int nextBatch() {
    next = next + BATCH < entries ? next + BATCH : 0;
    return next;
  }

  /// Keys that are in the dict.
  ///
  /// @return the sum of their values
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long dictHit() {
    return sum(present);
  }

  /// Keys that are not in the dict.
  ///
  /// @return the sum of what is found instead
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long dictMiss() {
    return sum(absent);
  }

  /// Keys that are in the JDK's map.
  ///
  /// @return the sum of their values
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long hashMapHit() {
    return sumOfMap(present);
  }

  /// Keys that are not in the JDK's map.
  ///
  /// @return the sum of what is found instead
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long hashMapMiss() {
    return sumOfMap(absent);
  }

  private long sum(String[] keys) {
    int from = nextBatch();
    long sum = 0;
    for (int i = from; i < from + BATCH; i++) {
      Long value = dict.get(keys[i]);
      sum += value == null ? 1 : value;
    }
    return sum;
  }

  private long sumOfMap(String[] keys) {
    int from = nextBatch();
    long sum = 0;
    for (int i = from; i < from + BATCH; i++) {
      Long value = map.get(keys[i]);
      sum += value == null ? 1 : value;
    }
    return sum;
  }
}
