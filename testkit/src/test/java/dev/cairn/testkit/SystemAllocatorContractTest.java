package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.SystemAllocator;
import org.junit.jupiter.api.Nested;

/// The C library's heap keeps the contract, for one thread and for all.
class SystemAllocatorContractTest {
  private static final Traits TRAITS = Traits.DEFAULT.with(Traits.Capacity.UNBOUNDED);

  @Nested
  class Confined implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return SystemAllocator.ofConfined();
    }

    @Override
    public Traits traits() {
      return TRAITS.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class Shared implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return SystemAllocator.ofShared();
    }

    @Override
    public Traits traits() {
      return TRAITS;
    }
  }
}
