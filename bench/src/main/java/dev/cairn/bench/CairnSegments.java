package dev.cairn.bench;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cairn's [Heap] as most call it: by segments.
final class CairnSegments extends Contestant {
  private static final long LIMIT = 4L << 30;
  // As malloc aligns.
  private static final long ALIGNMENT = 16;

  private final Heap heap = Heap.growable(LIMIT);
  private final MemorySegment[] blocks;

  CairnSegments(int slots) {
    blocks = new MemorySegment[slots];
  }

  @Override
  void pair(long byteSize) {
    MemorySegment block = heap.allocate(byteSize, ALIGNMENT);
    block.set(ValueLayout.JAVA_LONG, 0, TOUCH);
    heap.free(block);
  }

  @Override
  void zeroedPair(long byteSize) {
    MemorySegment block = heap.allocateZeroed(byteSize, ALIGNMENT);
    block.set(ValueLayout.JAVA_LONG, 0, TOUCH);
    heap.free(block);
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
    heap.close();
  }
}
