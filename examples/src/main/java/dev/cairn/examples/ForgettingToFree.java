package dev.cairn.examples;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.LeakReport;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;

/// A block that nobody frees is a leak; a checked heap says who allocated it.
final class ForgettingToFree {
  private ForgettingToFree() {}

  static void main() {
    // @start region="program"
    try (Heap heap =
        Heap.builder()
            .checked(CheckLevel.FULL)
            .onLeak(ForgettingToFree::report)
            .growable(64 << 20)) {
      MemorySegment greeting = heap.allocateFrom("hello");
      IO.println(greeting.getString(0));
      for (int i = 0; i < 3; i++) {
        log(heap, "message " + i);
      }
      heap.free(greeting);
    }
    // @end
  }

  private static void log(Allocator heap, String message) {
    MemorySegment copy = heap.allocateFrom(message);
    IO.println("logged " + copy.getString(0) + ", and forgot to free it");
  }

  private static void report(LeakReport report) {
    report.leaks().forEach(leak -> IO.println("leaked: " + leak));
  }
}
