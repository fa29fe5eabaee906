package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import dev.cairn.memory.WipingAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/09-what-is-checked.md`.
final class ChecksPage {
  private ChecksPage() {}

  static void bounds() {
    // @start region="bounds"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(10, 1);
      block.set(ValueLayout.JAVA_BYTE, 10, (byte) 42);
    }
    // @end
  }

  static void freedTwice() {
    // @start region="freedTwice"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(100, 8);
      heap.free(block);
      heap.free(block);
    }
    // @end
  }

  static void interior() {
    // @start region="interior"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(100, 8);
      heap.free(block.asSlice(16));
    }
    // @end
  }

  static void foreign() {
    // @start region="foreign"
    try (Heap heap = Heap.fixed(1024);
        Heap other = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(100, 8);
      other.free(block);
    }
    // @end
  }

  static void wrongSize() {
    // @start region="wrongSize"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(100, 8);
      heap.free(block.asSlice(0, 50));
    }
    // @end
  }

  static void nullBlock() {
    // @start region="nullBlock"
    try (Heap heap = Heap.fixed(1024)) {
      heap.free(MemorySegment.NULL);
    }
    // @end
  }

  static void stale() {
    // @start region="stale"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment stale = heap.allocate(16, 8);
      heap.free(stale);
      MemorySegment next = heap.allocate(16, 8);
      stale.set(ValueLayout.JAVA_INT, 0, 42);
      IO.println(next.get(ValueLayout.JAVA_INT, 0));
    }
    // @end
  }

  static void closed() {
    // @start region="closed"
    MemorySegment block;
    try (Heap heap = Heap.fixed(1024)) {
      block = heap.allocate(16, 8);
    }
    block.set(ValueLayout.JAVA_INT, 0, 42);
    // @end
  }

  static void allocatorClosed() {
    // @start region="allocatorClosed"
    Heap heap = Heap.fixed(1024);
    heap.close();
    heap.allocate(16, 8);
    // @end
  }

  static void wrongThread() throws InterruptedException {
    // @start region="wrongThread"
    try (Region region = Region.fixed(1024)) {
      Thread other =
          Thread.ofPlatform()
              .name("other")
              .start(
                  () -> {
                    try {
                      region.allocate(16, 8);
                    } catch (WrongThreadException refused) {
                      IO.println(refused);
                    }
                  });
      other.join();
    }
    // @end
  }

  static void wiped() {
    // @start region="wiped"
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1024, 16);
      try (Allocator secrets = WipingAllocator.over(Heap.over(memory))) {
        MemorySegment password = secrets.allocateFrom("open sesame");
        IO.println(memory.getString(0));
        secrets.free(password);
        IO.println(memory.getString(0).length());
      }
    }
    // @end
  }
}
