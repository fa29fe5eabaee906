package dev.cairn.docs;

import dev.cairn.memory.Heap;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.unsafe.Libc;
import dev.cairn.unsafe.Pointer;
import dev.cairn.unsafe.RawHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/03-malloc-and-free.md`.
final class MallocPage {
  private MallocPage() {}

  static void program() {
    // @start region="program"
    Pointer p = Libc.malloc(4);
    if (p.isNull()) {
      throw new OutOfMemoryError("malloc(4) answered null");
    }
    p.setInt(42);
    IO.println(p.getInt());
    Libc.free(p);
    // @end
  }

  static void nullPointer() {
    // @start region="nullPointer"
    IO.println(Libc.malloc(1L << 62));
    IO.println(Libc.calloc(1L << 62, 4));
    Libc.free(Pointer.NULL);
    // @end
  }

  static void arithmetic() {
    // @start region="arithmetic"
    Pointer numbers = Libc.calloc(3, 4);
    numbers.plus(4).setInt(42);
    IO.println(numbers.element(1, 4).getInt());
    IO.println(numbers.element(2, 4).minus(numbers) + " bytes apart");
    IO.println(numbers.plus(1).isAlignedTo(4));
    Libc.free(numbers);
    // @end
  }

  static void segment() {
    Pointer numbers = Libc.calloc(3, 4);
    try {
      // @start region="segment"
      MemorySegment checked = numbers.toSegment(12);
      checked.setAtIndex(ValueLayout.JAVA_INT, 2, 42);
      checked.setAtIndex(ValueLayout.JAVA_INT, 3, 43);
      // @end
    } finally {
      Libc.free(numbers);
    }
  }

  static void realloc() {
    // @start region="realloc"
    Pointer list = Libc.malloc(16);
    list.setInt(42);
    Pointer grown = Libc.realloc(list, 1L << 62);
    if (grown.isNull()) {
      IO.println(list.getInt() + " is still there");
    }
    Libc.free(list);
    // @end
  }

  static void safe() {
    // @start region="safe"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment block = malloc.allocate(ValueLayout.JAVA_INT);
      block.set(ValueLayout.JAVA_INT, 0, 42);
      IO.println(block.get(ValueLayout.JAVA_INT, 0));
      malloc.free(block);
    }
    // @end
  }

  static void freeTwice() {
    // @start region="freeTwice"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment block = malloc.allocate(4);
      malloc.free(block);
      malloc.free(block);
    }
    // @end
  }

  static void useAfterFree() {
    // @start region="useAfterFree"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment block = malloc.allocate(ValueLayout.JAVA_INT);
      malloc.free(block);
      block.set(ValueLayout.JAVA_INT, 0, 42);
    }
    // @end
  }

  static void tooMuch() {
    // @start region="tooMuch"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      malloc.allocate(1L << 62, 8);
    }
    // @end
  }

  static void byAddress() {
    // @start region="byAddress"
    try (Heap heap = Heap.growable(64 << 20)) {
      RawHeap raw = RawHeap.of(heap);
      long address = raw.allocate(100);
      Pointer p = new Pointer(address);
      p.setInt(42);
      IO.println(p.getInt() + " in " + raw.usableSize(address) + " bytes");
      raw.free(address);
      raw.free(address);
    }
    // @end
  }

  static void byAddressInside() {
    // @start region="byAddressInside"
    try (Heap heap = Heap.growable(64 << 20)) {
      RawHeap raw = RawHeap.of(heap);
      long address = raw.allocate(100);
      try {
        raw.free(address + 16);
      } finally {
        raw.free(address);
      }
    }
    // @end
  }
}
