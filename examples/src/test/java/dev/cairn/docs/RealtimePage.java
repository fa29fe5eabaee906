package dev.cairn.docs;

import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapSizing;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/14-realtime.md`.
final class RealtimePage {
  private RealtimePage() {}

  static void sized() {
    // @start region="sized"
    // Never more than 64 KiB live at once, in requests of 32 to 1024 bytes.
    HeapSizing sizing = new HeapSizing(64 * 1024, 32, 1024);
    IO.println(sizing.realtimeHeapBytes() + " bytes");
    try (RealtimeHeap heap = RealtimeHeap.confined(sizing.realtimeHeapBytes())) {
      for (int cycle = 0; cycle < 1000; cycle++) {
        MemorySegment message = heap.allocate(100, 8);
        message.set(ValueLayout.JAVA_LONG, 0, cycle);
        heap.free(message);
      }
      IO.println(heap.stats().failures() + " requests failed");
    }
    // @end
  }

  static void compared() {
    // @start region="compared"
    HeapSizing sizing = new HeapSizing(1 << 20, 32, 4096);
    IO.println("this heap:  " + sizing.realtimeHeapBytes());
    IO.println("  if all sizes are powers of two: " + sizing.realtimeHeapBytes(1 << 20));
    IO.println("first fit:  " + sizing.firstFitBytes());
    IO.println("half-fit:   " + sizing.halfFitBytes());
    IO.println("best fit:   " + sizing.bestFitBytes());
    // @end
  }

  static void rounded() {
    // @start region="rounded"
    try (RealtimeHeap heap = RealtimeHeap.confined(64 * 1024)) {
      for (long size : new long[] {1, 16, 100, 128, 129}) {
        MemorySegment block = heap.allocate(size, 1);
        IO.println(size + " bytes take " + heap.usableSize(block));
        heap.free(block);
      }
    }
    // @end
  }

  static void shrunk() {
    // @start region="shrunk"
    try (RealtimeHeap heap = RealtimeHeap.confined(64 * 1024)) {
      MemorySegment block = heap.allocate(1000, 1);
      MemorySegment smaller = heap.reallocate(block, 10, 1);
      IO.println(smaller.byteSize() + " bytes, " + heap.usableSize(smaller) + " usable");
      heap.free(smaller);
    }
    // @end
  }

  static void locked() {
    // @start region="locked"
    try (Heap pages = Heap.builder().pretouched().fixed(4 << 20);
        RealtimeHeap heap = RealtimeHeap.sharedOver(pages.allocate(2 << 20, 4096))) {
      MemorySegment block = heap.allocate(100, 64);
      Stats stats = heap.stats();
      IO.println(stats.liveBytes() + " bytes live of " + stats.footprintBytes());
      heap.free(block);
    }
    // @end
  }

  static void doubleFree() {
    // @start region="doubleFree"
    try (RealtimeHeap heap = RealtimeHeap.confined(4096)) {
      MemorySegment block = heap.allocate(100, 1);
      heap.free(block);
      heap.free(block);
    }
    // @end
  }
}
