package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.SystemAllocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Nested;

/// A checked allocator is what it is over, at each level.
class CheckedAllocatorContractTest {
  @Nested
  class Full implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder().onLeak(_ -> {}).over(Heap.growable(capacityBytes));
    }
  }

  @Nested
  class FullAndConfined implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder()
          .confined()
          .onLeak(_ -> {})
          .over(Heap.growable(capacityBytes));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class FullWithoutQuarantine implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder()
          .quarantine(0, 0)
          .onLeak(_ -> {})
          .over(Heap.growable(capacityBytes));
    }
  }

  @Nested
  class FullOverMalloc implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder().onLeak(_ -> {}).over(SystemAllocator.ofShared());
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Capacity.UNBOUNDED);
    }
  }

  @Nested
  class FullOverLongs implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      MemorySegment memory = MemorySegment.ofArray(new long[(int) capacityBytes / Long.BYTES]);
      return CheckedAllocator.builder().onLeak(_ -> {}).over(Heap.over(memory));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.withMaxAlignment(8).with(Traits.Ending.BLOCKS_STAY);
    }
  }

  @Nested
  class Sampled implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder()
          .sampledEvery(512 * 1024)
          .seed(1)
          .onLeak(_ -> {})
          .over(Heap.growable(capacityOf(capacityBytes)));
    }

    /// How many blocks there is room for depends on which are sampled; but little, where it is
    /// large.
    @Override
    public long capacityOf(long capacityBytes) {
      return Math.max(capacityBytes, 4 << 20);
    }
  }

  @Nested
  class SampledNearlyAll implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder()
          .sampledEvery(16)
          .seed(1)
          .onLeak(_ -> {})
          .over(Heap.growable(capacityBytes));
    }
  }

  @Nested
  class Off implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return CheckedAllocator.builder().level(CheckLevel.OFF).over(Heap.growable(capacityBytes));
    }
  }
}
