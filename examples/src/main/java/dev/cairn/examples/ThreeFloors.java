package dev.cairn.examples;

import dev.cairn.memory.Heap;
import dev.cairn.own.Box;
import dev.cairn.own.Elements;
import dev.cairn.own.OwnershipException;
import dev.cairn.unsafe.Pointer;
import dev.cairn.unsafe.RawHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The same program on each floor: it stores a number, reads it, ends it, and reads it once more.
final class ThreeFloors {
  private ThreeFloors() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.growable(1 << 20)) {
      RawHeap raw = RawHeap.of(heap);
      long address = raw.allocate(8);
      Pointer pointer = new Pointer(address);
      pointer.setLong(42);
      IO.println("by address " + pointer.getLong());
      raw.free(address);
      IO.println("  freed, and read as " + pointer.getLong() + ": nobody noticed");

      MemorySegment inArena;
      try (Arena arena = heap.confinedArena()) {
        inArena = arena.allocate(ValueLayout.JAVA_LONG);
        inArena.set(ValueLayout.JAVA_LONG, 0, 42);
        IO.println("as a segment " + inArena.get(ValueLayout.JAVA_LONG, 0));
      }
      try {
        IO.println(inArena.get(ValueLayout.JAVA_LONG, 0));
      } catch (IllegalStateException refused) {
        IO.println("  ended with its arena, and refused: " + refused.getMessage());
      }

      Box<Long> kept;
      try (Box<Long> box = Box.in(heap, Elements.LONG, 42L)) {
        kept = box;
        IO.println("as an owner " + box.get());
      }
      try {
        IO.println(kept.get());
      } catch (OwnershipException refused) {
        IO.println("  closed, and refused: " + refused.getMessage());
      }
    }
    // @end
  }
}
