package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The programs of `docs/guide/15-checking.md`.
final class CheckingPage {
  private CheckingPage() {}

  static void property() {
    System.setProperty(CheckLevel.PROPERTY, "full");
    try {
      property(42);
    } finally {
      System.clearProperty(CheckLevel.PROPERTY);
    }
  }

  private static void property(int value) {
    // @start region="property"
    try (Allocator heap = CheckedAllocator.over(Heap.growable(64 << 20))) {
      MemorySegment block = heap.allocate(ValueLayout.JAVA_INT);
      block.set(ValueLayout.JAVA_INT, 0, value);
      IO.println(heap);
      heap.free(block);
    }
    // @end
  }

  @SuppressWarnings("restricted")
  static void overflow() throws Throwable {
    // @start region="overflow"
    MethodHandle memset =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("memset"),
                FunctionDescriptor.of(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    try (Allocator heap = CheckedAllocator.builder().over(Heap.growable(64 << 20))) {
      MemorySegment block = heap.allocate(40, 8);
      MemorySegment _ = (MemorySegment) memset.invokeExact(block, 0, 41L);
      heap.free(block);
    }
    // @end
  }

  static void afterFree() {
    // @start region="afterFree"
    try (CheckedAllocator heap = CheckedAllocator.builder().over(Heap.growable(64 << 20))) {
      MemorySegment stale = heap.allocate(40, 8);
      heap.free(stale);
      IO.println(Integer.toHexString(stale.get(ValueLayout.JAVA_INT, 0)));
      IO.println(heap.explain(stale));
      stale.set(ValueLayout.JAVA_INT, 4, 42);
      heap.validate();
    }
    // @end
  }

  static void confined() {
    // @start region="confined"
    try (Allocator heap = CheckedAllocator.builder().confined().over(Heap.growable(64 << 20))) {
      MemorySegment stale = heap.allocate(40, 8);
      heap.free(stale);
      stale.get(ValueLayout.JAVA_INT, 0);
    }
    // @end
  }

  static void freedTwice() {
    // @start region="freedTwice"
    try (Allocator heap = CheckedAllocator.builder().over(Heap.growable(64 << 20))) {
      MemorySegment block = heap.allocate(40, 8);
      heap.free(block);
      heap.free(block);
    }
    // @end
  }

  static void interior() {
    Heap below = Heap.builder().onLeak(_ -> {}).growable(64 << 20);
    // @start region="interior"
    try (Allocator heap = CheckedAllocator.builder().onLeak(_ -> {}).over(below)) {
      MemorySegment block = heap.allocate(40, 8);
      heap.free(block.asSlice(17));
    }
    // @end
  }

  static void leaks() {
    Heap below = Heap.builder().onLeak(_ -> {}).growable(64 << 20);
    // @start region="leaks"
    try (CheckedAllocator heap =
        CheckedAllocator.builder()
            .stackDepth(2)
            .onLeak(report -> IO.print(report.text() + report.collapsed()))
            .over(below)) {
      for (int i = 0; i < 3; i++) {
        serve(heap);
      }
    }
    // @end
  }

  // @start region="serve"
  private static void serve(Allocator heap) {
    heap.allocate(1000, 8).setString(0, "served, and forgotten");
  }
  // @end
}
