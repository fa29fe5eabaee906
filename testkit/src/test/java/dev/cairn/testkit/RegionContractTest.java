package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/// Every kind of region keeps the contract.
class RegionContractTest {
  private static final Traits TRAITS =
      Traits.DEFAULT.with(Traits.Reclaim.LAST_IN_FIRST_OUT).with(Traits.Threads.ALLOCATING);

  @Nested
  class Fixed implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return Region.fixed(capacityBytes);
    }

    @Override
    public Traits traits() {
      return TRAITS;
    }
  }

  @Nested
  class Growable implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return Region.growable(capacityBytes);
    }

    @Override
    public Traits traits() {
      return TRAITS;
    }
  }

  @Nested
  class OverNativeMemory implements AllocatorContract {
    private final Arena arena = Arena.ofConfined();

    @Override
    public Allocator open(long capacityBytes) {
      return Region.over(arena.allocate(capacityBytes + 1, 16).asSlice(1).fill((byte) 0xEE));
    }

    @Override
    public Traits traits() {
      return TRAITS.with(Traits.Ending.BLOCKS_STAY);
    }

    @AfterEach
    void close() {
      arena.close();
    }
  }

  @Nested
  class OverBytes implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      byte[] memory = new byte[Math.toIntExact(capacityBytes)];
      return Region.over(MemorySegment.ofArray(memory).fill((byte) 0xEE));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT
          .withMaxAlignment(1)
          .with(Traits.Reclaim.LAST_IN_FIRST_OUT)
          .with(Traits.Ending.BLOCKS_STAY);
    }
  }
}
