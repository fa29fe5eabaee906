package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Pool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of pool keeps the contract, except where that is about how many blocks of which sizes
/// there is room for: a pool has as many as it has slots.
class PoolContractTest {
  // As large as the largest request of the suite.
  private static final long SLOT_BYTES = 1 << 18;
  private static final int SLOTS = 64;
  private static final Layout ALIGNED = new Layout(SLOT_BYTES, 4096);

  interface PoolContract
      extends InvalidBlockContract, ResizeContract, StatsContract, CloseContract, ArenaContract {}

  @Nested
  class Confined implements PoolContract {
    @Override
    public Allocator open(long capacityBytes) {
      return Pool.confined(ALIGNED, SLOTS);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class Shared implements PoolContract {
    @Override
    public Allocator open(long capacityBytes) {
      return Pool.shared(ALIGNED, SLOTS);
    }
  }

  @Nested
  class ConfinedOverNativeMemory implements PoolContract {
    private final Arena arena = Arena.ofShared();

    @Override
    public Allocator open(long capacityBytes) {
      // Off the boundary of a slot, and dirty.
      MemorySegment memory = arena.allocate(SLOTS * SLOT_BYTES + 4096, 4096).asSlice(1);
      return Pool.confinedOver(memory.fill((byte) 0xEE), ALIGNED);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY);
    }

    @AfterEach
    void close() {
      arena.close();
    }
  }

  @Nested
  class SharedOverAMappedFile implements PoolContract {
    private final Arena arena = Arena.ofShared();
    @TempDir Path directory = Path.of("");
    private int files;

    @Override
    public Allocator open(long capacityBytes) {
      Path file = directory.resolve("pool" + files++);
      return Pool.sharedOver(HeapContractTest.map(file, SLOTS * SLOT_BYTES, arena), ALIGNED);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY);
    }

    @AfterEach
    void close() {
      arena.close();
    }
  }

  @Nested
  class ConfinedOverBytes implements PoolContract {
    @Override
    public Allocator open(long capacityBytes) {
      byte[] memory = new byte[Math.toIntExact(SLOTS * SLOT_BYTES)];
      MemorySegment dirty = MemorySegment.ofArray(memory).fill((byte) 0xEE);
      return Pool.confinedOver(dirty, Layout.ofBytes(SLOT_BYTES));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY).withMaxAlignment(1);
    }
  }
}
