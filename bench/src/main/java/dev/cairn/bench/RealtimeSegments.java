package dev.cairn.bench;

import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cairn's [RealtimeHeap] as most call it: by segments.
final class RealtimeSegments extends Slots {
  private static final long ALIGNMENT = 16;

  private final RealtimeHeap heap;
  private final MemorySegment[] blocks;

  RealtimeSegments(int slots, long byteSize) {
    heap = RealtimeHeap.confined(byteSize);
    blocks = new MemorySegment[slots];
  }

  @Override
  void allocate(int slot, long byteSize) {
    MemorySegment block = heap.allocate(byteSize, ALIGNMENT);
    block.set(ValueLayout.JAVA_LONG, 0, TOUCH);
    blocks[slot] = block;
  }

  @Override
  void free(int slot) {
    heap.free(blocks[slot]);
  }

  @Override
  public void close() {
    heap.onLeak(_ -> {}).close();
  }
}
