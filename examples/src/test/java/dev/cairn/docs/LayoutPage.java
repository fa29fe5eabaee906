package dev.cairn.docs;

import dev.cairn.alloc.Layout;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/04-layouts.md`.
final class LayoutPage {
  private LayoutPage() {}

  static void allocate() {
    // @start region="allocate"
    Layout layout = Layout.of(ValueLayout.JAVA_SHORT);
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(layout);
      block.set(ValueLayout.JAVA_SHORT, 0, (short) 42);
      IO.println(block.get(ValueLayout.JAVA_SHORT, 0) + " in " + layout);
      heap.free(block, layout);
    }
    // @end
  }

  static void misaligned() {
    // @start region="misaligned"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(16, 8);
      block.set(ValueLayout.JAVA_LONG_UNALIGNED, 1, 42);
      IO.println(block.get(ValueLayout.JAVA_LONG_UNALIGNED, 1));
      block.set(ValueLayout.JAVA_LONG, 1, 42);
    }
    // @end
  }

  static void struct() {
    // @start region="struct"
    Layout.Extended value =
        Layout.of(ValueLayout.JAVA_BYTE).extend(Layout.of(ValueLayout.JAVA_LONG));
    Layout.Extended last = value.layout().extend(Layout.of(ValueLayout.JAVA_SHORT));
    IO.println("offsets 0, " + value.offset() + ", " + last.offset());
    IO.println(last.layout());
    IO.println(last.layout().padToAlign());
    // @end
  }

  static void ordered() {
    // @start region="ordered"
    Layout.Extended second =
        Layout.of(ValueLayout.JAVA_LONG).extend(Layout.of(ValueLayout.JAVA_SHORT));
    Layout.Extended third = second.layout().extend(Layout.of(ValueLayout.JAVA_BYTE));
    IO.println(third.layout().padToAlign());
    // @end
  }

  static void arrays() {
    // @start region="arrays"
    Layout sample = new Layout(3, 2);
    IO.println(sample.array(4));
    IO.println(sample.repeat(4).stride());
    IO.println(sample.repeatPacked(4));
    // @end
  }

  static void foreign() {
    // @start region="foreign"
    MemoryLayout counters =
        MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("hits"), ValueLayout.JAVA_LONG.withName("misses"));
    IO.println(Layout.of(counters));
    IO.println(Layout.of(counters).alignTo(64).padToAlign());
    // @end
  }

  static void notAPowerOfTwo() {
    // @start region="notAPowerOfTwo"
    Layout unused = new Layout(8, 3);
    // @end
    IO.println(unused);
  }

  static void overflow() {
    // @start region="overflow"
    Layout unused = Layout.of(ValueLayout.JAVA_LONG).array(1L << 61);
    // @end
    IO.println(unused);
  }

  static void wrongLayout() {
    // @start region="wrongLayout"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(Layout.of(ValueLayout.JAVA_SHORT));
      heap.free(block, Layout.of(ValueLayout.JAVA_LONG));
    }
    // @end
  }
}
