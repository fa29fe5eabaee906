package dev.cairn.engine;

import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Counts and checks what is in a heap.
///
/// Blocks are not counted at each call, so this looks at every slab: a word of bits per KiB. While
/// other threads use the heap, the figures are of slightly different moments.
public final class Census {
  private final HeapPlan plan;
  private final Grounds grounds;
  private final Directory directory;
  private final Caches caches;
  private final LargeBlocks large;
  private final Usage usage;

  Census(
      HeapPlan plan,
      Grounds grounds,
      Directory directory,
      Caches caches,
      LargeBlocks large,
      Usage usage) {
    this.plan = plan;
    this.grounds = grounds;
    this.directory = directory;
    this.caches = caches;
    this.large = large;
    this.usage = usage;
  }

  /// Is given blocks, by their addresses and usable sizes.
  public interface BlockVisitor {
    /// Is given a block.
    ///
    /// @param address where it begins
    /// @param usableSize its usable size in bytes
    void block(long address, long usableSize);
  }

  /// What is live and free, in all.
  ///
  /// @return the figures
  public Stats stats() {
    long liveBlocks = 0;
    long liveBytes = 0;
    long allocations = 0;
    for (ClassStats each : classes()) {
      liveBlocks += each.liveBlocks();
      liveBytes += each.liveBytes();
      allocations += each.allocations();
    }
    long cached = cachedBytes();
    synchronized (grounds) {
      long footprint = grounds.footprint();
      long retained = grounds.retained();
      long free = Math.max(footprint - retained - liveBytes - cached, 0);
      long largest = 0;
      long metadata = directory.metadataBytes() + 8L * ThreadCache.CELLS * caches.all().size();
      for (Ground ground : grounds.all()) {
        largest = Math.max(largest, ground.map.largestFreeBytes());
        metadata += ground.metadataBytes();
      }
      return new Stats(
          liveBlocks,
          liveBytes,
          free,
          cached,
          retained,
          Math.min(largest, free + retained),
          plan.limit(),
          metadata,
          Math.max(usage.peakBytes(), liveBytes),
          grounds.peakFootprint(),
          allocations,
          allocations - liveBlocks,
          large.failures());
    }
  }

  /// What is live, by size class: the classes that were ever used, the smallest first, and then all
  /// larger blocks together.
  ///
  /// @return the figures
  public List<ClassStats> classes() {
    long[] live = new long[SizeClasses.COUNT];
    long[] held = new long[SizeClasses.COUNT];
    long[] allocations = new long[SizeClasses.COUNT];
    for (ThreadCache cache : caches.all()) {
      cache.lock.lock();
      try {
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
          allocations[sizeClass] += cache.allocations(sizeClass);
        }
        for (Slab slab = cache.slabs; slab != null; slab = slab.next) {
          live[slab.sizeClass] += count(slab, false);
          held[slab.sizeClass] += (long) slab.pages() << Chunk.PAGE_SHIFT;
        }
      } finally {
        cache.lock.unlock();
      }
    }
    List<ClassStats> classes = new ArrayList<>();
    for (int i = 0; i < SizeClasses.COUNT; i++) {
      if (allocations[i] > 0) {
        long size = SizeClasses.size(i);
        classes.add(
            new ClassStats(
                size, live[i], live[i] * size, held[i], usage.peakBlocks(i), allocations[i]));
      }
    }
    synchronized (grounds) {
      if (large.allocations() > 0) {
        classes.add(
            new ClassStats(
                0,
                large.blocks(),
                large.bytes(),
                large.bytes(),
                large.peakBlocks(),
                large.allocations()));
      }
    }
    return classes;
  }

  /// Where the memory that the heap has taken comes from.
  ///
  /// @return the names of the sources
  public Set<String> sources() {
    Set<String> sources = new HashSet<>();
    for (Ground ground : grounds.all()) {
      if (plan.memory() == null) {
        sources.add((ground.canDiscard() ? HeapPlan.Source.PAGES : HeapPlan.Source.ARENAS).name());
      }
    }
    return sources;
  }

  /// Visits every live block.
  ///
  /// @param visitor is given each. It may not use the heap
  public void walk(BlockVisitor visitor) {
    for (ThreadCache cache : caches.all()) {
      cache.lock.lock();
      try {
        for (Slab slab = cache.slabs; slab != null; slab = slab.next) {
          for (int i = 0; i < slab.carvedBlocks(); i++) {
            long granule = slab.start + (long) i * slab.blockGranules;
            if (directory.isLive(granule)) {
              visitor.block(address(granule), SizeClasses.size(slab.sizeClass));
            }
          }
        }
      } finally {
        cache.lock.unlock();
      }
    }
    synchronized (grounds) {
      for (Ground ground : grounds.all()) {
        ground.map.forEachLive(
            offset -> {
              if (directory.note((ground.start + offset) >>> Chunk.GRANULE_SHIFT) == 0) {
                visitor.block(ground.base + offset, ground.map.usableSize(offset));
              }
            });
      }
    }
  }

  /// The exception for a request for which there is no room.
  ///
  /// @param byteSize what was asked for
  /// @param byteAlignment what it was to be aligned to
  /// @return the exception
  public MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    Stats now = stats();
    return new MemoryExhaustedException(
        byteSize,
        byteAlignment,
        "this "
            + plan
            + " has "
            + (plan.limit() - now.liveBytes())
            + " bytes free, "
            + now.largestFreeBytes()
            + " of them in one run; free blocks, or give it more memory");
  }

  /// Checks every invariant of the heap. No other thread may be using it.
  ///
  /// @throws AssertionError if one does not hold, with the values
  void validate() {
    long[] slabBlocks = {0};
    long[] slabBytes = {0};
    for (ThreadCache cache : caches.all()) {
      cache.lock.lock();
      try {
        Set<Long> cached = validateStacks(cache);
        for (Slab slab = cache.slabs; slab != null; slab = slab.next) {
          validate(slab, cached);
          slabBlocks[0]++;
          slabBytes[0] += (long) slab.pages() << Chunk.PAGE_SHIFT;
        }
        if (!cached.isEmpty()) {
          throw new AssertionError("cached blocks are in none of the slabs: " + cached);
        }
      } finally {
        cache.lock.unlock();
      }
    }
    synchronized (grounds) {
      grounds.validate();
      long blocks = 0;
      long bytes = 0;
      for (Ground ground : grounds.all()) {
        blocks += ground.map.liveBlocks();
        bytes += ground.map.liveBytes();
      }
      large.validate(blocks - slabBlocks[0], bytes - slabBytes[0]);
    }
  }

  private static Set<Long> validateStacks(ThreadCache cache) {
    Set<Long> cached = new HashSet<>();
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      int bottom = ThreadCache.bottom(sizeClass);
      if (cache.top(sizeClass) < bottom || cache.cells[bottom - 1] != 0) {
        throw new AssertionError("the stack of class " + sizeClass + " has lost its bottom");
      }
      for (int i = bottom; i < cache.top(sizeClass); i++) {
        if (!cached.add(cache.cells[i])) {
          throw new AssertionError("granule " + cache.cells[i] + " is cached twice");
        }
      }
    }
    return cached;
  }

  /// Checks a slab, and removes its blocks from what is cached.
  private void validate(Slab slab, Set<Long> cached) {
    slab.validate();
    long note = slab.cache.key | slab.sizeClass;
    for (int page = 0; page < slab.pages(); page++) {
      long granule = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      if ((directory.note(granule) & ~Chunk.SHARED) != note || directory.slab(granule) != slab) {
        throw new AssertionError(slab + " is not what its pages are noted for");
      }
    }
    int live = 0;
    for (int i = 0; i < slab.blocks; i++) {
      long granule = slab.start + (long) i * slab.blockGranules;
      boolean isLive =
          (directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] & (1L << granule)) != 0;
      boolean isCached = cached.remove(granule);
      boolean isFree = slab.isFree(granule);
      int states = (isLive ? 1 : 0) + (isCached ? 1 : 0) + (isFree ? 1 : 0);
      if (states != (i < slab.carvedBlocks() ? 1 : 0)) {
        throw new AssertionError(
            "block "
                + i
                + " of "
                + slab
                + ": live "
                + isLive
                + ", cached "
                + isCached
                + ", free "
                + isFree);
      }
      live += isLive ? 1 : 0;
    }
    if (live != count(slab, true)) {
      throw new AssertionError(slab + " has marks where no block begins");
    }
    if (slab.isPartial == slab.isExhausted()) {
      throw new AssertionError(slab + " is on the wrong list");
    }
  }

  /// The live blocks of a slab.
  private long count(Slab slab, boolean withRemotelyFreed) {
    long blocks = 0;
    for (int page = 0; page < slab.pages(); page++) {
      long first = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      long[] chunk = directory.chunk(first);
      long[] remote = directory.remote(first);
      for (int i = 0; i < Chunk.WORDS / Chunk.PAGES; i++) {
        int word = Chunk.wordOf(first) + i;
        long marks = chunk[Chunk.MARKS + word];
        long gone = withRemotelyFreed || remote.length == 0 ? 0 : remote[Chunk.FREED + word];
        blocks += Long.bitCount(marks & ~gone);
      }
    }
    return blocks;
  }

  private long cachedBytes() {
    long bytes = 0;
    for (ThreadCache cache : caches.all()) {
      cache.lock.lock();
      try {
        for (int i = 0; i < SizeClasses.COUNT; i++) {
          bytes += (long) cache.cached(i) * SizeClasses.size(i);
        }
      } finally {
        cache.lock.unlock();
      }
    }
    return bytes;
  }

  private long address(long granule) {
    long position = granule << Chunk.GRANULE_SHIFT;
    return position + grounds.at(position).origin();
  }
}
