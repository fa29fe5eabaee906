package dev.cairn.examples;

import dev.cairn.memory.Heap;
import dev.cairn.own.DictOfLongs;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/// Ten million entries, of which the garbage collector knows nothing.
final class TenMillionEntries {
  private static final long ENTRIES = 10_000_000;

  private TenMillionEntries() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.growable(4L << 30);
        DictOfLongs doubles = DictOfLongs.in(heap)) {
      long collections = collections();
      for (long i = 0; i < ENTRIES; i++) {
        doubles.put(i, 2 * i);
      }
      long sum = 0;
      for (long i = 0; i < ENTRIES; i++) {
        sum += doubles.getOrDefault(i, 0);
      }
      IO.println(doubles.size() + " entries, whose values sum up to " + sum);
      IO.println(collections() - collections + " collections of garbage meanwhile");
    }
    // @end
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
