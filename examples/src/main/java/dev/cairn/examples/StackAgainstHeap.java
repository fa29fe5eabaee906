package dev.cairn.examples;

import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Stack;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The stack moves a cursor; the heap takes a free block of the right size, and can keep it.
final class StackAgainstHeap {
  private static final int ROUNDS = 1_000_000;

  private StackAgainstHeap() {}

  static void main() {
    // @start region="escape"
    MemorySegment escaped;
    try (Frame frame = Stack.push()) {
      escaped = frame.allocateFrom(ValueLayout.JAVA_LONG, 42);
    }
    try {
      escaped.get(ValueLayout.JAVA_LONG, 0);
    } catch (IllegalStateException refused) {
      IO.println("what was in a frame that is popped cannot be read: " + refused.getMessage());
    }
    // @end
    try (Heap heap = Heap.growable(64 << 20)) {
      long onTheStack = nanos(StackAgainstHeap::useTheStack);
      long onTheHeap = nanos(() -> useTheHeap(heap));
      IO.println("64 bytes on the stack: " + onTheStack + " ns, pushed and popped");
      IO.println("64 bytes on the heap:  " + onTheHeap + " ns, allocated and freed");
    }
  }

  private static void useTheStack() {
    try (Frame frame = Stack.push()) {
      frame.allocate(64, 8).set(ValueLayout.JAVA_LONG, 0, 42);
    }
  }

  private static void useTheHeap(Heap heap) {
    MemorySegment block = heap.allocate(64, 8);
    block.set(ValueLayout.JAVA_LONG, 0, 42);
    heap.free(block);
  }

  private static long nanos(Runnable program) {
    long best = Long.MAX_VALUE;
    for (int run = 0; run < 5; run++) {
      long start = System.nanoTime();
      for (int i = 0; i < ROUNDS; i++) {
        program.run();
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return best / ROUNDS;
  }
}
