package dev.cairn.testkit;

import dev.cairn.check.CheckLevel;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;

/// Every kind of heap keeps the contract where every block is checked.
class FullyCheckedHeapContractTest extends HeapContractTest {
  @Override
  HeapBuilder builder() {
    return Heap.builder().checked(CheckLevel.FULL).onLeak(_ -> {});
  }
}
