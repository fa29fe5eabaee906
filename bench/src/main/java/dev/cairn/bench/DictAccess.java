package dev.cairn.bench;

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

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main DictAccess -prof gc`
///
/// Maps from longs to longs: Cairn's dicts beside those on the Java heap. Keys are random, and come
/// in another order than they were put there. The time of `hit`, `miss` and `removeAndPut` is that
/// of one key; of `putPresized`, `putGrowing` and `iterate`, that of the whole map.
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
public class DictAccess {
  private static final int BATCH = 1000;

  /// How many entries the map has.
  @Param({"1000", "1000000", "10000000"})
  private int entries;

  /// Which map it is.
  @Param private LongMap.Kind kind = LongMap.Kind.HASH_MAP;

  private LongMap map = kind.map();
  private long[] keys = {};
  private long[] present = {};
  private long[] absent = {};
  private int next;

  /// Fills the map.
  @Setup
  public void fill() {
    Dice dice = new Dice();
    keys = new long[entries];
    present = new long[entries];
    absent = new long[entries];
    for (int i = 0; i < entries; i++) {
      keys[i] = dice.next();
      int at = Dice.pick(dice.next(), i + 1);
      present[i] = present[at];
      present[at] = keys[i];
    }
    for (int i = 0; i < entries; i++) {
      absent[i] = dice.next();
    }
    map = kind.map();
    map.open(entries);
    map.put(keys, 0, entries);
  }

  /// Gives the map's memory back.
  @TearDown
  public void close() {
    map.close();
  }

  private int nextBatch() {
    next = next + BATCH < entries ? next + BATCH : 0;
    return next;
  }

  /// Keys that are there.
  ///
  /// @return the sum of their values
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long hit() {
    int from = nextBatch();
    return map.get(present, from, from + BATCH);
  }

  /// Keys that are not there.
  ///
  /// @return the sum of what is found instead
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long miss() {
    int from = nextBatch();
    return map.get(absent, from, from + BATCH);
  }

  /// A key is removed, and put there again.
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void removeAndPut() {
    int from = nextBatch();
    map.removeAndPut(present, from, from + BATCH);
  }

  /// A map with room for all is made and filled.
  ///
  /// @return the map
  @Benchmark
  public Object putPresized() {
    return filled(entries);
  }

  /// A map that grows is made and filled.
  ///
  /// @return the map
  @Benchmark
  public Object putGrowing() {
    return filled(0);
  }

  private LongMap filled(int capacity) {
    LongMap filled = kind.map();
    filled.open(capacity);
    filled.put(keys, 0, entries);
    filled.close();
    return filled;
  }

  /// Each entry is looked at.
  ///
  /// @return the sum of all of them
  @Benchmark
  public long iterate() {
    return map.sum();
  }
}
