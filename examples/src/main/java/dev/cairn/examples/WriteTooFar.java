package dev.cairn.examples;

import dev.cairn.check.CheckLevel;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.memory.Heap;
import dev.cairn.unsafe.Pointer;
import java.lang.foreign.MemorySegment;

/// A byte is written behind a block, as a C function might do, and the heap tells whose block it
/// was.
final class WriteTooFar {
  private WriteTooFar() {}

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.builder().checked(CheckLevel.FULL).growable(1 << 20)) {
      MemorySegment name = heap.allocate(16, 1);
      new Pointer(name.address()).plus(16).setByte((byte) 0);
      heap.free(name);
    } catch (DamagedBlockException damage) {
      IO.println(damage.getMessage());
    }
    // @end
  }
}
