package dev.cairn.docs;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;

/// The programs of `docs/guide/06-garbage-collection.md`.
final class CollectorPage {
  private CollectorPage() {}

  /// Runs one of the two programs that are compared, as long as `-Drounds` says.
  static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("outside")) {
      outside();
    } else {
      inside();
    }
  }

  static void inside() {
    // @start region="inside"
    int rounds = Integer.getInteger("rounds", 1);
    byte[][] cache = new byte[200_000][];
    for (int i = 0; i < rounds * cache.length; i++) {
      cache[i % cache.length] = new byte[1000];
    }
    // @end
    assert cache[0].length == 1000;
  }

  static void outside() {
    // @start region="outside"
    int rounds = Integer.getInteger("rounds", 1);
    MemorySegment[] cache = new MemorySegment[200_000];
    try (Heap heap = Heap.fixed(1024L * cache.length)) {
      for (int i = 0; i < rounds * cache.length; i++) {
        if (i >= cache.length) {
          heap.free(cache[i % cache.length]);
        }
        cache[i % cache.length] = heap.allocateZeroed(1000, 8);
      }
    }
    // @end
    assert cache[0].byteSize() == 1000;
  }

  static void immediate() {
    // @start region="immediate"
    try (Heap heap = Heap.fixed(1 << 20)) {
      MemorySegment block = heap.allocate(1000, 8);
      IO.println(heap.stats().liveBytes() + " of " + heap.stats().footprintBytes());
      heap.free(block);
      IO.println(heap.stats().liveBytes() + " of " + heap.stats().footprintBytes());
    }
    // @end
  }
}
