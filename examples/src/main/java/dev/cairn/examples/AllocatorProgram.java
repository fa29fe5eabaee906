package dev.cairn.examples;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The Rust program: allocate by a layout, use the block, give it back by the same layout.
final class AllocatorProgram {
  private AllocatorProgram() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.growable(64 << 20)) {
      Layout layout = Layout.of(ValueLayout.JAVA_SHORT);
      MemorySegment block = heap.allocate(layout);
      block.set(ValueLayout.JAVA_SHORT, 0, (short) 42);
      IO.println(layout + " hold " + block.get(ValueLayout.JAVA_SHORT, 0));
      heap.free(block, layout);
      heap.free(block, layout);
    } catch (InvalidBlockException refused) {
      IO.println("a second free is refused: " + refused.getMessage());
    }
    // @end
  }
}
