package dev.cairn.docs;

import dev.cairn.alloc.Layout;
import dev.cairn.memory.Checkpoint;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/from-rust.md`.
final class FromRust {
  private FromRust() {}

  static void allocate() {
    // @start region="allocate"
    Layout layout = Layout.of(ValueLayout.JAVA_SHORT);
    try (Heap heap = Heap.growable(1 << 20)) {
      MemorySegment p = heap.allocate(layout);
      p.set(ValueLayout.JAVA_SHORT, 0, (short) 42);
      IO.println(p.get(ValueLayout.JAVA_SHORT, 0));
      heap.free(p, layout);
    }
    // @end
  }

  static void layouts() {
    // @start region="layouts"
    Layout header = Layout.of(ValueLayout.JAVA_SHORT);
    Layout.Extended packet = header.extend(Layout.of(ValueLayout.JAVA_LONG));
    IO.println(packet.offset() + ": " + packet.layout());
    IO.println(new Layout(10, 4).padToAlign());
    IO.println(new Layout(10, 4).alignTo(8));
    IO.println(new Layout(10, 4).paddingNeededFor(4));
    IO.println(new Layout(10, 4).array(3));
    IO.println(new Layout(10, 4).repeat(3).stride());
    // @end
  }

  static void tooLarge() {
    // @start region="tooLarge"
    Layout tooLarge = new Layout(Long.MAX_VALUE, 8);
    // @end
    IO.println(tooLarge);
  }

  static void growth() {
    // @start region="growth"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment p = heap.allocate(100, 8);
      IO.println(heap.usableSize(p));
      p = heap.reallocate(p, 200, 8);
      p = heap.reallocate(p, 50, 8);
      IO.println(p.byteSize());
      IO.println(heap.tryAllocate(2000, 8));
      heap.free(p);
    }
    // @end
  }

  static void nothing() {
    // @start region="nothing"
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment none = heap.allocate(0, 1);
      IO.println(none.byteSize() + " bytes, " + heap.stats().liveBlocks() + " block live");
      heap.free(none);
    }
    // @end
  }

  static void bump() {
    // @start region="bump"
    try (Region bump = Region.growable(1 << 20)) {
      MemorySegment name = bump.allocateFrom("ada");
      try (Checkpoint _ = bump.checkpoint()) {
        bump.allocate(1000, 8);
      }
      IO.println(name.getString(0) + ", " + bump.stats().liveBlocks() + " block live");
    }
    // @end
  }

  static void lifetime() {
    // @start region="lifetime"
    try (Heap heap = Heap.growable(1 << 20)) {
      MemorySegment r;
      try (Arena scope = heap.confinedArena()) {
        MemorySegment x = scope.allocate(ValueLayout.JAVA_INT);
        r = x;
      }
      IO.println(r.get(ValueLayout.JAVA_INT, 0));
    }
    // @end
  }
}
