package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
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
    try (Allocator region = LeakWatch.over(Region.growable(1 << 20), leak -> IO.println(leak))) {
      MemorySegment kept = region.allocate(24, 8);
      for (int i = 0; i < 3; i++) {
        MemorySegment request = region.allocate(1000, 8);
        request.setString(0, "served, and forgotten");
      }
      region.free(kept);
    }
    // @end
  }

  static void meanwhile() {
    // @start region="meanwhile"
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment session = heap.allocate(24, 8);
      IO.print(heap.leaks().text());
      heap.free(session);
      IO.println(heap.leaks().isEmpty());
    }
    // @end
  }

  static void atClose() {
    // @start region="atClose"
    try (Heap heap = Heap.builder().onLeak(report -> IO.print(report.text())).growable(64 << 20)) {
      MemorySegment kept = heap.allocate(24, 8);
      for (int i = 0; i < 3; i++) {
        MemorySegment request = heap.allocate(1000, 8);
        request.setString(0, "served, and forgotten");
      }
      heap.free(kept);
    }
    // @end
  }

  static void checked() throws InterruptedException {
    System.setProperty(CheckLevel.PROPERTY, "full");
    try {
      // A thread of its own, so that the calls are those of the program alone.
      Thread.ofPlatform().start(LeakPage::atClose).join();
    } finally {
      System.clearProperty(CheckLevel.PROPERTY);
    }
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
