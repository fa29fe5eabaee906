package dev.cairn.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.SystemAllocator;
import org.junit.jupiter.api.Nested;

/// The C library's heap keeps the contract, for one thread and for all; so do other libraries'.
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

  @Nested
  class Jemalloc extends Confined {
    @Override
    public Allocator open(long capacityBytes) {
      return ofConfined("jemalloc");
    }
  }

  @Nested
  class Mimalloc extends Confined {
    @Override
    public Allocator open(long capacityBytes) {
      return ofConfined("mimalloc");
    }
  }

  @Nested
  class Tcmalloc extends Confined {
    @Override
    public Allocator open(long capacityBytes) {
      return ofConfined("tcmalloc");
    }
  }

  private static SystemAllocator ofConfined(String library) {
    try {
      return SystemAllocator.ofConfined(library);
    } catch (IllegalArgumentException missing) {
      return abort(library + " is not installed: " + missing);
    }
  }
}
