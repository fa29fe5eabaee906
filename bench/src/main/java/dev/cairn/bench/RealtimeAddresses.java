package dev.cairn.bench;

import dev.cairn.memory.RealtimeHeap;
import dev.cairn.unsafe.RawRealtimeHeap;

/// Cairn's [RealtimeHeap] by addresses, through [RawRealtimeHeap].
final class RealtimeAddresses extends Slots {
  private static final long ALIGNMENT = 16;

  private final RealtimeHeap heap;
  private final RawRealtimeHeap raw;
  private final long[] blocks;

  RealtimeAddresses(int slots, long byteSize) {
    heap = RealtimeHeap.confined(byteSize);
    raw = RawRealtimeHeap.of(heap);
    blocks = new long[slots];
  }

  @Override
  void allocate(int slot, long byteSize) {
    long block = raw.allocate(byteSize, ALIGNMENT);
    if (block == RawRealtimeHeap.NO_ROOM) {
      throw new AssertionError("no room for " + byteSize + " bytes: " + heap.stats());
    }
    AddressContestant.touch(block);
    blocks[slot] = block;
  }

  @Override
  void free(int slot) {
    raw.free(blocks[slot]);
  }

  @Override
  public void close() {
    heap.onLeak(_ -> {}).close();
  }
}
