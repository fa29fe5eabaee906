package dev.cairn.bench;

import dev.cairn.memory.Heap;
import dev.cairn.unsafe.RawHeap;

/// Cairn's [Heap] by addresses, through [RawHeap].
final class CairnAddresses extends AddressContestant {
  private static final long LIMIT = 4L << 30;

  private final Heap heap = Heap.growable(LIMIT);
  private final RawHeap raw = RawHeap.of(heap);

  CairnAddresses(int slots) {
    super(slots);
  }

  @Override
  long allocate(long byteSize) {
    return raw.allocate(byteSize);
  }

  @Override
  long allocateZeroed(long byteSize) {
    return raw.allocateZeroed(byteSize);
  }

  @Override
  void free(long address) {
    raw.free(address);
  }

  @Override
  public void close() {
    heap.close();
  }
}
