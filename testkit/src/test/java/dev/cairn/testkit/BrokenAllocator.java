package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A heap with one mistake in it, for the tests of the tests.
class BrokenAllocator implements Allocator {
  /// The mistakes.
  enum Mistake {
    NONE,
    BLOCKS_OVERLAP,
    BLOCKS_ARE_TOO_LARGE,
    ALIGNMENT_IS_IGNORED,
    ZEROED_IS_NOT_ZERO,
    TRY_ALLOCATE_THROWS,
    BAD_LAYOUT_IS_NO_ROOM,
    DOUBLE_FREE_IS_ACCEPTED,
    ANY_SIZE_IS_FREED,
    INTERIOR_IS_FREED,
    RESIZE_MOVES,
    RESIZE_REFUSES_WHAT_IS_USABLE,
    REALLOCATE_LOSES_BYTES,
    REALLOCATE_LOSES_THE_LAST_BYTE,
    FAILED_REALLOCATE_FREES,
    REALLOCATE_LEAKS,
    USABLE_SIZE_IS_TOO_LARGE,
    FREE_WRITES_TO_A_NEIGHBOUR,
    STATS_MISCOUNT,
    STAYS_OPEN
  }

  final Heap heap;
  private final OpenArenas arenas = new OpenArenas(this);

  private BrokenAllocator(Heap heap) {
    this.heap = heap;
  }

  /// Opens a heap with a mistake.
  static Allocator open(Mistake mistake, long capacityBytes) {
    Heap heap = Heap.fixed(capacityBytes);
    return switch (mistake) {
      case NONE -> new BrokenAllocator(heap);
      case BLOCKS_OVERLAP -> new Overlapping(heap);
      case BLOCKS_ARE_TOO_LARGE -> new TooLarge(heap);
      case ALIGNMENT_IS_IGNORED -> new Misaligned(heap);
      case ZEROED_IS_NOT_ZERO -> new NotZeroed(heap);
      case TRY_ALLOCATE_THROWS -> new TryThrows(heap);
      case BAD_LAYOUT_IS_NO_ROOM -> new BadLayoutIsNoRoom(heap);
      case DOUBLE_FREE_IS_ACCEPTED -> new DoubleFree(heap);
      case ANY_SIZE_IS_FREED -> new AnySize(heap);
      case INTERIOR_IS_FREED -> new Interior(heap);
      case RESIZE_MOVES -> new ResizeMoves(heap);
      case RESIZE_REFUSES_WHAT_IS_USABLE -> new ResizeRefusesWhatIsUsable(heap);
      case REALLOCATE_LOSES_BYTES -> new ReallocateLosesBytes(heap);
      case REALLOCATE_LOSES_THE_LAST_BYTE -> new ReallocateLosesTheLastByte(heap);
      case FAILED_REALLOCATE_FREES -> new FailedReallocateFrees(heap);
      case REALLOCATE_LEAKS -> new ReallocateLeaks(heap);
      case USABLE_SIZE_IS_TOO_LARGE -> new UsableSizeTooLarge(heap);
      case FREE_WRITES_TO_A_NEIGHBOUR -> new FreeWritesToANeighbour(heap);
      case STATS_MISCOUNT -> new StatsMiscount(heap);
      case STAYS_OPEN -> new StaysOpen(heap);
    };
  }

  @Override
  public Arena confinedArena() {
    // Refuses where the heap does.
    heap.confinedArena().close();
    return arenas.openConfined();
  }

  @Override
  public Arena sharedArena() {
    heap.sharedArena().close();
    return arenas.openShared();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return heap.allocate(byteSize, byteAlignment);
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    return heap.tryAllocate(byteSize, byteAlignment);
  }

  @Override
  public void free(MemorySegment block) {
    heap.free(block);
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    return heap.resize(block, newByteSize);
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    return heap.reallocate(block, newByteSize, byteAlignment);
  }

  @Override
  public long usableSize(MemorySegment block) {
    return heap.usableSize(block);
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    return heap.blockAt(address, byteSize);
  }

  @Override
  public Stats stats() {
    return heap.stats();
  }

  @Override
  public void close() {
    arenas.requireNone("close");
    heap.close();
  }

  private static class Overlapping extends BrokenAllocator {
    private @Nullable MemorySegment last;
    private int count;

    Overlapping(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      MemorySegment before = last;
      if (before != null && ++count % 10 == 0 && byteSize < before.byteSize()) {
        return before.asSlice(0, byteSize, byteAlignment);
      }
      last = heap.allocate(byteSize, byteAlignment);
      return last;
    }
  }

  private static class TooLarge extends BrokenAllocator {
    TooLarge(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      MemorySegment block = heap.allocate(byteSize, byteAlignment);
      MemorySegment larger = heap.resize(block, heap.usableSize(block));
      return larger == null ? block : larger;
    }
  }

  private static class Misaligned extends BrokenAllocator {
    Misaligned(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      return heap.allocate(byteSize, Math.min(byteAlignment, 64));
    }
  }

  private static class NotZeroed extends BrokenAllocator {
    NotZeroed(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
      return heap.allocate(byteSize, byteAlignment);
    }
  }

  private static class TryThrows extends BrokenAllocator {
    TryThrows(Heap heap) {
      super(heap);
    }

    @Override
    public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
      return heap.allocate(byteSize, byteAlignment);
    }
  }

  private static class BadLayoutIsNoRoom extends BrokenAllocator {
    BadLayoutIsNoRoom(Heap heap) {
      super(heap);
    }

    @Override
    public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
      try {
        return heap.tryAllocate(byteSize, byteAlignment);
      } catch (LayoutException invalid) {
        return null;
      }
    }
  }

  private static class DoubleFree extends BrokenAllocator {
    DoubleFree(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      try {
        heap.free(block);
      } catch (InvalidBlockException refusal) {
        if (refusal.kind() != InvalidBlockException.Kind.NOT_LIVE) {
          throw refusal;
        }
      }
    }
  }

  private static class AnySize extends BrokenAllocator {
    AnySize(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      try {
        heap.free(block);
      } catch (InvalidBlockException refusal) {
        if (refusal.kind() != InvalidBlockException.Kind.WRONG_SIZE) {
          throw refusal;
        }
      }
    }
  }

  private static class Interior extends BrokenAllocator {
    Interior(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      try {
        heap.free(block);
      } catch (InvalidBlockException refusal) {
        if (refusal.kind() != InvalidBlockException.Kind.INTERIOR) {
          throw refusal;
        }
      }
    }
  }

  private static class ResizeMoves extends BrokenAllocator {
    ResizeMoves(Heap heap) {
      super(heap);
    }

    @Override
    public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
      try {
        return heap.reallocate(block, newByteSize, 1);
      } catch (MemoryExhaustedException noRoom) {
        return null;
      }
    }
  }

  private static class ResizeRefusesWhatIsUsable extends BrokenAllocator {
    ResizeRefusesWhatIsUsable(Heap heap) {
      super(heap);
    }

    @Override
    public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
      return newByteSize <= heap.usableSize(block) && newByteSize > block.byteSize()
          ? null
          : heap.resize(block, newByteSize);
    }
  }

  private static class ReallocateLosesBytes extends BrokenAllocator {
    ReallocateLosesBytes(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
      heap.usableSize(block);
      MemorySegment moved = heap.allocate(newByteSize, byteAlignment);
      heap.free(block);
      return moved;
    }
  }

  private static class ReallocateLosesTheLastByte extends BrokenAllocator {
    ReallocateLosesTheLastByte(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
      MemorySegment moved = heap.reallocate(block, newByteSize, byteAlignment);
      if (moved.address() != block.address() && block.byteSize() > 0 && newByteSize > 5000) {
        moved.asSlice(Math.min(block.byteSize(), newByteSize) - 1, 1).fill((byte) 0);
      }
      return moved;
    }
  }

  private static class FailedReallocateFrees extends BrokenAllocator {
    FailedReallocateFrees(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
      try {
        return heap.reallocate(block, newByteSize, byteAlignment);
      } catch (MemoryExhaustedException noRoom) {
        heap.free(block);
        throw noRoom;
      }
    }
  }

  private static class ReallocateLeaks extends BrokenAllocator {
    ReallocateLeaks(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
      heap.usableSize(block);
      MemorySegment moved = heap.allocate(newByteSize, byteAlignment);
      return moved.copyFrom(block.asSlice(0, Math.min(block.byteSize(), newByteSize)));
    }
  }

  private static class UsableSizeTooLarge extends BrokenAllocator {
    UsableSizeTooLarge(Heap heap) {
      super(heap);
    }

    @Override
    public long usableSize(MemorySegment block) {
      return heap.usableSize(block) + 16;
    }
  }

  private static class FreeWritesToANeighbour extends BrokenAllocator {
    private @Nullable MemorySegment last;

    FreeWritesToANeighbour(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      last = heap.allocate(byteSize, byteAlignment);
      return last;
    }

    @Override
    public void free(MemorySegment block) {
      heap.free(block);
      MemorySegment other = last;
      if (other != null && other.byteSize() > 8 && other.address() != block.address()) {
        other.asSlice(3, 1).fill((byte) 0);
      }
    }
  }

  private static class StatsMiscount extends BrokenAllocator {
    StatsMiscount(Heap heap) {
      super(heap);
    }

    @Override
    public Stats stats() {
      Stats real = heap.stats();
      return new Stats(
          real.liveBlocks() > 10 ? real.liveBlocks() + 1 : real.liveBlocks(),
          real.liveBytes(),
          real.freeBytes(),
          0,
          0,
          real.largestFreeBytes(),
          real.limitBytes(),
          real.metadataBytes(),
          real.peakLiveBytes(),
          real.peakFootprintBytes(),
          real.allocations(),
          real.frees(),
          real.failures());
    }
  }

  private static class StaysOpen extends BrokenAllocator {
    StaysOpen(Heap heap) {
      super(heap);
    }

    @Override
    public void close() {
      // What is lost here is what the mistake costs.
    }
  }
}
