package dev.cairn.memory;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.check.Inspectable;
import dev.cairn.check.LeakReport;
import dev.cairn.engine.BlockMap;
import dev.cairn.engine.HeapAddresses;
import dev.cairn.engine.HeapPlan;
import dev.cairn.engine.PagedHeap;
import dev.cairn.engine.Refusals;
import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.OpenAllocator.Holding;
import dev.cairn.telemetry.OpenAllocators;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A heap: blocks of any size and alignment, freed in any order, by any thread.
///
/// There are three kinds. They differ in where their memory comes from, and in nothing else.
///
/// - [#fixed(long)]: an exact number of bytes, never more. For systems that must know their memory.
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
/// memory, with a wrong size), by whichever thread, is refused with [InvalidBlockException]. A
/// second free is told from a first one for as long as no new block begins at the same place. The
/// bookkeeping is apart from the blocks, so nothing that is written to a block, or to one that was
/// freed, can corrupt it. Sizes are checked as the heap rounds them: a wrong size that rounds up to
/// the right one passes. Access to a block after it was freed is not caught while the heap is open,
/// unless it is [checked][HeapBuilder#checked(CheckLevel)], as every heap can be without a change
/// to the program: by the system property `dev.cairn.check`. After closing, access to any block of
/// a fixed or growable heap throws [IllegalStateException].
///
/// ## Cost
///
/// Some nanoseconds per call, without a lock and without garbage beyond the segment: see
/// `docs/benchmarks.md`. Sizes are rounded up to multiples of 16 bytes up to 128, then by an eighth
/// at most up to 64 KiB (in a heap of less than 512 MiB, up to an 8192nd of its limit, and 4 KiB
/// at least), then to multiples of 4 KiB; a block has no header. The bookkeeping is on the Java
/// heap: a 128th of the memory, up to a 42nd where threads free each other's blocks, and 42 KiB per
/// thread.
///
/// Threads keep some freed blocks for themselves, at most 62 blocks or 64 KiB of each size, or two
/// blocks if those are more. Virtual threads share what few caches there are. What is not in use
/// goes back to the system after [some time][HeapBuilder#decayingAfter].
///
/// A heap of less than 2 MiB is simpler: it rounds sizes up to multiples of 16 bytes, and takes a
/// lock and searches its map for each call.
///
/// ## Threads
///
/// Any thread may use a heap, and any thread the blocks of a fixed or growable one, also a block
/// that another thread allocated. Blocks of [#over(MemorySegment)] may be used by the threads that
/// may use the memory.
public sealed class Heap implements Inspectable permits CheckedHeap {
  /// The most bytes that a fixed heap, or one over memory of the caller, can have: 8 TiB less a
  /// little.
  public static final long MAX_BYTES = BlockMap.maxBytes(4096);

  static {
    HeapAddresses.setKey(heap -> ((Heap) heap).pages);
  }

  /// The listener of a heap whose leaks were told by the checks in front of it.
  static final Consumer<LeakReport> TOLD = _ -> {};

  private final HeapPlan plan;
  private final PagedHeap pages;
  private final OpenArenas arenas = new OpenArenas(this);
  private final @Nullable Consumer<LeakReport> leakListener;
  private final OpenAllocator listed;
  // Null where memory is native.
  private final @Nullable Object array;
  // What was there last, once the heap has closed.
  private volatile @Nullable Stats last;

  /// @param leakListener is told what is live at the end; null for a warning
  Heap(HeapPlan plan, @Nullable Consumer<LeakReport> leakListener) {
    this.plan = plan;
    this.pages = new PagedHeap(plan, () -> !arenas.isEmpty());
    this.leakListener = leakListener;
    this.array = plan.memory() == null ? null : plan.memory().heapBase().orElse(null);
    this.listed =
        OpenAllocators.add(
            this,
            plan.name(),
            plan.memory() == null ? Holding.ITS_OWN : Holding.THE_CALLERS,
            heap -> ((Heap) heap).trim());
  }

  /// Makes another face of a heap, with the same memory.
  Heap(Heap other) {
    this.plan = other.plan;
    this.pages = other.pages;
    this.leakListener = other.leakListener;
    this.listed = other.listed;
    this.array = other.array;
  }

  /// Opens a heap of an exact size, as [#builder()] does unless told more.
  ///
  /// @param byteSize the size of the heap in bytes, from 0 to [#MAX_BYTES]
  /// @return the heap
  /// @throws IllegalArgumentException if `byteSize` is negative or beyond [#MAX_BYTES]
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Heap fixed(long byteSize) {
    return builder().fixed(byteSize);
  }

  /// Opens a heap that grows as needed. It takes no memory until the first block.
  ///
  /// @param byteLimit the most bytes its footprint may become
  /// @return the heap
  /// @throws IllegalArgumentException if `byteLimit` is negative
  public static Heap growable(long byteLimit) {
    return builder().growable(byteLimit);
  }

  /// Opens a heap inside memory of the caller, which stays the owner of it.
  ///
  /// Nothing is taken from the system, and closing the heap leaves the memory as it is. The memory
  /// must stay valid while the heap is in use, and nobody else may write to it. Blocks of a heap in
  /// native memory can have any alignment. In a Java array they can have that of its elements: none
  /// in a `byte[]`, up to 8 in a `long[]`. What lies before the first multiple of 16 bytes, or of 4
  /// KiB in native memory of 2 MiB or more, is not used.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the heap
  /// @throws IllegalArgumentException if `memory` is read-only, has ended, is another thread's, or
  ///     is larger than [#MAX_BYTES]
  public static Heap over(MemorySegment memory) {
    return builder().over(memory);
  }

  /// Begins to say what a heap is to be, beyond its kind and size.
  ///
  /// @return a builder, which has said nothing yet
  public static HeapBuilder builder() {
    return new HeapBuilder();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    MemorySegment block = tryAllocate(byteSize, byteAlignment);
    if (block == null) {
      throw pages.census().exhausted(byteSize, byteAlignment);
    }
    return block;
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    requireValid(byteSize, byteAlignment);
    long position = pages.allocate(byteSize, byteAlignment);
    return position == PagedHeap.NO_ROOM
        ? failed(byteSize, byteAlignment)
        : segment(position, byteSize);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    requireValid(byteSize, byteAlignment);
    long position = pages.allocateZeroed(byteSize, byteAlignment);
    if (position == PagedHeap.NO_ROOM) {
      Telemetry.failed(this, listed, byteSize, byteAlignment);
      throw pages.census().exhausted(byteSize, byteAlignment);
    }
    return segment(position, byteSize);
  }

  private @Nullable MemorySegment failed(long byteSize, long byteAlignment) {
    Telemetry.failed(this, listed, byteSize, byteAlignment);
    return null;
  }

  /// The segment of a block that was just made live.
  private MemorySegment segment(long position, long byteSize) {
    pages.sampled(position, byteSize);
    try {
      return pages.slice(position, byteSize);
    } catch (Throwable failure) {
      // The Java heap is full: nobody would ever free the block.
      pages.free(pages.address(position), Refusals.UNKNOWN);
      throw failure;
    }
  }

  @Override
  public void free(MemorySegment block) {
    pages.free(addressOf("free", block), block.byteSize());
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    long address = addressOf("resize", block);
    return pages.resize(address, block.byteSize(), newByteSize)
        ? pages.sliceAt(address, newByteSize)
        : null;
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    requireValid(newByteSize, byteAlignment);
    return Inspectable.super.reallocate(block, newByteSize, byteAlignment);
  }

  @Override
  public long usableSize(MemorySegment block) {
    return pages.usableSize("usableSize", addressOf("usableSize", block), block.byteSize());
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    long _ = pages.usableSize("blockAt", address, byteSize);
    return pages.sliceAt(address, byteSize);
  }

  /// What this heap holds and has done. It looks at every slab: a word per KiB of them.
  ///
  /// While other threads use the heap, the figures are of slightly different moments. The peak of
  /// live bytes counts blocks in the caches of threads as live.
  ///
  /// @return a snapshot; after closing, the last figures, with nothing live and no footprint
  @Override
  public Stats stats() {
    Stats closed = last;
    return closed != null ? closed : pages.census().stats();
  }

  /// What is live, by size class: the classes that were ever used, the smallest first, then all
  /// larger blocks together. A heap of less than 2 MiB has no classes. Blocks that are checked
  /// count with their redzones, and those in quarantine as live.
  ///
  /// @return a snapshot, as [#stats()] takes it; empty after closing
  public List<ClassStats> classes() {
    return last != null ? List.of() : pages.census().classes();
  }

  /// Where the memory that this heap has taken comes from: `PAGES` reserved with `mmap`, `ARENAS`
  /// of the JDK, or nothing, if it has taken none.
  ///
  /// @return the names of the sources
  public Set<String> sources() {
    return pages.census().sources();
  }

  /// The blocks that are live now. If the heap is checked, by the calls that allocated them; if it
  /// is not, by size class, as [#classes()] has them.
  ///
  /// While other threads use the heap, the figures are of slightly different moments.
  ///
  /// @return a report; empty after closing
  @Override
  public LeakReport leaks() {
    return LeakReport.unplaced(classes().stream().filter(each -> each.liveBlocks() > 0).toList());
  }

  /// Visits every live block. No block is allocated or freed meanwhile by the visitor; what other
  /// threads allocate or free meanwhile may be visited or not.
  ///
  /// @param visitor is given each block at its usable size
  public void walk(Consumer<MemorySegment> visitor) {
    requireOpen();
    pages.census().walk((address, usable) -> visitor.accept(pages.sliceAt(address, usable)));
  }

  /// Gives everything that is not in use back to the system at once, as far as it can. Caches of
  /// threads that run now keep what they have, and a fixed heap keeps its memory.
  public void trim() {
    pages.trim();
  }

  /// Checks every invariant of this heap and, if its blocks are checked, looks at their redzones
  /// and at the quarantine. No other thread may use it meanwhile.
  ///
  /// @throws AssertionError if an invariant does not hold, with the values
  /// @throws DamagedBlockException if there are bytes that have changed; with all other damages
  ///     suppressed
  @Override
  public void validate() {
    if (last == null) {
      pages.validate();
    }
  }

  /// Ends every block that is still live and gives all memory back. Closing again does nothing.
  ///
  /// What is still live is [reported][HeapBuilder#onLeak] first. Blocks of a heap
  /// [over][#over(MemorySegment)] the caller's memory end, but stay accessible for as long as that
  /// memory is.
  ///
  /// @throws IllegalStateException if an arena over this heap is open; nothing has changed then
  /// @throws IllegalStateException if a native call is using a block; the heap is closed then, but
  ///     holds some of its memory until it is closed again
  /// @throws DamagedBlockException if the blocks are checked, and there is damage; the heap is
  ///     closed then
  @Override
  public void close() {
    synchronized (arenas) {
      arenas.requireNone("close");
      try {
        listed.close();
        report();
      } finally {
        pages.close();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // that listener, not one that is alike
  private void report() {
    if (last == null) {
      LeakReport live = leaks();
      last = pages.census().stats().closed();
      if (live.isEmpty() || leakListener == TOLD) {
        return;
      }
      Telemetry.leaked(plan.name(), live.unplaced());
      if (leakListener == null) {
        live.warn(this);
      } else {
        leakListener.accept(live);
      }
    }
  }

  @Override
  public Arena confinedArena() {
    synchronized (arenas) {
      requireRescope();
      return arenas.openConfined();
    }
  }

  @Override
  public Arena sharedArena() {
    synchronized (arenas) {
      requireRescope();
      return arenas.openShared();
    }
  }

  /// Answers the kind of the heap and its limit.
  @Override
  public String toString() {
    return plan.toString();
  }

  /// Brings the memory of a fixed heap into place.
  void commit(boolean pretouched, boolean locked) {
    pages.commit(pretouched, locked);
  }

  /// Refuses what makes no layout, or one that the array of this heap cannot promise.
  void requireValid(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    if (array != null) {
      Extent.requireAlignment(array, byteAlignment);
    }
  }

  /// The address of what must be a live block of this heap, as its own segment.
  @SuppressWarnings("ReferenceEquality") // the very same scope, or all is looked at
  private long addressOf(String call, @Nullable MemorySegment block) {
    return block != null
            && block.scope() == pages.scope()
            && block.isNative()
            && !block.isReadOnly()
            && block.address() != 0
        ? block.address()
        : addressOfOdd(call, block);
  }

  @SuppressWarnings("ReferenceEquality") // the very same array, not one that is alike
  private long addressOfOdd(String call, @Nullable MemorySegment segment) {
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    requireOpen();
    MemorySegment memory = pages.memoryAt(block.address());
    if (memory == null || block.heapBase().orElse(null) != array) {
      throw Refusals.foreign(call, block, "that is no memory of this " + this);
    }
    if (!block.scope().equals(memory.scope())) {
      throw Refusals.foreign(call, block, "it is a view in another scope than this heap's blocks");
    }
    if (block.isReadOnly()) {
      throw Refusals.foreign(call, block, "it is a read-only view");
    }
    return block.address();
  }

  private void requireRescope() {
    requireOpen();
    if (!pages.canRescope()) {
      throw new UnsupportedOperationException(
          "an arena over a "
              + plan.kind()
              + ", which may end before the arena does: bring memory of Arena.global(), or use"
              + " Heap.fixed");
    }
  }

  private void requireOpen() {
    if (last != null) {
      throw new AllocatorClosedException(toString());
    }
  }
}
