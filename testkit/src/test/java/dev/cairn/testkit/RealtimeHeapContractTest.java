package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of real-time heap keeps the contract.
class RealtimeHeapContractTest {
  @Nested
  class Confined implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return RealtimeHeap.confined(capacityBytes);
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Threads.ALLOCATING);
    }
  }

  @Nested
  class Shared implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return RealtimeHeap.shared(capacityBytes);
    }
  }

  @Nested
  class ConfinedOverNativeMemory implements AllocatorContract {
    private final Arena arena = Arena.ofShared();

    @Override
    public Allocator open(long capacityBytes) {
      // Off a granule's boundary, and dirty.
      return RealtimeHeap.confinedOver(
          arena.allocate(capacityBytes + 1, 16).asSlice(1).fill((byte) 0xEE));
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
  class SharedOverAMappedFile implements AllocatorContract {
    private final Arena arena = Arena.ofShared();
    @TempDir Path directory = Path.of("");
    private int files;

    @Override
    public Allocator open(long capacityBytes) {
      Path file = directory.resolve("heap" + files++);
      return RealtimeHeap.sharedOver(HeapContractTest.map(file, capacityBytes, arena));
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
  class ConfinedOverBytes implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      byte[] memory = new byte[Math.toIntExact(capacityBytes)];
      return RealtimeHeap.confinedOver(MemorySegment.ofArray(memory).fill((byte) 0xEE));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY).withMaxAlignment(1);
    }
  }
}
