package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import dev.cairn.engine.BlockMap;
import dev.cairn.memory.Bump.Position;
import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A region: blocks laid one after the other, which end together.
///
/// Allocating moves a cursor. Memory comes back when the region is rewound to a
/// [checkpoint][#checkpoint()], when it closes, or when the last block is freed. Because its blocks
/// are zeroed and end with it, a region is also an [Arena], and any code that takes one takes it.
///
/// {@snippet :
/// try (Region region = Region.growable(1 << 20);
///     Checkpoint request = region.checkpoint()) {
///   while (next()) {
///     handle(region.allocate(200, 8));
///     request.rewind();
///   }
/// }
/// }
///
/// ## Safety
///
/// Access to a block after its checkpoint was rewound, or after the region closed, throws
/// [IllegalStateException]; only in a region over a Java array is it not caught. A wrong `free` or
/// `resize` is refused with [InvalidBlockException]. Freeing a block that is not the last ends it:
/// a second `free` is refused, its memory comes back when all blocks after it have ended.
///
/// ## Cost
///
/// `allocate` takes time in proportion to the block's size: it zeroes what was used before, and
/// marks one bit per 16 bytes. Sizes are rounded up to multiples of 16 bytes. The marks take 1.6 %
/// of the memory, on the Java heap.
///
/// ## Threads
///
/// A region and its blocks are confined to the thread that opened it: others are refused with
/// [WrongThreadException]. Blocks of a region [#over(MemorySegment)] a Java array can be read by
/// any thread.
public final class Region implements Allocator, Arena {
  private final Thread owner = Thread.currentThread();
  private final String kind;
  private final long limit;
  // Owns the memory that the region takes from the system.
  private final Arena ground;
  // The scope of blocks outside any checkpoint; null where they are in the scope of their memory.
  private final @Nullable Arena scope;
  private final MemorySegment.Scope blockScope;
  private final Bump bump;
  private @Nullable Checkpoint innermost;
  private boolean closed;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Region(String kind, long limit) {
    this.kind = kind;
    this.limit = limit;
    this.ground = Arena.ofConfined();
    this.bump = new Bump(ground, limit);
    this.scope = null;
    this.blockScope = ground.scope();
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Region(Extent extent) {
    this.kind = "region over the caller's memory";
    this.limit = extent.memory.byteSize();
    this.ground = Arena.ofConfined();
    this.bump = new Bump(ground, limit);
    this.bump.add(extent);
    this.scope = extent.memory.isNative() ? Rescope.openConfined() : null;
    this.blockScope = scope == null ? extent.memory.scope() : scope.scope();
  }

  /// Opens a region of an exact size. All of its memory is taken now.
  ///
  /// @param byteSize the size of the region in bytes, from 0 to 32 GiB
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond 32 GiB
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Region fixed(long byteSize) {
    Extent.requireSize("region", byteSize, BlockMap.MAX_BYTES);
    Region region = new Region("fixed region", byteSize);
    region.bump.reserve(byteSize);
    return region;
  }

  /// Opens a region that grows as needed, doubling, up to a limit. It takes no memory until the
  /// first block, and gives back what it took when it closes.
  ///
  /// @param byteLimit the most bytes its footprint may become
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `byteLimit` is negative
  public static Region growable(long byteLimit) {
    Extent.requireSize("region", byteLimit, Long.MAX_VALUE);
    return new Region("growable region", byteLimit);
  }

  /// Opens a region inside memory of the caller, which stays the owner of it.
  ///
  /// Closing the region ends its blocks and leaves the memory as it is. Nobody else may write to
  /// the memory until then. In native memory blocks can have any alignment, and the region needs
  /// native access; in a Java array they can have the alignment of its elements.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `memory` is read-only or larger than 32 GiB
  public static Region over(MemorySegment memory) {
    Extent.requireSize("region", memory.byteSize(), BlockMap.MAX_BYTES);
    return new Region(Extent.over(memory));
  }

  /// Remembers where the region stands, so that all that is allocated from now on can be ended at
  /// once. Checkpoints nest.
  ///
  /// Blocks allocated after it have a scope of their own, which needs native access.
  ///
  /// @return the checkpoint
  /// @throws UnsupportedOperationException if the region is over a Java array, whose blocks cannot
  ///     have a scope
  /// @throws AllocatorClosedException if the region is closed
  public Checkpoint checkpoint() {
    requireOpen();
    if (bump.isInArray()) {
      throw new UnsupportedOperationException(
          "a checkpoint of a region in a Java array, whose blocks cannot be ended: bring native"
              + " memory");
    }
    Checkpoint checkpoint = new Checkpoint(this, innermost, bump.position());
    innermost = checkpoint;
    return checkpoint;
  }

  /// Hands out a zeroed block.
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    MemorySegment block = tryAllocate(byteSize, byteAlignment);
    if (block == null) {
      Stats now = stats();
      throw new MemoryExhaustedException(
          byteSize,
          byteAlignment,
          "this "
              + this
              + " has room for "
              + now.largestFreeBytes()
              + " bytes and holds "
              + now.liveBytes()
              + " live ones; rewind it, or open it with a larger size");
    }
    return block;
  }

  /// Hands out a zeroed block, or null if there is no room.
  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    Position position = bump.place(byteSize, byteAlignment);
    if (position == null) {
      return null;
    }
    MemorySegment block = bump.extent(position).zeroedSlice(position.offset(), byteSize);
    return in(innermost, block);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    return allocate(byteSize, byteAlignment);
  }

  @Override
  public void free(MemorySegment block) {
    bump.free(requireLive("free", block), floor());
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    Position position = requireLive("resize", block);
    if (!bump.resize(position, newByteSize, floor())) {
      return null;
    }
    MemorySegment resized = bump.extent(position).slice(position.offset(), newByteSize);
    return in(checkpointOf(block), resized);
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    bump.extent(requireLive("reallocate", block)).requireAlignment(byteAlignment);
    return Allocator.super.reallocate(block, newByteSize, byteAlignment);
  }

  @Override
  public long usableSize(MemorySegment block) {
    Position position = requireLive("usableSize", block);
    return bump.extent(position).map.usableSize(position.offset());
  }

  /// What this region holds and has done. Its free bytes include those of ended blocks that wait
  /// for the blocks after them to end.
  @Override
  public Stats stats() {
    requireOwner();
    return bump.stats();
  }

  /// The scope of the blocks that are allocated outside any checkpoint.
  @Override
  public MemorySegment.Scope scope() {
    return blockScope;
  }

  /// Checks every invariant of this region.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    requireOwner();
    bump.validate();
  }

  /// Ends every block and every checkpoint, and gives all memory back. Closing again does nothing.
  ///
  /// @throws IllegalStateException if this thread is inside a native call that was given a block
  /// @throws WrongThreadException if this is not the thread that opened the region
  @Override
  public void close() {
    requireOwner();
    if (closed) {
      return;
    }
    endDownTo(null);
    if (scope != null) {
      scope.close();
    }
    ground.close();
    bump.clear();
    closed = true;
  }

  /// Answers the kind of the region and its limit.
  @Override
  public String toString() {
    return limit == Long.MAX_VALUE ? kind : kind + " of " + limit + " bytes";
  }

  void rewind(Checkpoint checkpoint) {
    requireOpen();
    if (!isOpen(checkpoint)) {
      throw new IllegalStateException(
          "this checkpoint has ended, with an earlier one or by its close: make a new checkpoint");
    }
    endDownTo(checkpoint);
    checkpoint.reopen();
    innermost = checkpoint;
  }

  void close(Checkpoint checkpoint) {
    requireOwner();
    if (isOpen(checkpoint)) {
      endDownTo(checkpoint);
    }
  }

  private void endDownTo(@Nullable Checkpoint last) {
    while (innermost != null) {
      Checkpoint ending = innermost;
      // First the scope: if it cannot close, because a native call uses a block, nothing may end.
      ending.scope().close();
      bump.rewind(ending.position());
      innermost = ending.outer();
      if (ending == last) {
        return;
      }
    }
  }

  private boolean isOpen(Checkpoint checkpoint) {
    for (Checkpoint c = innermost; c != null; c = c.outer()) {
      if (c == checkpoint) {
        return true;
      }
    }
    return false;
  }

  private Position requireLive(String call, @Nullable MemorySegment segment) {
    requireOpen();
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    Position position = bump.find(block);
    if (position == null) {
      throw Extent.invalid(Kind.FOREIGN, call, block, "that is no memory of this " + kind);
    }
    if (checkpointOf(block) == null && !block.scope().equals(blockScope)) {
      throw Extent.invalid(
          Kind.FOREIGN, call, block, "it is a view in another scope than this region's blocks");
    }
    bump.extent(position).requireLive(call, block);
    return position;
  }

  /// The checkpoint since which a block was allocated; null if there is none.
  private @Nullable Checkpoint checkpointOf(MemorySegment block) {
    for (Checkpoint c = innermost; c != null; c = c.outer()) {
      if (block.scope().equals(c.scope().scope())) {
        return c;
      }
    }
    return null;
  }

  private MemorySegment in(@Nullable Checkpoint checkpoint, MemorySegment block) {
    Arena arena = checkpoint == null ? scope : checkpoint.scope();
    return arena == null ? block : Rescope.to(block, arena);
  }

  private Position floor() {
    return innermost == null ? Position.START : innermost.position();
  }

  private void requireOpen() {
    requireOwner();
    if (closed) {
      throw new AllocatorClosedException(toString());
    }
  }

  private void requireOwner() {
    Thread current = Thread.currentThread();
    if (current != owner) {
      throw new WrongThreadException(
          "this "
              + this
              + " belongs to "
              + owner
              + ", not to "
              + current
              + ": open a region in each thread, or use a Heap");
    }
  }
}
