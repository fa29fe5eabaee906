package dev.cairn.examples;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// A heap of an exact size fills up, says so, and goes on.
final class FullHeap {
  private FullHeap() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.fixed(16 * 1024)) {
      Deque<MemorySegment> blocks = new ArrayDeque<>();
      for (MemorySegment b; (b = heap.tryAllocate(1000, 8)) != null; ) {
        blocks.push(b);
      }
      Stats full = heap.stats();
      IO.println(
          blocks.size()
              + " blocks, "
              + full.freeBytes()
              + " of "
              + full.footprintBytes()
              + " bytes free");
      try {
        heap.allocate(1000, 8);
      } catch (MemoryExhaustedException refused) {
        IO.println(refused.getMessage());
      }
      heap.free(blocks.pop());
      blocks.push(heap.allocate(1000, 8));
      IO.println("after one free there is room");
      blocks.forEach(heap::free);
    }
    // @end
  }
}
