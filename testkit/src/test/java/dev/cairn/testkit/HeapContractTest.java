package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of heap keeps the contract.
class HeapContractTest {
  /// What every heap is to be, beyond its kind.
  HeapBuilder builder() {
    return Heap.builder();
  }

  @Nested
  class Fixed implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().fixed(capacityBytes);
    }

    @Test
    void itsMemoryStaysInPlaceWhateverIsAskedOfIt() {
      try (Allocator allocator = open(64 * 1024)) {
        assertThat(allocator.tryAllocate(100_000, 1)).isNull();
        assertThat(allocator.stats().footprintBytes()).isEqualTo(64 * 1024);
        allocator.free(allocator.allocate(64, 1));
        assertThat(allocator.tryAllocate(100_000, 1)).isNull();
        assertThat(allocator.stats().footprintBytes()).isEqualTo(64 * 1024);
      }
    }
  }

  @Nested
  class Growable implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().growable(capacityBytes);
    }
  }

  @Nested
  class OverNativeMemory implements AllocatorContract {
    private final Arena arena = Arena.ofShared();

    @Override
    public Allocator open(long capacityBytes) {
      // Off a granule's boundary, and dirty.
      return builder().over(arena.allocate(capacityBytes + 1, 16).asSlice(1).fill((byte) 0xEE));
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
  class OverAMappedFile implements AllocatorContract {
    private final Arena arena = Arena.ofShared();
    @TempDir Path directory = Path.of("");
    private int files;

    @Override
    public Allocator open(long capacityBytes) {
      return builder().over(map(directory.resolve("heap" + files++), capacityBytes, arena));
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
  class OverBytes implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      byte[] memory = new byte[Math.toIntExact(capacityBytes)];
      return builder().over(MemorySegment.ofArray(memory).fill((byte) 0xEE));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY).withMaxAlignment(1);
    }

    @Test
    void noCallPromisesAnAlignmentThatAByteArrayMayNotHave() {
      try (Allocator allocator = open(64 * 1024)) {
        MemorySegment block = allocator.allocate(64, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> allocator.allocate(64, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> allocator.tryAllocate(64, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> allocator.allocateZeroed(64, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> allocator.reallocate(block, 64, 8));
        allocator.free(block);
      }
    }
  }

  @Nested
  class OverLongs implements AllocatorContract {
    @Override
    public Allocator open(long capacityBytes) {
      long[] memory = new long[Math.toIntExact(capacityBytes / Long.BYTES)];
      return builder().over(MemorySegment.ofArray(memory).fill((byte) 0xEE));
    }

    @Override
    public Traits traits() {
      return Traits.DEFAULT.with(Traits.Ending.BLOCKS_STAY).withMaxAlignment(8);
    }
  }

  /// A kind of heap that is opened large: small heaps may be built in another way.
  interface Large extends AllocatorContract {
    @Override
    default long capacityOf(long capacityBytes) {
      return Math.max(capacityBytes, 8 << 20);
    }
  }

  @Nested
  class FixedLarge implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().fixed(capacityOf(capacityBytes));
    }
  }

  @Nested
  class GrowableLarge implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return builder().growable(capacityOf(capacityBytes));
    }
  }

  @Nested
  class OverNativeMemoryLarge extends OverNativeMemory implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return super.open(capacityOf(capacityBytes));
    }
  }

  @Nested
  class OverAMappedFileLarge extends OverAMappedFile implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return super.open(capacityOf(capacityBytes));
    }
  }

  @Nested
  class OverBytesLarge extends OverBytes implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return super.open(capacityOf(capacityBytes));
    }
  }

  @Nested
  class OverLongsLarge extends OverLongs implements Large {
    @Override
    public Allocator open(long capacityBytes) {
      return super.open(capacityOf(capacityBytes));
    }
  }

  static MemorySegment map(Path file, long byteSize, Arena arena) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, byteSize, arena);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
