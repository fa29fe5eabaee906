package dev.cairn.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where the memory of a heap comes from, for tests that hold for all of them.
enum HeapKind {
  FIXED,
  FIXED_FROM_ARENAS,
  GROWABLE,
  GROWABLE_FROM_ARENAS,
  OVER_NATIVE_MEMORY,
  OVER_BYTES;

  /// Opens a heap of a size, or with such a limit. Memory of the caller has been written.
  Heap open(long byteSize) {
    return switch (this) {
      case FIXED -> Heap.fixed(byteSize);
      case FIXED_FROM_ARENAS -> Heap.builder().fromArenas().fixed(byteSize);
      case GROWABLE -> Heap.growable(byteSize);
      case GROWABLE_FROM_ARENAS -> Heap.builder().fromArenas().growable(byteSize);
      case OVER_NATIVE_MEMORY -> Heap.over(Arena.ofAuto().allocate(byteSize, 4096).fill((byte) -1));
      case OVER_BYTES -> Heap.over(MemorySegment.ofArray(new byte[(int) byteSize]).fill((byte) -1));
    };
  }
}
