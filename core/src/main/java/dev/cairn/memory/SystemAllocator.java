package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.NativeBlocks.Block;
import dev.cairn.platform.MallocFunctions;
import dev.cairn.platform.Rescope;
import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.OpenAllocator.Holding;
import dev.cairn.telemetry.OpenAllocators;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The C library's own heap, or that of another native library: `malloc`, `free` and their kin,
/// made safe.
///
/// Its blocks are what C code calls malloc'd memory. Use it where native code shares the library's
/// heap, or to compare; a [Heap] is faster and says more.
///
/// {@snippet :
/// try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
///   MemorySegment block = malloc.allocate(ValueLayout.JAVA_INT);
///   block.set(ValueLayout.JAVA_INT, 0, 42);
///   malloc.free(block);
/// }
/// }
///
/// ## Safety
///
/// Native heaps keep their bookkeeping among the blocks and trust their caller, so that a stale
/// write or a second `free` there ends the process. Here neither reaches them: every block has a
/// scope of its own, which ends with it, so that access after `free` throws
/// [IllegalStateException]; and the allocator knows its live blocks, so that whatever else is
/// handed back is refused with [InvalidBlockException]. A block that was freed before and memory
/// that was never this allocator's cannot be told apart: both are [Kind#NOT_LIVE].
///
/// ## Cost
///
/// Beyond the native call, an entry in a hash table and a scope per block: about 100 bytes of
/// garbage and some hundred nanoseconds a pair. Freeing a block of a [shared][#ofShared()] one
/// stops every thread of the JVM for a moment, some microseconds. `reallocate` moves by allocating,
/// copying and freeing: `realloc` would end the old block before it is known whether it succeeds.
///
/// ## Threads
///
/// One [of a thread][#ofConfined()] and its blocks are confined to that thread; a shared one and
/// its blocks may be used by all.
public final class SystemAllocator implements Allocator {
  private final MallocFunctions library;
  private final @Nullable Thread owner;
  private final Supplier<Arena> scopes;
  private final OpenArenas arenas = new OpenArenas(this);
  private final NativeBlocks live = new NativeBlocks();
  private final LongAdder allocations = new LongAdder();
  private final LongAdder frees = new LongAdder();
  private final LongAdder failures = new LongAdder();
  // Null where it is for one thread.
  private final @Nullable OpenAllocator listed;
  private volatile boolean closed;

  private SystemAllocator(MallocFunctions library, @Nullable Thread owner, Supplier<Arena> scopes) {
    // Refuses here, once, a JVM that gives no native access.
    Rescope.openConfined().close();
    this.library = library;
    this.owner = owner;
    this.scopes = scopes;
    this.listed =
        owner == null
            ? OpenAllocators.add(this, OpenAllocators.nextName("system"), Holding.ITS_OWN, _ -> {})
            : null;
  }

  /// Opens an allocator over the C library's heap for the current thread.
  ///
  /// @return the allocator, confined to the current thread
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static SystemAllocator ofConfined() {
    return ofConfined("libc");
  }

  /// Opens an allocator over the heap of a native library for the current thread.
  ///
  /// @param library `libc`, `jemalloc`, `mimalloc`, `tcmalloc`, another library's name without
  ///     `lib` and suffix, or the path of its file
  /// @return the allocator, confined to the current thread
  /// @throws IllegalArgumentException if there is no such library, or it has no malloc of its own
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static SystemAllocator ofConfined(String library) {
    return new SystemAllocator(
        MallocFunctions.of(library), Thread.currentThread(), Arena::ofConfined);
  }

  /// Opens an allocator over the C library's heap for all threads.
  ///
  /// @return the allocator
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static SystemAllocator ofShared() {
    return ofShared("libc");
  }

  /// Opens an allocator over the heap of a native library for all threads.
  ///
  /// @param library as in [#ofConfined(String)]
  /// @return the allocator
  /// @throws IllegalArgumentException if there is no such library, or it has no malloc of its own
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static SystemAllocator ofShared(String library) {
    return new SystemAllocator(MallocFunctions.of(library), null, Arena::ofShared);
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    MemorySegment block = tryAllocate(byteSize, byteAlignment);
    if (block == null) {
      throw exhausted(byteSize, byteAlignment);
    }
    return block;
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    long size = sizeFor(byteSize, byteAlignment);
    return own(
        byteAlignment <= MallocFunctions.MALLOC_ALIGNMENT
            ? library.malloc().applyAsLong(size)
            : alignedAlloc(padded(size, byteAlignment), byteAlignment),
        byteSize,
        byteAlignment);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    if (byteAlignment > MallocFunctions.MALLOC_ALIGNMENT) {
      return Allocator.super.allocateZeroed(byteSize, byteAlignment);
    }
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    MemorySegment block =
        own(
            library.calloc().applyAsLong(1, sizeFor(byteSize, byteAlignment)),
            byteSize,
            byteAlignment);
    if (block == null) {
      throw exhausted(byteSize, byteAlignment);
    }
    return block;
  }

  @Override
  public void free(MemorySegment block) {
    Block ending = requireLive("free", block);
    end("free", block, ending);
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    Block old = requireLive("resize", block);
    long address = block.address();
    if (newByteSize > old.usableSize()) {
      return null;
    }
    MemorySegment segment;
    try {
      segment = Rescope.at(address, newByteSize, old.scope());
    } catch (IllegalStateException freedMeanwhile) {
      throw live.notLive("resize", address, block.byteSize());
    }
    if (!live.replace(address, old, new Block(old.scope(), newByteSize, old.usableSize()))) {
      throw live.notLive("resize", address, block.byteSize());
    }
    return segment;
  }

  @Override
  public long usableSize(MemorySegment block) {
    return requireLive("usableSize", block).usableSize();
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    requireOpen();
    Block known = live.requireAt("blockAt", address, byteSize);
    try {
      return Rescope.at(address, byteSize, known.scope());
    } catch (IllegalStateException freedMeanwhile) {
      throw live.notLive("blockAt", address, byteSize);
    }
  }

  /// What is live, and what this allocator has done. What its library holds beyond that, a native
  /// heap does not say: the footprint is the live bytes, as they were asked for.
  @Override
  public Stats stats() {
    requireOwner();
    long bytes = live.liveBytes();
    long most = live.peakBytes();
    return new Stats(
        live.size(),
        bytes,
        0,
        0,
        0,
        0,
        Long.MAX_VALUE,
        0,
        most,
        most,
        allocations.sum(),
        frees.sum(),
        failures.sum());
  }

  /// Ends every block that is still live, and frees it. Closing again does nothing.
  ///
  /// @throws IllegalStateException if an arena over this allocator is open; nothing has changed
  ///     then
  /// @throws IllegalStateException if a native call is using a block; all others have ended then,
  ///     and closing again ends it
  /// @throws WrongThreadException if this allocator is of another thread
  @Override
  public void close() {
    requireOwner();
    arenas.requireNone("close");
    closed = true;
    try {
      // One that was opened just now may have got a block. None can from here on.
      arenas.requireNone("close");
    } catch (IllegalStateException opened) {
      closed = false;
      throw opened;
    }
    if (listed != null) {
      listed.close();
    }
    IllegalStateException inUse = null;
    for (Map.Entry<Long, Block> entry : live.all()) {
      Block block = entry.getValue();
      try {
        block.scope().close();
        forget(entry.getKey(), block);
      } catch (IllegalStateException failure) {
        // Either in use, or ended by another thread just now, which frees it.
        inUse = block.scope().scope().isAlive() ? failure : inUse;
      }
    }
    if (inUse != null) {
      throw inUse;
    }
  }

  @Override
  public Arena confinedArena() {
    requireOpen();
    return arenas.openConfined();
  }

  /// Opens an arena for all threads. Only a shared allocator can.
  @Override
  public Arena sharedArena() {
    requireOpen();
    if (owner != null) {
      throw new UnsupportedOperationException(
          "a shared arena over a " + this + " that is confined to a thread: use a shared one");
    }
    return arenas.openShared();
  }

  /// Answers the library whose heap this is.
  @Override
  public String toString() {
    return "system allocator of " + library.library();
  }

  /// Asks the library for an aligned block, and does not take its word for it.
  private long alignedAlloc(long byteSize, long byteAlignment) {
    // mimalloc 2.0.9 takes blocks whose size is a power of two for aligned. Of a size and the next
    // two multiples of its alignment, one is none.
    for (int more = 0; more < 3; more++) {
      long address =
          library.alignedAlloc().applyAsLong(byteAlignment, byteSize + more * byteAlignment);
      if ((address & (byteAlignment - 1)) == 0) {
        return address;
      }
      library.free().accept(address);
    }
    throw new IllegalStateException(
        library.library()
            + " does not align blocks of "
            + byteSize
            + " bytes to "
            + byteAlignment
            + ": use another version of it");
  }

  /// Takes over what the library answered.
  private @Nullable MemorySegment own(long address, long byteSize, long byteAlignment) {
    if (address == 0) {
      failures.increment();
      Telemetry.failed(this, listed, byteSize, byteAlignment);
      return null;
    }
    Block block;
    MemorySegment segment;
    try {
      block = new Block(scopes.get(), byteSize, library.usableSize(address, byteSize));
      segment = Rescope.at(address, byteSize, block.scope());
      live.put(address, block);
    } catch (Throwable failure) {
      // The Java heap may be full.
      library.free().accept(address);
      throw failure;
    }
    allocations.increment();
    live.count(byteSize);
    if (closed) {
      // Closed while the library allocated: unless the close has found this block, nobody ends it.
      try {
        end("allocate", segment, block);
      } catch (InvalidBlockException found) {
        // Then that is done.
      }
      throw new AllocatorClosedException(toString());
    }
    return segment;
  }

  private void end(String call, MemorySegment segment, Block block) {
    try {
      // First the scope: whoever closes it frees, and no access can come after that.
      block.scope().close();
    } catch (IllegalStateException failure) {
      throw block.scope().scope().isAlive()
          ? failure
          : live.notLive(call, segment.address(), segment.byteSize());
    }
    forget(segment.address(), block);
  }

  private void forget(long address, Block block) {
    live.remove(address, block);
    frees.increment();
    library.free().accept(address);
  }

  private Block requireLive(String call, @Nullable MemorySegment segment) {
    requireOpen();
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    return live.requireLive(call, block);
  }

  private MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    return new MemoryExhaustedException(
        byteSize,
        byteAlignment,
        "the malloc of "
            + library.library()
            + " answered null, with "
            + live.liveBytes()
            + " bytes live here; ask for less, or free blocks");
  }

  private void requireOpen() {
    requireOwner();
    if (closed) {
      throw new AllocatorClosedException(toString());
    }
  }

  private void requireOwner() {
    if (owner != null && owner != Thread.currentThread()) {
      throw new WrongThreadException(
          "this "
              + this
              + " belongs to "
              + owner
              + ", not to "
              + Thread.currentThread()
              + ": open one in each thread, or a shared one");
    }
  }

  /// The size to ask of the library. C may answer null for no bytes, and aligns a block only as
  /// far as what fits into it can need.
  private static long sizeFor(long byteSize, long byteAlignment) {
    return Math.max(byteSize, Math.min(byteAlignment, MallocFunctions.MALLOC_ALIGNMENT));
  }

  private static long padded(long size, long alignment) {
    return (size + alignment - 1) & -alignment;
  }
}
