package dev.cairn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A contestant without memory, that counts: what a loop asks of one, and that it asks no nonsense.
final class CountingContestant extends Contestant {
  private final long[] slots;
  final AtomicLong allocations = new AtomicLong();
  final AtomicLong frees = new AtomicLong();
  final List<Long> sizes = new ArrayList<>();
  boolean closed;

  CountingContestant(int slots) {
    this.slots = new long[slots];
  }

  @Override
  void pair(long byteSize) {
    sizes.add(byteSize);
    allocations.incrementAndGet();
    frees.incrementAndGet();
  }

  @Override
  void zeroedPair(long byteSize) {
    pair(byteSize);
  }

  @Override
  void allocate(int slot, long byteSize) {
    if (slots[slot] != 0) {
      throw new IllegalStateException("slot " + slot + " holds a block, which would be lost");
    }
    slots[slot] = byteSize;
    sizes.add(byteSize);
    allocations.incrementAndGet();
  }

  @Override
  void free(int slot) {
    if (slots[slot] == 0) {
      throw new IllegalStateException("slot " + slot + " holds no block");
    }
    slots[slot] = 0;
    frees.incrementAndGet();
  }

  @Override
  public void close() {
    closed = true;
  }
}
