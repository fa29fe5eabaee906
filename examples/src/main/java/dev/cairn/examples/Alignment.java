package dev.cairn.examples;

import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A struct is laid out field by field; each begins where its alignment allows.
final class Alignment {
  private Alignment() {}

  static void main() {
    // @start region="struct"
    // struct { char tag; double value; short count; }
    Layout tag = Layout.of(ValueLayout.JAVA_BYTE);
    Layout.Extended value = tag.extend(Layout.of(ValueLayout.JAVA_DOUBLE));
    Layout.Extended count = value.layout().extend(Layout.of(ValueLayout.JAVA_SHORT));
    Layout struct = count.layout().padToAlign();
    // @end
    IO.println("tag at 0, value at " + value.offset() + ", count at " + count.offset());
    IO.println("the struct takes " + struct);
    IO.println("three of them take " + struct.array(3));
    try (Heap heap = Heap.fixed(64 * 1024)) {
      MemorySegment page = heap.allocate(100, 4096);
      IO.println("a block aligned to 4096: address % 4096 = " + page.address() % 4096);
      heap.free(page);
    }
    try {
      IO.println(new Layout(8, 3));
    } catch (LayoutException refused) {
      IO.println(refused.getMessage());
    }
  }
}
