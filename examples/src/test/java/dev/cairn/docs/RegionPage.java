package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Checkpoint;
import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import dev.cairn.memory.Stack;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The programs of `docs/guide/08-regions-and-arenas.md`.
final class RegionPage {
  private RegionPage() {}

  static void requests() {
    // @start region="requests"
    try (Region region = Region.growable(1 << 20);
        Checkpoint request = region.checkpoint()) {
      for (int i = 0; i < 1000; i++) {
        region.allocateFrom("request " + i);
        region.allocate(4000, 8);
        request.rewind();
      }
      IO.println(
          region.stats().allocations() + " blocks, none live: " + region.stats().liveBytes());
      IO.println("at most " + region.stats().peakLiveBytes() + " bytes live");
    }
    // @end
  }

  static void rewound() {
    // @start region="rewound"
    try (Region region = Region.fixed(4096)) {
      MemorySegment kept = region.allocate(ValueLayout.JAVA_INT);
      MemorySegment ended;
      try (Checkpoint _ = region.checkpoint()) {
        ended = region.allocate(ValueLayout.JAVA_INT);
      }
      kept.set(ValueLayout.JAVA_INT, 0, 42);
      ended.set(ValueLayout.JAVA_INT, 0, 42);
    }
    // @end
  }

  static void lastGrows() {
    // @start region="lastGrows"
    try (Region region = Region.fixed(4096)) {
      MemorySegment text = region.allocate(16, 1);
      for (int size = 32; size <= 1024; size *= 2) {
        MemorySegment grown = region.resize(text, size);
        if (grown == null) {
          throw new IllegalStateException("only the last block can grow");
        }
        text = grown;
      }
      IO.println(text.byteSize() + " bytes, " + region.stats().liveBytes() + " live");
    }
    // @end
  }

  static void arena() {
    // @start region="arena"
    try (Heap heap = Heap.growable(1 << 20)) {
      try (Arena arena = heap.confinedArena()) {
        arena.allocateFrom("freed with the arena");
        arena.allocate(ValueLayout.JAVA_LONG, 10);
        IO.println(heap.stats().liveBlocks() + " blocks live");
      }
      IO.println(heap.stats().liveBlocks() + " blocks live");
    }
    // @end
  }

  static void arenaClosed() {
    // @start region="arenaClosed"
    try (Heap heap = Heap.growable(1 << 20)) {
      MemorySegment block;
      try (Arena arena = heap.confinedArena()) {
        block = arena.allocate(ValueLayout.JAVA_INT);
      }
      block.set(ValueLayout.JAVA_INT, 0, 42);
    }
    // @end
  }

  // @start region="greeting"
  static MemorySegment greeting(SegmentAllocator allocator, String name) {
    return allocator.allocateFrom("hello, " + name);
  }

  // @end

  static void everywhere() {
    // @start region="everywhere"
    try (Frame frame = Stack.push();
        Region region = Region.fixed(4096);
        Heap heap = Heap.fixed(4096)) {
      IO.println(greeting(frame, "stack").getString(0));
      IO.println(greeting(region, "region").getString(0));
      MemorySegment block = greeting(heap, "heap");
      IO.println(block.getString(0));
      heap.free(block);
    }
    // @end
  }

  @SuppressWarnings("restricted") // calling C is what this program shows
  static void structByValue() throws Throwable {
    // @start region="structByValue"
    MemoryLayout quotient =
        MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("quot"), ValueLayout.JAVA_INT.withName("rem"));
    Linker linker = Linker.nativeLinker();
    MethodHandle div =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("div"),
            FunctionDescriptor.of(quotient, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try (Frame frame = Stack.push()) {
      MemorySegment result = (MemorySegment) div.invokeExact((SegmentAllocator) frame, 17, 5);
      IO.println(result.getAtIndex(ValueLayout.JAVA_INT, 0));
      IO.println(result.getAtIndex(ValueLayout.JAVA_INT, 1));
    }
    // @end
  }

  static void nested() {
    // @start region="nested"
    try (Allocator heap = Heap.fixed(64 * 1024)) {
      MemorySegment ground = heap.allocate(4096, 16);
      try (Region region = Region.over(ground)) {
        region.allocate(100, 8);
        IO.println(region.stats().liveBytes() + " bytes live in the region");
      }
      heap.free(ground);
    }
    // @end
  }
}
