package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.FailingAllocator;
import dev.cairn.check.Failures;
import dev.cairn.memory.Heap;

/// An allocator that is told to fail, but never is to, is what it is over.
class FailingAllocatorContractTest implements AllocatorContract {
  @Override
  public Allocator open(long capacityBytes) {
    return FailingAllocator.over(Heap.growable(capacityBytes), Failures.none());
  }
}
