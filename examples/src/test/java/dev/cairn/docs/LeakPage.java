package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import java.lang.foreign.MemorySegment;

/// The programs of `docs/guide/05-leaks.md`.
final class LeakPage {
  private LeakPage() {}

  static void exhausted() {
    // @start region="exhausted"
    try (Heap heap = Heap.fixed(64 * 1024)) {
      while (true) {
        MemorySegment request = heap.allocate(1000, 8);
        request.setString(0, "served, and forgotten");
      }
    }
    // @end
  }

  static void watched() {
    // @start region="watched"
    try (Allocator heap = LeakWatch.over(Heap.growable(64 << 20), leak -> IO.println(leak))) {
      MemorySegment kept = heap.allocate(24, 8);
      for (int i = 0; i < 3; i++) {
        MemorySegment request = heap.allocate(1000, 8);
        request.setString(0, "served, and forgotten");
      }
      heap.free(kept);
    }
    // @end
  }

  static void meanwhile() {
    // @start region="meanwhile"
    try (LeakWatch heap = LeakWatch.over(Heap.growable(64 << 20), _ -> {})) {
      MemorySegment session = heap.allocate(24, 8);
      IO.println(heap.leaks());
      heap.free(session);
      IO.println(heap.leaks());
    }
    // @end
  }

  static void atClose() {
    // @start region="atClose"
    try (Heap heap = Heap.builder().onLeak(live -> live.forEach(IO::println)).growable(64 << 20)) {
      for (int i = 0; i < 3; i++) {
        heap.allocate(1000, 8).setString(0, "served, and forgotten");
      }
      heap.free(heap.allocate(24, 8));
    }
    // @end
  }

  static void together() {
    // @start region="together"
    try (Region requests = Region.growable(1 << 20)) {
      for (int i = 0; i < 3; i++) {
        requests.allocate(1000, 8).setString(0, "served");
      }
      IO.println(requests.stats().liveBlocks() + " blocks live");
    }
    // @end
  }
}
