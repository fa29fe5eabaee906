package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;

/// A watched heap is a heap.
class LeakWatchContractTest implements AllocatorContract {
  @Override
  public Allocator open(long capacityBytes) {
    return LeakWatch.over(Heap.growable(capacityBytes), _ -> {});
  }
}
