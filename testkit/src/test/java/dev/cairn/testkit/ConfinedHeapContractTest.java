package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;
import org.junit.jupiter.api.Nested;

/// A heap whose blocks have a scope each keeps the contract of an allocator for one thread.
class ConfinedHeapContractTest {
  private static HeapBuilder builder() {
    return Heap.builder().checked(CheckedAllocator.builder().confined()).onLeak(_ -> {});
  }

  @Nested
  class Fixed implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().fixed(capacityBytes);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class Growable implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().growable(capacityBytes);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }
}
