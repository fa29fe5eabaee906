package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.DictOfLongs;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;

/// `java -Xmx6g -cp 'bench/target/classes:bench/target/lib/*' dev.cairn.bench.BytesPerEntry`
///
/// What ten million entries from long to long take, of the Java heap or beside it.
public final class BytesPerEntry {
  private static final int ENTRIES = 10_000_000;

  private BytesPerEntry() {}

  /// Fills one map after the other, and prints what each takes.
  ///
  /// @param arguments none
  public static void main(String[] arguments) {
    try (Heap heap = Heap.growable(1L << 34);
        DictOfLongs dict = DictOfLongs.in(heap)) {
      Dice dice = new Dice();
      for (int i = 0; i < ENTRIES; i++) {
        dict.put(dice.next(), i);
      }
      print("DictOfLongs", heap.stats().liveBytes());
    }
    long before = usedBytes();
    Map<Long, Long> boxed = new HashMap<>();
    Dice dice = new Dice();
    for (int i = 0; i < ENTRIES; i++) {
      boxed.put(dice.next(), (long) i);
    }
    print("HashMap", usedBytes() - before);
    boxed.clear();
    boxed = Map.of();
    before = usedBytes();
    Long2LongOpenHashMap fastutil = new Long2LongOpenHashMap();
    for (int i = 0; i < ENTRIES; i++) {
      fastutil.put(dice.next(), i);
    }
    print("fastutil", usedBytes() - before);
    long entries = fastutil.size();
    fastutil = new Long2LongOpenHashMap();
    before = usedBytes();
    Long2LongHashMap agrona = new Long2LongHashMap(Long.MIN_VALUE);
    for (int i = 0; i < ENTRIES; i++) {
      agrona.put(dice.next(), i);
    }
    print("Agrona", usedBytes() - before);
    if (boxed.size() + fastutil.size() != 0 || agrona.size() != entries) {
      throw new AssertionError("a key came twice");
    }
  }

  private static void print(String map, long bytes) {
    System.out.printf("%-12s %5.1f bytes per entry%n", map, (double) bytes / ENTRIES);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
