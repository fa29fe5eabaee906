package dev.cairn.examples;

import dev.cairn.alloc.ClassStats;
import dev.cairn.check.LeakReport;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A heap accounts for its blocks by size, and for those that nobody has freed when it closes.
final class HeapAccount {
  private HeapAccount() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.builder().onLeak(HeapAccount::report).growable(1 << 30)) {
      List<MemorySegment> kept = new ArrayList<>();
      for (long byteSize : new long[] {24, 100, 1000, 1000, 10_000, 1_000_000}) {
        for (int i = 0; i < 100; i++) {
          MemorySegment block = heap.allocate(byteSize, 8);
          if (i % 4 == 0) {
            kept.add(block);
          } else {
            heap.free(block);
          }
        }
      }
      IO.println("bytes each  allocated  live");
      for (ClassStats each : heap.classes()) {
        String size = each.blockBytes() == 0 ? "larger" : String.valueOf(each.blockBytes());
        IO.println(String.format("%10s %10d %5d", size, each.allocations(), each.liveBlocks()));
      }
      kept.subList(3, kept.size()).forEach(heap::free);
    }
    // @end
  }

  private static void report(LeakReport live) {
    for (ClassStats each : live.unplaced()) {
      IO.println("closed with " + each.liveBlocks() + " of " + each.blockBytes() + " bytes live");
    }
  }
}
