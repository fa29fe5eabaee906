package dev.cairn.testkit;

import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;

/// Every kind of heap keeps the contract where most blocks are checked, and some are not.
class SampledHeapContractTest extends HeapContractTest {
  @Override
  HeapBuilder builder() {
    return Heap.builder()
        .checked(CheckedAllocator.builder().sampledEvery(16).seed(1))
        .onLeak(_ -> {});
  }
}
