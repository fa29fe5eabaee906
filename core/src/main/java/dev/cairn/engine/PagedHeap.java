package dev.cairn.engine;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.Layout;
import dev.cairn.platform.Zeros;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/// A heap that speaks positions and addresses.
///
/// Blocks of up to 64 KiB are in slabs, which threads cache; larger ones, and those of heaps that
/// are too small for slabs, are runs of granules.
public final class PagedHeap extends Lookup {
  // How it works, and why it is safe, is in docs/design/heap.md. In short: a bit per 16 bytes says
  // where live blocks of slabs begin (the marks). It is written by one thread only, the owner of
  // the page's cache, and so plainly. A thread takes blocks from the stack of its cache and puts
  // them back there; a block of another thread's page is noted in a second row of bits, atomically,
  // and comes home when the owner next looks.
  //
  // allocate(size) and free are all that most calls need. They are written for few instructions:
  // one comparison finds addresses that are below, beyond, and between granules; one tells a page
  // of this thread and its class; chunks without slabs have a table, too. Every doubt goes to the
  // slow paths.

  /// What `allocate` answers when there is no room.
  public static final long NO_ROOM = Grounds.NO_ROOM;

  private final long largestInSlabs;
  private final Caches caches;
  private final Usage usage = new Usage();
  private final OddSizes oddSizes = new OddSizes();
  private final Refusals refusals;
  private final Slabs slabs;
  private final SmallBlocks small;
  private final LargeBlocks large;
  private final Upkeep upkeep;
  private volatile boolean closed;

  /// Opens a heap.
  ///
  /// @param plan what it is to be
  /// @param isPinned while it answers true, no memory goes back to the system from under blocks
  public PagedHeap(HeapPlan plan, BooleanSupplier isPinned) {
    super(plan, isPinned);
    this.largestInSlabs = plan.largestInSlabs();
    this.caches = new Caches(plan, this);
    this.upkeep = new Upkeep(plan.growth() == HeapPlan.Growth.NONE ? -1 : plan.decayMillis());
    this.slabs = new Slabs(grounds, directory, usage, () -> upkeep.wake(this));
    this.refusals = new Refusals(plan.memory());
    this.small = new SmallBlocks(this, directory, slabs, oddSizes, refusals);
    this.large = new LargeBlocks(plan, grounds, directory, usage, oddSizes, refusals);
  }

  /// Makes a block live that is aligned to 16 bytes.
  ///
  /// @param byteSize its size in bytes
  /// @return its position, or [#NO_ROOM]
  public long allocate(long byteSize) {
    Thread thread = Thread.currentThread();
    ThreadCache cache = cacheOf(thread);
    long units = (byteSize + 15) >>> Chunk.GRANULE_SHIFT;
    if (cache.owner == thread && units <= SizeClasses.LARGEST_UNITS) {
      int sizeClass = SizeClasses.CLASS_OF[(int) units];
      long[] cells = cache.cells;
      long head = cells[sizeClass];
      long granule = cells[((int) head & ThreadCache.CELL_MASK) - 1];
      if (granule != 0) {
        long[] chunk = chunks[(int) (granule >>> Chunk.CHUNK_OF_GRANULE)];
        chunk[Chunk.MARKS + Chunk.wordOf(granule)] |= 1L << granule;
        cells[sizeClass] = head + ThreadCache.POP;
        return granule << Chunk.GRANULE_SHIFT;
      }
    }
    return allocateSlowly(byteSize, 1);
  }

  /// Makes a block live.
  ///
  /// @param byteSize its size in bytes
  /// @param byteAlignment the alignment of its address
  /// @return its position, or [#NO_ROOM]
  public long allocate(long byteSize, long byteAlignment) {
    return byteAlignment <= BlockMap.GRANULE
        ? allocate(byteSize)
        : allocateSlowly(byteSize, byteAlignment);
  }

  /// Makes a block live, all of it zero.
  ///
  /// @param byteSize its size in bytes
  /// @param byteAlignment the alignment of its address
  /// @return its position, or [#NO_ROOM]
  public long allocateZeroed(long byteSize, long byteAlignment) {
    if (byteSize <= largestInSlabs) {
      long position = allocate(byteSize, byteAlignment);
      return position == NO_ROOM ? position : zeroed(position, byteSize);
    }
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    long position = large.allocateZeroed(byteSize, byteAlignment);
    if (position == NO_ROOM && reclaim()) {
      position = large.allocateZeroed(byteSize, byteAlignment);
    }
    return position == NO_ROOM ? failed() : position;
  }

  private long zeroed(long position, long byteSize) {
    try {
      MemorySegment memory = mainMemory;
      if (memory != null) {
        Zeros.fill(memory, position - Grounds.FIRST, byteSize);
      } else {
        Zeros.fill(slice(position, byteSize), 0, byteSize);
      }
      return position;
    } catch (Throwable failure) {
      // Memory that is not this thread's, or has ended.
      free(address(position), byteSize);
      throw failure;
    }
  }

  /// Ends a live block.
  ///
  /// @param address its address
  /// @param byteSize its size, or [Refusals#UNKNOWN]
  public void free(long address, long byteSize) {
    Thread thread = Thread.currentThread();
    ThreadCache cache = cacheOf(thread);
    // A sum that is no multiple of a granule becomes a granule far beyond the last.
    long granule = Long.rotateRight(address - origin, Chunk.GRANULE_SHIFT);
    if (cache.owner != thread || !push(cache, granule, byteSize)) {
      freeSlowly(address, byteSize);
    }
  }

  /// Puts a live block into the stack of the cache that its page belongs to, if all is as it
  /// mostly is.
  boolean push(ThreadCache cache, long granule, long byteSize) {
    long[][] chunks = this.chunks;
    long index = granule >>> Chunk.CHUNK_OF_GRANULE;
    if (index >= chunks.length) {
      return false;
    }
    long[] chunk = chunks[(int) index];
    long note = chunk[Chunk.noteOf(granule)];
    long own = note ^ cache.key;
    if (Long.compareUnsigned(own, SizeClasses.COUNT) < 0 && SizeClasses.isOf(byteSize, (int) own)) {
      int word = Chunk.MARKS + Chunk.wordOf(granule);
      long marks = chunk[word];
      long bit = 1L << granule;
      long[] cells = cache.cells;
      long head = cells[(int) own];
      if ((marks & bit) != 0 && ((int) head & ThreadCache.ROW_MASK) != ThreadCache.ROW_MASK) {
        chunk[word] = marks ^ bit;
        cells[(int) head & ThreadCache.CELL_MASK] = granule;
        cells[(int) own] = head + ThreadCache.PUSH;
        // A look after the write: see Slabs.share.
        return Chunk.getOpaque(chunk, Chunk.noteOf(granule)) == note || !slabs.isOvertaken(granule);
      }
    }
    return false;
  }

  private long allocateSlowly(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    long position = tryAllocate(byteSize, byteAlignment);
    if (position == NO_ROOM && reclaim()) {
      position = tryAllocate(byteSize, byteAlignment);
      if (position == NO_ROOM) {
        position = allocateLarger(byteSize, byteAlignment);
      }
    }
    return position == NO_ROOM ? failed() : position;
  }

  /// Takes a free block of a larger class than need be, for there is no room for anything else.
  private long allocateLarger(long byteSize, long byteAlignment) {
    int sizeClass = SizeClasses.of(byteSize, byteAlignment);
    if (sizeClass < 0) {
      return NO_ROOM;
    }
    ThreadCache cache = lockedCache();
    try {
      while (++sizeClass < SizeClasses.COUNT) {
        if (SizeClasses.size(sizeClass) % byteAlignment == 0 && cache.hasFree(sizeClass)) {
          long position = slabs.allocate(cache, sizeClass);
          // What was free there may have gone back, as others have freed the rest of its slab.
          if (position != NO_ROOM) {
            return noted(position, byteSize);
          }
        }
      }
      return NO_ROOM;
    } finally {
      cache.lock.unlock();
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // the caller unlocks it
  private ThreadCache lockedCache() {
    ThreadCache cache = caches.lock();
    if (cache == null) {
      throw new AllocatorClosedException(plan.toString());
    }
    return cache;
  }

  private long tryAllocate(long byteSize, long byteAlignment) {
    int sizeClass = SizeClasses.of(byteSize, byteAlignment);
    if (sizeClass >= 0 && SizeClasses.size(sizeClass) <= largestInSlabs) {
      ThreadCache cache = lockedCache();
      long position;
      try {
        position = slabs.allocate(cache, sizeClass);
      } finally {
        cache.lock.unlock();
      }
      if (position != NO_ROOM) {
        return SizeClasses.isOf(byteSize, sizeClass) ? position : noted(position, byteSize);
      }
    }
    return large.allocate(byteSize, byteAlignment);
  }

  /// Notes the odd size of a block that was just made live.
  private long noted(long position, long byteSize) {
    try {
      oddSizes.note(position, byteSize);
      return position;
    } catch (Throwable failure) {
      // The Java heap is full.
      free(address(position), Refusals.UNKNOWN);
      throw failure;
    }
  }

  private void freeSlowly(long address, long byteSize) {
    long checkedSize = byteSize;
    for (; ; ) {
      requireOpen();
      long position = position("free", address, checkedSize);
      long note = directory.note(position >>> Chunk.GRANULE_SHIFT);
      if (note != 0) {
        if (small.free("free", address, checkedSize, position, note)) {
          return;
        }
        checkedSize = Refusals.UNKNOWN;
      } else if (large.free("free", address, checkedSize, position)) {
        upkeep.wake(this);
        return;
      }
    }
  }

  /// The usable size of a live block.
  ///
  /// @param call the method that was called, for the message
  /// @param address the block's address
  /// @param byteSize its size, or [Refusals#UNKNOWN]
  /// @return the size in bytes
  public long usableSize(String call, long address, long byteSize) {
    for (; ; ) {
      requireOpen();
      long position = position(call, address, byteSize);
      long note = directory.note(position >>> Chunk.GRANULE_SHIFT);
      if (note != 0) {
        return SizeClasses.size(small.requireLive(call, address, byteSize, position, note));
      }
      long usable = large.usableSize(call, address, byteSize, position);
      if (usable >= 0) {
        return usable;
      }
    }
  }

  /// Changes the size of a live block where it stands.
  ///
  /// @param address the block's address
  /// @param byteSize its size, or [Refusals#UNKNOWN]
  /// @param newByteSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  public boolean resize(long address, long byteSize, long newByteSize) {
    for (; ; ) {
      requireOpen();
      long position = position("resize", address, byteSize);
      long note = directory.note(position >>> Chunk.GRANULE_SHIFT);
      if (note != 0) {
        int sizeClass = small.requireLive("resize", address, byteSize, position, note);
        return small.resize(position, newByteSize, sizeClass);
      }
      Boolean resized = large.resize("resize", address, byteSize, position, newByteSize);
      if (resized != null) {
        upkeep.wake(this);
        return resized;
      }
    }
  }

  /// The position of an address.
  private long position(String call, long address, long byteSize) {
    Ground ground = grounds.find(address);
    if (ground == null) {
      throw refusals.foreign(call, address, byteSize, "that is no memory of this " + plan);
    }
    if (address - ground.base >= ground.map.byteSize()) {
      throw refusals.notLive(call, address, byteSize);
    }
    return address - ground.origin();
  }

  /// Brings the memory of a fixed heap into place.
  ///
  /// @param pretouched whether every page is to be there
  /// @param locked whether none may be paged out
  public void commit(boolean pretouched, boolean locked) {
    for (Ground ground : grounds.all()) {
      ground.commit(pretouched, locked);
    }
  }

  /// Makes every cache give up what it does not use, as far as its thread does not run.
  ///
  /// @return false if there are none
  public boolean reclaim() {
    if (plan.hasSlabs()) {
      caches.visit(slabs::empty);
    }
    return plan.hasSlabs();
  }

  /// Gives everything that is not in use back to the system.
  public void trim() {
    if (!closed) {
      boolean _ = reclaim();
      synchronized (grounds) {
        grounds.discard();
      }
    }
  }

  /// Whether it is open and has slabs, of which blocks may be live or cached. It takes no lock: a
  /// slab that it overlooks has just been opened.
  boolean hasOpenSlabs() {
    return !closed && caches.all().stream().anyMatch(cache -> cache.slabs != null);
  }

  /// What there is.
  ///
  /// @return a view of what is in use
  public Census census() {
    return new Census(plan, grounds, directory, caches, large, usage);
  }

  /// Checks every invariant. No other thread may be using the heap.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    upkeep.pauseFor(census()::validate);
  }

  /// Ends every block and gives all memory back.
  ///
  /// @throws IllegalStateException if a native call is using a block; the heap is closed then, but
  ///     holds some of its memory until it is closed again
  public void close() {
    closed = true;
    caches.close();
    synchronized (grounds) {
      grounds.close();
    }
  }

  /// Whether positions have addresses.
  ///
  /// @return false if its memory is in a Java array
  public boolean isNative() {
    MemorySegment memory = plan.memory();
    return memory == null || memory.isNative();
  }

  /// Whether every block can have a scope of its own.
  ///
  /// @return false if its memory is in a Java array, or may end before the heap
  public boolean canRescope() {
    synchronized (grounds) {
      return grounds.canRescope();
    }
  }

  private long failed() {
    large.failed();
    return NO_ROOM;
  }

  private void requireOpen() {
    if (closed) {
      throw new AllocatorClosedException(plan.toString());
    }
  }
}
