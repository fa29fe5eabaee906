package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.engine.BlockMap;
import dev.cairn.memory.Extents.Growth;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A heap: blocks of any size and alignment, freed in any order.
///
/// There are three kinds. They differ in where their memory comes from, and in nothing else.
///
/// - [#fixed(long)]: an exact number of bytes, taken up front, never more. For systems that must
///   know their memory.
/// - [#growable(long)]: grows as needed up to a limit, and gives back what is no longer used.
/// - [#over(MemorySegment)]: inside memory that the caller brings, be it native, a mapped file, or
///   a Java array. It takes nothing from the system.
///
/// {@snippet :
/// try (Heap heap = Heap.fixed(64 * 1024)) {
///   MemorySegment block = heap.allocate(100, 8);
///   block.set(ValueLayout.JAVA_LONG, 0, 42);
///   heap.free(block);
/// }
/// }
///
/// ## Safety
///
/// A wrong `free`, `resize`, `reallocate` or `usableSize` (twice, inside a block, of foreign
/// memory, with a wrong size) is refused with [InvalidBlockException]. A second free is told from
/// a first one for as long as no new block of that size begins at the same place. The bookkeeping
/// is apart from the blocks, so nothing that is written to a block, or to one that was freed, can
/// corrupt it. Sizes are checked as the heap rounds them: a wrong size that rounds up to the right
/// multiple of 16 bytes passes. Access to a block after it was freed is not caught while the heap
/// is open. After closing, access to any block of a fixed or growable heap throws
/// [IllegalStateException].
///
/// ## Cost
///
/// Sizes are rounded up to multiples of 16 bytes; a block has no header. The bookkeeping takes a
/// 64th of the memory, on the Java heap. A call takes a lock, then marks one bit per 16 bytes of
/// the block; `allocate` takes the lowest run of free memory that is large enough, in time that
/// grows with the free memory before it.
///
/// ## Threads
///
/// Any thread may use a heap, and any thread the blocks of a fixed or growable one, also a block
/// that another thread allocated. Blocks of [#over(MemorySegment)] may be used by the threads that
/// may use the memory.
public final class Heap implements Allocator {
  private final String kind;
  private final long limit;
  private final OpenArenas arenas = new OpenArenas(this);
  // Also the lock of this heap.
  private final Extents extents;
  private long live;
  private long peakLive;
  private long allocations;
  private long frees;
  private long failures;
  private boolean closed;

  private Heap(String kind, long limit, Growth growth) {
    this.kind = kind;
    this.limit = limit;
    this.extents = new Extents(growth, limit, arenas);
  }

  /// Opens a heap of an exact size. All of its memory is taken now, zeroed, and so in place.
  ///
  /// @param byteSize the size of the heap in bytes, from 0 to 32 GiB
  /// @return the heap
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond 32 GiB
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Heap fixed(long byteSize) {
    Extent.requireSize("heap", byteSize, BlockMap.MAX_BYTES);
    Heap heap = new Heap("fixed heap", byteSize, Growth.NONE);
    heap.extents.add(Extent.reserve(byteSize));
    return heap;
  }

  /// Opens a heap that grows as needed. It takes no memory until the first block.
  ///
  /// It grows by an eighth of its footprint at a time, and gives memory back as soon as two of the
  /// pieces it has taken are without a live block.
  ///
  /// @param byteLimit the most bytes its footprint may become
  /// @return the heap
  /// @throws IllegalArgumentException if `byteLimit` is negative
  public static Heap growable(long byteLimit) {
    Extent.requireSize("heap", byteLimit, Long.MAX_VALUE);
    return new Heap("growable heap", byteLimit, Growth.ON_DEMAND);
  }

  /// Opens a heap inside memory of the caller, which stays the owner of it.
  ///
  /// Nothing is taken from the system, and closing the heap leaves the memory as it is. The memory
  /// must stay valid while the heap is in use, and nobody else may write to it. Blocks of a heap in
  /// native memory can have any alignment. In a Java array they can have that of its elements: none
  /// in a `byte[]`, up to 8 in a `long[]`.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the heap
  /// @throws IllegalArgumentException if `memory` is read-only or larger than 32 GiB
  public static Heap over(MemorySegment memory) {
    Extent.requireSize("heap", memory.byteSize(), BlockMap.MAX_BYTES);
    Extent extent = Extent.over(memory);
    Heap heap = new Heap("heap over the caller's memory", extent.memory.byteSize(), Growth.NONE);
    heap.extents.add(extent);
    return heap;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    synchronized (extents) {
      MemorySegment block = tryAllocate(byteSize, byteAlignment);
      if (block == null) {
        throw exhausted(byteSize, byteAlignment);
      }
      return block;
    }
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    synchronized (extents) {
      requireOpen();
      for (Extent extent : extents) {
        extent.requireAlignment(byteAlignment);
        long offset = extent.allocate(byteSize, byteAlignment);
        if (offset != BlockMap.NO_ROOM) {
          return allocated(extent, offset, byteSize);
        }
      }
      Extent grown = extents.grow(byteSize, byteAlignment);
      if (grown == null) {
        failures++;
        return null;
      }
      return allocated(grown, grown.allocate(byteSize, byteAlignment), byteSize);
    }
  }

  @Override
  public void free(MemorySegment block) {
    synchronized (extents) {
      Extent extent = owner("free", block);
      long offset = extent.requireLive("free", block);
      live -= extent.map.usableSize(offset);
      extent.map.free(offset);
      frees++;
      if (extent.map.isEmpty()) {
        extents.shrink(extent);
      }
    }
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    synchronized (extents) {
      Extent extent = owner("resize", block);
      long offset = extent.requireLive("resize", block);
      long before = extent.map.usableSize(offset);
      if (!extent.map.resize(offset, newByteSize)) {
        return null;
      }
      live += BlockMap.rounded(newByteSize) - before;
      peakLive = Math.max(peakLive, live);
      return extent.slice(offset, newByteSize);
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    // One lock for all of it, so that no other thread can free the block while it is copied.
    synchronized (extents) {
      owner("reallocate", block).requireAlignment(byteAlignment);
      return Allocator.super.reallocate(block, newByteSize, byteAlignment);
    }
  }

  @Override
  public long usableSize(MemorySegment block) {
    synchronized (extents) {
      Extent extent = owner("usableSize", block);
      return extent.map.usableSize(extent.requireLive("usableSize", block));
    }
  }

  @Override
  public Stats stats() {
    synchronized (extents) {
      long liveBlocks = 0;
      long largestFree = 0;
      long metadata = 0;
      for (Extent extent : extents) {
        liveBlocks += extent.map.liveBlocks();
        largestFree = Math.max(largestFree, extent.map.largestFreeBytes());
        metadata += extent.map.metadataBytes();
      }
      return new Stats(
          liveBlocks,
          live,
          extents.footprint() - live,
          0,
          0,
          largestFree,
          limit,
          metadata,
          peakLive,
          extents.peakFootprint(),
          allocations,
          frees,
          failures);
    }
  }

  /// Checks every invariant of this heap.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    synchronized (extents) {
      extents.validate();
      long bytes = 0;
      for (Extent extent : extents) {
        bytes += extent.map.liveBytes();
      }
      if (bytes != live) {
        throw new AssertionError(bytes + " bytes are live, but the count says " + live);
      }
    }
  }

  /// Ends every block that is still live and gives all memory back. Closing again does nothing.
  ///
  /// Blocks of a heap [over][#over(MemorySegment)] the caller's memory end, but stay accessible for
  /// as long as that memory is.
  ///
  /// @throws IllegalStateException if an arena over this heap is open; nothing has changed then
  /// @throws IllegalStateException if a native call is using a block; the heap is closed then, but
  ///     holds some of its memory until it is closed again
  @Override
  public void close() {
    synchronized (extents) {
      arenas.requireNone("close");
      closed = true;
      live = 0;
      extents.close();
    }
  }

  @Override
  public Arena confinedArena() {
    requireRescope();
    return arenas.openConfined();
  }

  @Override
  public Arena sharedArena() {
    requireRescope();
    return arenas.openShared();
  }

  /// Answers the kind of the heap and its limit.
  @Override
  public String toString() {
    return limit == Long.MAX_VALUE ? kind : kind + " of " + limit + " bytes";
  }

  private MemorySegment allocated(Extent extent, long offset, long byteSize) {
    allocations++;
    live += BlockMap.rounded(byteSize);
    peakLive = Math.max(peakLive, live);
    return extent.slice(offset, byteSize);
  }

  /// The extent that a live block of this heap must be in.
  private Extent owner(String call, @Nullable MemorySegment segment) {
    requireOpen();
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    Extent extent = extents.find(block);
    if (extent == null) {
      throw Extent.invalid(Kind.FOREIGN, call, block, "that is no memory of this " + this);
    }
    if (!block.scope().equals(extent.memory.scope())) {
      throw Extent.invalid(
          Kind.FOREIGN, call, block, "it is a view in another scope than this heap's blocks");
    }
    return extent;
  }

  private void requireRescope() {
    synchronized (extents) {
      requireOpen();
      if (!extents.canRescope()) {
        throw new UnsupportedOperationException(
            "an arena over a "
                + kind
                + ", which may end before the arena does: bring memory of Arena.global(), or use"
                + " Heap.fixed");
      }
    }
  }

  private MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    Stats now = stats();
    return new MemoryExhaustedException(
        byteSize,
        byteAlignment,
        "this "
            + this
            + " has "
            + (limit - now.liveBytes())
            + " bytes free, "
            + now.largestFreeBytes()
            + " of them in one run; free blocks, or give it more memory");
  }

  private void requireOpen() {
    if (closed) {
      throw new AllocatorClosedException(toString());
    }
  }
}
