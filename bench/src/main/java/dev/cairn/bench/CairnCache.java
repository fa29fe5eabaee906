package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.own.DictOfLongs;
import dev.cairn.unsafe.Pointer;
import dev.cairn.unsafe.RawHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The cache in Cairn: blocks of a [Heap], and a [DictOfLongs] of where they are, which lies in the
/// same heap. A block begins with the size of its value.
final class CairnCache implements ValueCache {
  private static final long HEADER = Integer.BYTES;

  private final Heap heap;
  private final RawHeap blocks;
  private final DictOfLongs index;

  @SuppressWarnings("MustBeClosedChecker") // close() closes the index
  CairnCache(int entries, long byteLimit) {
    heap = Heap.growable(byteLimit);
    blocks = RawHeap.of(heap);
    index = DictOfLongs.withCapacity(heap, entries);
  }

  @Override
  public int get(long key, byte[] into) {
    long block = index.getOrDefault(key, 0);
    if (block == 0) {
      return -1;
    }
    int byteSize = new Pointer(block).getInt();
    MemorySegment.copy(value(block, byteSize), ValueLayout.JAVA_BYTE, 0, into, 0, byteSize);
    return byteSize;
  }

  @Override
  public void put(long key, byte[] from, int byteSize) {
    long block = blocks.allocate(HEADER + byteSize);
    new Pointer(block).setInt(byteSize);
    MemorySegment.copy(from, 0, value(block, byteSize), ValueLayout.JAVA_BYTE, 0, byteSize);
    long old = index.getOrDefault(key, 0);
    index.put(key, block);
    if (old != 0) {
      blocks.free(old);
    }
  }

  private static MemorySegment value(long block, int byteSize) {
    return new Pointer(block + HEADER).toSegment(byteSize);
  }

  @Override
  public long nativeBytes() {
    return heap.stats().footprintBytes();
  }

  @Override
  public void close() {
    index.forEach((_, block) -> blocks.free(block));
    index.close();
    heap.close();
  }
}
