package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.check.LeakReport;
import dev.cairn.engine.BuddyHeap;
import dev.cairn.engine.BuddyHeapAccess;
import dev.cairn.engine.BuddyMap;
import dev.cairn.engine.Gate;
import dev.cairn.platform.Zeros;
import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A heap of an exact size in which every call takes a bounded time, for programs in which a pause
/// is an accident.
///
/// [HeapSizing] tells the size at which no request of a program can fail.
///
/// {@snippet :
/// long byteSize = new HeapSizing(1 << 20, 64, 4096).realtimeHeapBytes();
/// try (RealtimeHeap heap = RealtimeHeap.confined(byteSize)) {
///   MemorySegment message = heap.allocate(100, 8);
///   heap.free(message);
/// }
/// }
///
/// ## Safety
///
/// A wrong `free`, `resize`, `reallocate` or `usableSize` (twice, inside a block, of foreign
/// memory, with a wrong size) is refused with [InvalidBlockException]. A second free is told from a
/// first one for as long as no new block begins at the same place. The bookkeeping is apart from
/// the blocks, so nothing that is written to a block can corrupt it. Sizes are checked as they are
/// rounded: a wrong size that rounds up to the same power of two passes. Access to a block after it
/// was freed is not caught while the heap is open. After closing, access to any block throws
/// [IllegalStateException], unless the memory is the caller's. Where a [StackOverflowError] has cut
/// a call off halfway, all later ones but closing are refused with [IllegalStateException]; where
/// it strikes at the end of an `allocate`, the block stays live until the heap closes.
///
/// ## Cost
///
/// `allocate`, `free`, `resize` and `usableSize` take at most [#MAX_STEPS] steps in a heap of any
/// size, whatever is live and whatever was before; a step is a look at a word of the bookkeeping,
/// or a change of one. `allocateZeroed` also zeroes its bytes, and `reallocate` copies
/// those of a block that must move. A refusal makes its exception, and [#stats()] its record.
/// [#walk], [#classes] and [#validate()] are for times when there is time.
///
/// Sizes are rounded up to powers of two, at least 16 bytes. A block aligned to more than its size
/// takes as much as its alignment, and one that shrinks keeps its room: without both nothing could
/// be promised of fragmentation. The bookkeeping is a 14th of the memory, on the Java heap, taken
/// when the heap opens; after that no call makes an object but the segment it answers.
///
/// ## Threads
///
/// A confined heap and its blocks are for the thread that opened it, and take no lock. Any thread
/// may use a shared one: threads are served in the order in which they came. While `k` other
/// threads use the heap, a call waits for `k` calls of theirs at most, each of at most [#MAX_STEPS]
/// steps unless it is one that visits all of the heap; and only if the thread that is being served
/// has a processor. A thread whose stack overflows, even inside a call, keeps nobody waiting.
/// Blocks over the caller's memory can be used by the threads that may use it.
public final class RealtimeHeap implements Allocator {
  /// The most bytes that such a heap can have: 32 GiB less a little.
  public static final long MAX_BYTES = BuddyMap.MAX_BYTES;

  /// The most steps that a call takes, in a heap of [#MAX_BYTES] that is as bad as can be. In
  /// smaller heaps they are fewer.
  public static final int MAX_STEPS = BuddyMap.MAX_STEPS;

  /// The largest alignment that a block can have, if the heap has room for a block of that size.
  public static final long MAX_ALIGNMENT = BuddyMap.MAX_ALIGNMENT;

  static {
    BuddyHeapAccess.setKey(heap -> ((RealtimeHeap) heap).blocks);
  }

  private final Tract tract;
  // That of the tract.
  private final MemorySegment memory;
  private final BuddyHeap blocks;
  // Null where it is for one thread.
  private final @Nullable OpenAllocator listed;
  private final OpenArenas arenas = new OpenArenas(this);
  private boolean isReported;
  private volatile Consumer<LeakReport> leakListener = report -> report.warn(this);

  private RealtimeHeap(String kind, Tract tract, Gate gate) {
    this.tract = tract;
    this.memory = tract.memory;
    this.blocks = new BuddyHeap(kind + " of " + memory.byteSize() + " bytes", memory, gate);
    this.listed = blocks.isShared() ? tract.list(this, "realtime-heap") : null;
  }

  /// Opens a heap for the current thread. All of its memory is taken and put in place now.
  ///
  /// @param byteSize the size of the heap in bytes, from 0 to [#MAX_BYTES]
  /// @return the heap, confined to the current thread
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond [#MAX_BYTES]
  /// @throws OutOfMemoryError if the system does not have that much memory
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public static RealtimeHeap confined(long byteSize) {
    Extent.requireSize("real-time heap", byteSize, MAX_BYTES);
    return open("confined real-time heap", Arena.ofConfined(), byteSize, Gate.ofCurrentThread());
  }

  /// Opens a heap for all threads. All of its memory is taken and put in place now.
  ///
  /// @param byteSize the size of the heap in bytes, from 0 to [#MAX_BYTES]
  /// @return the heap
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond [#MAX_BYTES]
  /// @throws OutOfMemoryError if the system does not have that much memory
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public static RealtimeHeap shared(long byteSize) {
    Extent.requireSize("real-time heap", byteSize, MAX_BYTES);
    return open("shared real-time heap", Arena.ofShared(), byteSize, Gate.ofAllThreads());
  }

  /// Opens a heap for the current thread inside memory of the caller, which stays the owner of it.
  ///
  /// Nothing is taken from the system, and closing the heap leaves the memory as it is. The memory
  /// must stay valid while the heap is in use, and nobody else may write to it. In a Java array
  /// blocks can have the alignment of its elements. What lies before the first multiple of 16 bytes
  /// is not used. Memory that a [fixed heap][HeapBuilder#locked()] has locked is never paged out.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the heap, confined to the current thread
  /// @throws IllegalArgumentException if `memory` is read-only, has ended, is another thread's, or
  ///     is larger than [#MAX_BYTES]
  public static RealtimeHeap confinedOver(MemorySegment memory) {
    return over("confined real-time heap", memory, Gate.ofCurrentThread());
  }

  /// Opens a heap for all threads inside memory of the caller, as [#confinedOver(MemorySegment)]
  /// does.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the heap, for the threads that may use the memory
  /// @throws IllegalArgumentException as [#confinedOver(MemorySegment)] does
  public static RealtimeHeap sharedOver(MemorySegment memory) {
    return over("shared real-time heap", memory, Gate.ofAllThreads());
  }

  private static RealtimeHeap open(String kind, Arena ground, long byteSize, Gate gate) {
    // Then fragments begin where addresses are as aligned as the fragments are large.
    long alignment = Math.min(BuddyMap.rounded(byteSize), MAX_ALIGNMENT);
    Tract tract = Tract.take(ground, byteSize, alignment);
    try {
      return new RealtimeHeap(kind, tract, gate);
    } catch (Throwable failure) {
      tract.release();
      throw failure;
    }
  }

  private static RealtimeHeap over(String kind, MemorySegment memory, Gate gate) {
    Extent.requireSize("real-time heap", memory.byteSize(), MAX_BYTES);
    return new RealtimeHeap(
        kind + " over the caller's memory", Tract.over(memory, BuddyMap.GRANULE), gate);
  }

  /// Sets who is told of the blocks that are live when the heap closes. Unless set, they are logged
  /// as a warning by the [System.Logger] `dev.cairn.memory.RealtimeHeap`.
  ///
  /// @param listener is given the live blocks by size, if there are any, while they still are
  /// @return this heap
  public RealtimeHeap onLeak(Consumer<LeakReport> listener) {
    leakListener = listener;
    return this;
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
    requireValid(byteSize, byteAlignment);
    long offset = blocks.allocate(byteSize, byteAlignment);
    if (offset == BuddyHeap.NO_ROOM) {
      Telemetry.failed(this, listed, byteSize, byteAlignment);
      return null;
    }
    try {
      return memory.asSlice(offset, byteSize);
    } catch (Throwable failure) {
      // The Java heap is full: nobody would ever free the block.
      blocks.free(offset, byteSize);
      throw failure;
    }
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    MemorySegment block = allocate(byteSize, byteAlignment);
    try {
      Zeros.fill(block, 0, byteSize);
      return block;
    } catch (Throwable failure) {
      // The caller's memory has ended, or is another thread's.
      free(block);
      throw failure;
    }
  }

  @Override
  public void free(MemorySegment block) {
    blocks.free(offsetOf("free", block), block.byteSize());
  }

  /// Changes the size of a live block where it stands, or not at all. A block grows into free
  /// memory behind it, where its address is a multiple of the size that it grows to. One that
  /// becomes smaller keeps its room until it is freed.
  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    long offset = offsetOf("resize", block);
    if (!blocks.resize(offset, block.byteSize(), newByteSize)) {
      return null;
    }
    try {
      return memory.asSlice(offset, newByteSize);
    } catch (Throwable failure) {
      // The Java heap is full: the caller has the block as it was.
      boolean _ = blocks.resize(offset, newByteSize, block.byteSize());
      throw failure;
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    requireValid(newByteSize, byteAlignment);
    return Allocator.super.reallocate(block, newByteSize, byteAlignment);
  }

  @Override
  public long usableSize(MemorySegment block) {
    return blocks.usableSize(offsetOf("usableSize", block), block.byteSize());
  }

  /// What this heap holds and has done. It takes a bounded time, too.
  @Override
  public Stats stats() {
    return blocks.stats();
  }

  /// What is live, by size: the powers of two that were ever used, the smallest first.
  ///
  /// @return a snapshot; empty after closing
  public List<ClassStats> classes() {
    return blocks.classes();
  }

  /// Visits every live block, while other threads wait.
  ///
  /// @param visitor is given each block at its usable size
  /// @throws IllegalStateException out of what the visitor calls, if that is this heap
  public void walk(Consumer<MemorySegment> visitor) {
    blocks.forEachLive(
        offset -> visitor.accept(memory.asSlice(offset, blocks.visitedSize(offset))));
  }

  /// Checks every invariant of this heap, while other threads wait.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    blocks.validate();
  }

  /// Ends every block that is still live and gives all memory back. Closing again does nothing.
  ///
  /// What is still live is [reported][#onLeak] first. Blocks over the caller's memory end, but stay
  /// accessible for as long as that memory is.
  ///
  /// @throws IllegalStateException if an arena over this heap is open; nothing has changed then
  /// @throws IllegalStateException if a native call is using a block; the heap is closed then, but
  ///     holds its memory until it is closed again
  /// @throws WrongThreadException if the heap is confined to another thread
  @Override
  public void close() {
    blocks.requireThread();
    synchronized (arenas) {
      arenas.requireNone("close");
      try {
        if (listed != null) {
          listed.close();
        }
        report();
      } finally {
        blocks.close();
        tract.release();
      }
    }
  }

  private void report() {
    if (isReported) {
      // The listener closes the heap, too.
      return;
    }
    isReported = true;
    List<ClassStats> live = classes().stream().filter(each -> each.liveBlocks() > 0).toList();
    if (!live.isEmpty()) {
      Telemetry.leaked(listed == null ? toString() : listed.name(), live);
      leakListener.accept(LeakReport.unplaced(live));
    }
  }

  @Override
  public Arena confinedArena() {
    synchronized (arenas) {
      requireRescope();
      return arenas.openConfined();
    }
  }

  /// Opens an arena whose blocks come from this heap, for use by any thread.
  ///
  /// @throws UnsupportedOperationException if this heap is confined, or over memory of the caller
  ///     that may end before the arena does
  @Override
  public Arena sharedArena() {
    synchronized (arenas) {
      requireRescope();
      if (!blocks.isShared()) {
        throw new UnsupportedOperationException(
            "a shared arena over a " + this + ": use RealtimeHeap.shared");
      }
      return arenas.openShared();
    }
  }

  /// Answers the kind of the heap and its size.
  @Override
  public String toString() {
    return blocks.toString();
  }

  private void requireValid(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    tract.requireAlignment(byteAlignment);
  }

  private void requireRescope() {
    blocks.requireOpen();
    tract.requireRescope(this, "RealtimeHeap.shared");
  }

  /// The offset of what must be a live block of this heap, as its own segment.
  private long offsetOf(String call, MemorySegment block) {
    return tract.isPlainly(block) ? tract.offset(block) : offsetOfOdd(call, block);
  }

  private long offsetOfOdd(String call, @Nullable MemorySegment segment) {
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    blocks.requireOpen();
    return tract.offset(call, block, this);
  }

  private MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    Stats now = stats();
    return new MemoryExhaustedException(
        byteSize,
        byteAlignment,
        byteAlignment > MAX_ALIGNMENT
            ? "this " + this + " aligns to " + MAX_ALIGNMENT + " bytes at most"
            : "this "
                + this
                + " has "
                + now.freeBytes()
                + " bytes free, and the largest fragment of them has "
                + now.largestFreeBytes()
                + "; free blocks, or open it as large as HeapSizing says");
  }
}
