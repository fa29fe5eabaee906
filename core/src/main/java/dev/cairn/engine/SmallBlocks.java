package dev.cairn.engine;

/// Blocks of slabs, looked at by whichever thread: what the fast path of [PagedHeap] has doubts
/// about.
final class SmallBlocks {
  private final PagedHeap heap;
  private final Directory directory;
  private final Slabs slabs;
  private final OddSizes oddSizes;
  private final Refusals refusals;

  SmallBlocks(
      PagedHeap heap, Directory directory, Slabs slabs, OddSizes oddSizes, Refusals refusals) {
    this.heap = heap;
    this.directory = directory;
    this.slabs = slabs;
    this.oddSizes = oddSizes;
    this.refusals = refusals;
  }

  /// Ends a live block.
  ///
  /// @param note the note of its page
  /// @return false if it is to be tried again, without a size: that was checked, and what is known
  ///     of an odd one is forgotten
  boolean free(String call, long address, long byteSize, long position, long note) {
    long granule = position >>> Chunk.GRANULE_SHIFT;
    int sizeClass = requireLive(call, address, byteSize, position, note);
    Slab slab = directory.slab(granule);
    if (slab == null || slab.sizeClass != sizeClass || heap.address(position) != address) {
      return false;
    }
    ThreadCache cache = slab.cache;
    boolean isMine = cache.owner() == Thread.currentThread();
    if (isMine && note > 0) {
      return freeMine(slab, granule);
    }
    boolean isLocked = !isMine && Caches.tryLock(cache);
    if (isLocked) {
      try {
        if (slab.isReleased) {
          return false;
        }
        if (claim(slab, granule)) {
          slabs.free(slab, granule);
          return true;
        }
      } finally {
        cache.lock.unlock();
      }
    } else if (freeShared(slab, granule, isMine)) {
      return true;
    }
    throw refusals.notLive(call, address, byteSize);
  }

  /// Ends a live block of a page that only this thread frees blocks of.
  private boolean freeMine(Slab slab, long granule) {
    ThreadCache cache = slab.cache;
    oddSizes.forget(granule << Chunk.GRANULE_SHIFT);
    if (pushMine(cache, granule)) {
      return true;
    }
    cache.lock.lock();
    try {
      slabs.makeRoom(cache, slab.sizeClass);
    } finally {
      cache.lock.unlock();
    }
    return pushMine(cache, granule);
  }

  private boolean pushMine(ThreadCache cache, long granule) {
    return cache.owner == Thread.currentThread() && heap.push(cache, granule, Refusals.UNKNOWN);
  }

  /// Ends a block of a page that other threads free blocks of, too.
  ///
  /// @return false if it is not live
  private boolean freeShared(Slab slab, long granule, boolean isMine) {
    if (!isMine) {
      slabs.share(slab);
    }
    if (!claim(slab, granule)) {
      return false;
    }
    if (isMine && slabs.push(slab, granule)) {
      return true;
    }
    if (!slabs.freeRemotely(slab, granule)) {
      return false;
    }
    ThreadCache cache = slab.cache;
    if (cache.kind == ThreadCache.Kind.THREAD && cache.owner() == null && Caches.tryLock(cache)) {
      // Its thread has died meanwhile, and would not look.
      try {
        slabs.collect(cache);
      } finally {
        cache.lock.unlock();
      }
    }
    return true;
  }

  private boolean claim(Slab slab, long granule) {
    if (!slabs.claim(slab, granule)) {
      return false;
    }
    oddSizes.forget(granule << Chunk.GRANULE_SHIFT);
    return true;
  }

  /// Changes the size of a live block, if that size would be of its class; or if its size is odd
  /// already.
  ///
  /// @return whether it has that size now
  boolean resize(long position, long newByteSize, int sizeClass) {
    if (SizeClasses.isOf(newByteSize, sizeClass)) {
      oddSizes.forget(position);
      return true;
    }
    if (newByteSize > SizeClasses.size(sizeClass) || !oddSizes.isNoted(position)) {
      return false;
    }
    oddSizes.note(position, newByteSize);
    return true;
  }

  /// The size class of a live block.
  ///
  /// @param note the note of its page
  int requireLive(String call, long address, long byteSize, long position, long note) {
    long granule = position >>> Chunk.GRANULE_SHIFT;
    int sizeClass = (int) note & 127;
    boolean isOff = (position & (BlockMap.GRANULE - 1)) != 0;
    if (isOff || !directory.isLive(granule)) {
      Slab slab = directory.slab(granule);
      long block = slab == null ? granule : slab.blockAt(granule);
      if ((isOff || block != granule) && directory.isLive(block)) {
        throw refusals.interior(call, address, byteSize);
      }
      throw refusals.notLive(call, address, byteSize);
    }
    if (byteSize != Refusals.UNKNOWN
        && !SizeClasses.isOf(byteSize, sizeClass)
        && !oddSizes.isNoted(position, byteSize)) {
      throw refusals.wrongSize(call, address, byteSize, SizeClasses.size(sizeClass));
    }
    return sizeClass;
  }
}
