package dev.cairn.docs;

import dev.cairn.alloc.ClassStats;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/02-heap.md`.
final class HeapPage {
  private HeapPage() {}

  static void anyOrder() {
    // @start region="anyOrder"
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment name = heap.allocateFrom("cairn");
      MemorySegment numbers = heap.allocate(ValueLayout.JAVA_INT, 10);
      heap.free(name);
      numbers.setAtIndex(ValueLayout.JAVA_INT, 9, 42);
      IO.println(heap.stats().liveBlocks() + " block, " + heap.stats().liveBytes() + " bytes live");
      heap.free(numbers);
      IO.println(
          heap.stats().liveBlocks() + " blocks, " + heap.stats().liveBytes() + " bytes live");
    }
    // @end
  }

  static void rounding() {
    // @start region="rounding"
    try (Heap heap = Heap.growable(1 << 30)) {
      for (int byteSize : new int[] {0, 40, 100, 1000, 10_000, 100_000}) {
        MemorySegment block = heap.allocate(byteSize, 1);
        IO.println(byteSize + " bytes take " + heap.usableSize(block));
        heap.free(block);
      }
    }
    // @end
  }

  static void fragmented() {
    // @start region="fragmented"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment[] blocks = new MemorySegment[8];
      for (int i = 0; i < 8; i++) {
        blocks[i] = heap.allocate(128, 8);
      }
      for (int i = 0; i < 8; i += 2) {
        heap.free(blocks[i]);
      }
      IO.println(heap.stats().freeBytes() + " bytes are free");
      heap.allocate(256, 8);
    }
    // @end
  }

  static void noRoom() {
    // @start region="noRoom"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.tryAllocate(2000, 8);
      IO.println(block == null ? "no room" : "room for " + block.byteSize() + " bytes");
    }
    // @end
  }

  static void reallocate() {
    // @start region="reallocate"
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment list = heap.allocate(ValueLayout.JAVA_INT, 4);
      list.setAtIndex(ValueLayout.JAVA_INT, 3, 42);
      IO.println(heap.resize(list, 400) == null ? "no room where it is" : "grown in place");
      list = heap.reallocate(list, 400, ValueLayout.JAVA_INT.byteAlignment());
      IO.println(
          list.getAtIndex(ValueLayout.JAVA_INT, 3) + ", now in " + list.byteSize() + " bytes");
      heap.free(list);
    }
    // @end
  }

  static void growing() {
    // @start region="growing"
    try (Heap heap = Heap.growable(1 << 30)) {
      IO.println(heap.stats().footprintBytes() + " bytes before the first block");
      MemorySegment block = heap.allocate(10 << 20, 8);
      IO.println(heap.stats().footprintBytes() + " bytes with it");
      heap.free(block);
      heap.trim();
      IO.println(heap.stats().footprintBytes() + " bytes after a trim");
      IO.println(heap.stats().peakFootprintBytes() + " bytes at most");
    }
    // @end
  }

  static void inside() {
    // @start region="inside"
    try (Heap heap = Heap.growable(1 << 30)) {
      MemorySegment[] blocks = {
        heap.allocate(100, 8),
        heap.allocate(110, 8),
        heap.allocate(5000, 8),
        heap.allocate(1 << 20, 8)
      };
      heap.free(blocks[0]);
      for (ClassStats each : heap.classes()) {
        String size = each.blockBytes() == 0 ? "larger blocks" : "blocks of " + each.blockBytes();
        IO.println(size + ": " + each.liveBlocks() + " live of " + each.allocations());
      }
      heap.walk(block -> IO.println("a live block of " + block.byteSize() + " bytes"));
      heap.validate();
      for (int i = 1; i < blocks.length; i++) {
        heap.free(blocks[i]);
      }
    }
    // @end
  }
}
