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
import dev.cairn.memory.Bump.Position;
import dev.cairn.platform.Rescope;
import dev.cairn.telemetry.Telemetry;
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
/// [IllegalStateException]; only in a region over memory of the caller it is not caught. A wrong
/// `free` or `resize` is refused with [InvalidBlockException]. Freeing a block that is not the last
/// ends it: its memory comes back when all blocks after it have ended. A second free is told from a
/// first one for as long as no new block of that size begins at the same place.
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
/// [WrongThreadException]. Blocks of a region [#over(MemorySegment)] memory of the caller can be
/// used by the threads that may use the memory.
public final class Region implements Allocator, Arena {
  private final Thread owner = Thread.currentThread();
  private final String kind;
  private final long limit;
  // Owns the memory that the region takes from the system.
  private final Arena ground;
  // The scope of blocks outside any checkpoint: that of their memory.
  private final MemorySegment.Scope scope;
  // Whether blocks can be given a scope of their own.
  private final boolean canRescope;
  private final OpenArenas arenas = new OpenArenas(this);
  private final Bump bump;
  private final Checkpoints checkpoints;
  private boolean closed;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Region(String kind, long limit, @Nullable Extent over) {
    this.kind = kind;
    this.limit = limit;
    this.ground = Arena.ofConfined();
    this.bump = new Bump(ground, limit);
    this.checkpoints = new Checkpoints(bump);
    this.scope = over == null ? ground.scope() : over.memory.scope();
    this.canRescope = over == null || over.canRescope();
  }

  /// Opens a region of an exact size. All of its memory is taken now.
  ///
  /// @param byteSize the size of the region in bytes, from 0 to 32 GiB
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond 32 GiB
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Region fixed(long byteSize) {
    Extent.requireSize("region", byteSize, BlockMap.MAX_BYTES);
    Region region = new Region("fixed region", byteSize, null);
    try {
      region.bump.reserve(byteSize);
      return region;
    } catch (Throwable failure) {
      region.close();
      throw failure;
    }
  }

  /// Opens a region that grows as needed, doubling, up to a limit. It takes no memory until the
  /// first block, and gives back what it took when it closes.
  ///
  /// @param byteLimit the most bytes its footprint may become
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `byteLimit` is negative
  public static Region growable(long byteLimit) {
    Extent.requireSize("region", byteLimit, Long.MAX_VALUE);
    return new Region("growable region", byteLimit, null);
  }

  /// Opens a region inside memory of the caller, which stays the owner of it.
  ///
  /// Closing the region ends its blocks for the region, but they stay accessible for as long as the
  /// memory is. Nobody else may write to the memory meanwhile. In native memory blocks can have any
  /// alignment, in a Java array that of its elements.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the region, confined to the current thread
  /// @throws IllegalArgumentException if `memory` is read-only, has ended, is another thread's, or
  ///     is larger than 32 GiB
  public static Region over(MemorySegment memory) {
    Extent.requireSize("region", memory.byteSize(), BlockMap.MAX_BYTES);
    Extent extent = Extent.over(memory);
    Region region = new Region("region over the caller's memory", extent.memory.byteSize(), extent);
    region.bump.add(extent);
    return region;
  }

  /// Remembers where the region stands, so that all that is allocated from now on can be ended at
  /// once. Checkpoints nest.
  ///
  /// Blocks allocated after it have a scope of their own, which needs native access.
  ///
  /// @return the checkpoint
  /// @throws UnsupportedOperationException if the region is over memory of the caller that may end
  ///     before the checkpoint: any but that of [Arena#global()]
  /// @throws AllocatorClosedException if the region is closed
  public Checkpoint checkpoint() {
    requireOpen();
    requireRescope("a checkpoint of");
    return checkpoints.open(this);
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
      Telemetry.failed(this, null, byteSize, byteAlignment);
      return null;
    }
    try {
      MemorySegment block = bump.extent(position).zeroedSlice(position.offset(), byteSize);
      return in(checkpoints.innermost(), block);
    } catch (Throwable failure) {
      // The caller's memory has ended.
      bump.free(position, checkpoints.floor());
      throw failure;
    }
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    return allocate(byteSize, byteAlignment);
  }

  @Override
  public void free(MemorySegment block) {
    bump.free(requireLive("free", block), checkpoints.floor());
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    Position position = requireLive("resize", block);
    if (!bump.resize(position, newByteSize, checkpoints.floor())) {
      return null;
    }
    MemorySegment resized = bump.extent(position).slice(position.offset(), newByteSize);
    return in(checkpoints.since(position), resized);
  }

  /// Changes the size of a live block, moving it if it must: then to the end of the region, so that
  /// it ends with the innermost checkpoint.
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

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    requireOpen();
    Position position = bump.findAddress(address);
    MemorySegment block =
        position == null ? null : bump.extent(position).tryView(position.offset(), byteSize);
    if (position == null || block == null) {
      throw Extent.invalidAt(
          Kind.FOREIGN, "blockAt", address, byteSize, "that is no memory of this " + this);
    }
    long _ = bump.extent(position).requireLive("blockAt", block);
    return in(checkpoints.since(position), block);
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
    return scope;
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
  /// @throws IllegalStateException if an arena over this region is open; nothing has changed then
  /// @throws IllegalStateException if this thread is inside a native call that was given a block;
  ///     checkpoints may have ended then, and the region can be closed later
  /// @throws WrongThreadException if this is not the thread that opened the region
  @Override
  public void close() {
    requireOwner();
    if (closed) {
      return;
    }
    arenas.requireNone("close");
    checkpoints.endDownTo(null);
    try {
      ground.close();
    } finally {
      // An action that somebody attached to the scope may have thrown, after it had closed.
      if (!ground.scope().isAlive()) {
        bump.clear();
        closed = true;
      }
    }
  }

  @Override
  public Arena confinedArena() {
    requireOpen();
    requireRescope("an arena over");
    return arenas.openConfined();
  }

  /// Refuses: a region is confined to its thread, and so is all that it hands out.
  @Override
  public Arena sharedArena() {
    throw new UnsupportedOperationException(
        "a shared arena over a " + kind + ", which is confined to a thread: use a Heap");
  }

  /// Answers the kind of the region and its limit.
  @Override
  public String toString() {
    return limit == Long.MAX_VALUE ? kind : kind + " of " + limit + " bytes";
  }

  void rewind(Checkpoint checkpoint) {
    requireOpen();
    if (!checkpoints.isOpen(checkpoint)) {
      throw new IllegalStateException(
          "this checkpoint has ended, with an earlier one or by its close: make a new checkpoint");
    }
    arenas.requireNone("rewind");
    checkpoints.endDownTo(checkpoint);
    checkpoints.reopen(checkpoint);
  }

  void close(Checkpoint checkpoint) {
    requireOwner();
    if (checkpoints.isOpen(checkpoint)) {
      arenas.requireNone("rewind");
      checkpoints.endDownTo(checkpoint);
    }
  }

  private Position requireLive(String call, @Nullable MemorySegment segment) {
    requireOpen();
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    Position position = bump.find(block);
    if (position == null) {
      throw Extent.invalid(Kind.FOREIGN, call, block, "that is no memory of this " + this);
    }
    Checkpoint since = checkpoints.since(position);
    MemorySegment.Scope expected = since == null ? scope : since.scope().scope();
    if (!block.scope().equals(expected)) {
      // A stale segment of another checkpoint, or a view that somebody else answers for.
      throw block.scope().isAlive()
          ? Extent.invalid(
              Kind.FOREIGN, call, block, "it is in another scope than the blocks there")
          : Extent.invalid(Kind.NOT_LIVE, call, block, "it has ended with its checkpoint");
    }
    bump.extent(position).requireLive(call, block);
    return position;
  }

  private MemorySegment in(@Nullable Checkpoint checkpoint, MemorySegment block) {
    return checkpoint == null ? block : Rescope.to(block, checkpoint.scope());
  }

  private void requireRescope(String what) {
    if (!canRescope) {
      throw new UnsupportedOperationException(
          what
              + " a "
              + kind
              + ", which may end earlier: bring memory of Arena.global(), or use Region.fixed");
    }
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
