package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.memory.WipingAllocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A wiping allocator is what it is over.
class WipingAllocatorContractTest {
  @Nested
  class OverAHeap implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return WipingAllocator.over(Heap.growable(Math.max(capacityBytes, 8 << 20)));
    }

    @Override
    public long capacityOf(long capacityBytes) {
      return Math.max(capacityBytes, 8 << 20);
    }
  }

  @Nested
  class OverARealtimeHeap implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return WipingAllocator.over(RealtimeHeap.confined(capacityBytes));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class OverARegion implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return WipingAllocator.over(Region.fixed(capacityBytes));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Reclaim.LAST_IN_FIRST_OUT).with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class OverMalloc implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return WipingAllocator.over(SystemAllocator.ofShared());
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Capacity.UNBOUNDED);
    }
  }

  @Nested
  class OverLongs implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      long[] memory = new long[(int) capacityBytes / Long.BYTES];
      return WipingAllocator.over(Heap.over(MemorySegment.ofArray(memory)));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.withMaxAlignment(8).with(Traits.Ending.BLOCKS_ARE_WIPED);
    }
  }

  @Test
  void manyThreadsLoseNothing() {
    Heap[] heap = new Heap[1];
    ConcurrentPrograms.Tally tally =
        ConcurrentPrograms.of(
                () -> {
                  heap[0] = Heap.growable(4 << 20);
                  return WipingAllocator.over(heap[0]);
                })
            .operations(300_000)
            .validatingEvery(50_000, _ -> heap[0].validate())
            .run();
    assertThat(tally.exhausted()).isPositive();
  }

  @Test
  void aProgramWithoutRoomLosesNothing() {
    AllocationFailures.checkAll(
        allocator -> {
          // The allocator below is not this program's to close.
          WipingAllocator secrets = WipingAllocator.over(allocator);
          MemorySegment block = secrets.allocate(100, 8);
          try {
            block = secrets.reallocate(block, 5000, 8);
            block = secrets.reallocate(block, 50, 8);
          } finally {
            secrets.free(block);
          }
        });
  }
}
