package dev.cairn.docs;

import dev.cairn.check.LeakReport;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The programs of `docs/guide/11-heap-options.md`.
final class OptionsPage {
  private OptionsPage() {}

  static void built() {
    // @start region="built"
    HeapBuilder builder = Heap.builder().retaining(4 << 20).decayingAfter(Duration.ofSeconds(30));
    try (Heap heap = builder.growable(1 << 30)) {
      IO.println(heap);
    }
    // @end
  }

  static void pretouched() {
    // @start region="pretouched"
    try (Heap heap = Heap.builder().pretouched().fixed(64 << 20)) {
      IO.println(heap.stats().footprintBytes() + " bytes, all in place");
    }
    // @end
  }

  static void locked() {
    // @start region="locked"
    Heap heap = Heap.builder().locked().fixed(1 << 20);
    heap.close();
    // @end
  }

  static void retaining() {
    // @start region="retaining"
    HeapBuilder patient = Heap.builder().decayingAfter(Duration.ofHours(1));
    for (long most : new long[] {0, 4 << 20}) {
      try (Heap heap = patient.retaining(most).growable(1 << 30)) {
        heap.free(heap.allocate(3 << 20, 8));
        IO.println("retaining " + most + ": " + heap.stats().retainedBytes() + " bytes");
      }
    }
    // @end
  }

  static void onLeak() {
    // @start region="onLeak"
    List<LeakReport> leaks = new ArrayList<>();
    try (Heap heap = Heap.builder().onLeak(leaks::add).growable(1 << 30)) {
      MemorySegment kept = heap.allocate(1000, 8);
      heap.allocate(100, 8);
      heap.free(kept);
    }
    leaks.forEach(report -> IO.print(report.text()));
    // @end
  }

  static void fromArenas() {
    // @start region="fromArenas"
    for (HeapBuilder builder : List.of(Heap.builder(), Heap.builder().fromArenas())) {
      try (Heap heap = builder.growable(1 << 30)) {
        heap.free(heap.allocate(8 << 20, 8));
        heap.trim();
        IO.println(heap.sources() + ": " + heap.stats().footprintBytes() + " bytes after a trim");
      }
    }
    // @end
  }
}
