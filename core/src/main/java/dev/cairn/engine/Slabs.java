package dev.cairn.engine;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The slow half of small blocks: what a cache does when its stack is empty or full, when others
/// have freed blocks of its slabs, and when it is to give up what it does not use.
///
/// Methods need the lock of the cache unless they say otherwise.
final class Slabs {
  private final Grounds grounds;
  private final Directory directory;
  private final Usage usage;
  private final Runnable wakeUpkeep;

  /// @param wakeUpkeep is run when there may be something to give back before long
  Slabs(Grounds grounds, Directory directory, Usage usage, Runnable wakeUpkeep) {
    this.grounds = grounds;
    this.directory = directory;
    this.usage = usage;
    this.wakeUpkeep = wakeUpkeep;
  }

  /// Takes a block from the stack, which is filled if it is empty.
  ///
  /// @return its position, or [Grounds#NO_ROOM]
  long allocate(ThreadCache cache, int sizeClass) {
    if (cache.cached(sizeClass) == 0 && !refill(cache, sizeClass)) {
      return Grounds.NO_ROOM;
    }
    long granule = cache.cells[cache.top(sizeClass) - 1];
    directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] |= 1L << granule;
    cache.cells[sizeClass] += ThreadCache.POP;
    return granule << Chunk.GRANULE_SHIFT;
  }

  /// Makes room for a block in a stack that is full.
  void makeRoom(ThreadCache cache, int sizeClass) {
    if (cache.isFull(sizeClass)) {
      flush(cache, sizeClass, cache.cached(sizeClass) / 2 + 1);
    }
  }

  /// Lets other threads than the owner of a slab free its blocks, from now on. It takes no lock.
  void share(Slab slab) {
    if (slab.isShared) {
      return;
    }
    slab.cache.isShared[slab.sizeClass] = true;
    for (int page = 0; page < slab.pages(); page++) {
      long first = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      Chunk.share(directory.chunk(first), Chunk.noteOf(first));
    }
    // From here on, the owner either sees that the page is shared, when it looks once more after it
    // ended a block; or all see that it ended the block. Until then that a page is noted as shared
    // is no more than a sign that some thread is on its way here.
    AllThreads.fence();
    slab.isShared = true;
  }

  /// Settles that this thread is the only one to free a block: of a shared slab, or of a cache
  /// that it owns or has locked. It takes no lock.
  ///
  /// @return false if the block is not live, or another thread has freed it; nothing has changed
  boolean claim(Slab slab, long granule) {
    long[] bits = remote(granule);
    int word = Chunk.wordOf(granule);
    long bit = 1L << granule;
    while ((Chunk.getAndOr(bits, word, bit) & bit) != 0) {
      if ((Chunk.getVolatile(bits, Chunk.FREED + word) & bit) != 0) {
        return false;
      }
      // Another thread is about to free it, or to find that it was not live a moment ago.
      Thread.onSpinWait();
    }
    // If it is live, nobody else ends it now, and so the slab stays. But it may have made way for
    // another, which is not shared, before that.
    if ((Chunk.getVolatile(directory.chunk(granule), Chunk.MARKS + word) & bit) != 0
        && directory.slab(granule) == slab) {
      return true;
    }
    long _ = Chunk.getAndClear(bits, word, bit);
    return false;
  }

  /// Frees a claimed block for the cache of its slab to collect. It takes no lock.
  ///
  /// @return false if the owner has freed it in the same instant, and the claim is withdrawn
  boolean freeRemotely(Slab slab, long granule) {
    long[] bits = directory.remote(granule);
    int word = Chunk.wordOf(granule);
    long bit = 1L << granule;
    if ((Chunk.getAndOr(bits, Chunk.FREED + word, bit) & bit) != 0) {
      long _ = Chunk.getAndClear(bits, word, bit);
      return false;
    }
    announce(slab);
    return true;
  }

  /// Settles who has freed a block, after this thread, its owner, ended it and found that the page
  /// had become shared meanwhile.
  ///
  /// @return true if another thread has
  boolean isOvertaken(long granule) {
    VarHandle.fullFence();
    if (!directory.isClaimed(granule)) {
      // Whoever claims it from now on sees that it is not live.
      return false;
    }
    long[] bits = directory.remote(granule);
    int word = Chunk.wordOf(granule);
    long bit = 1L << granule;
    boolean isOvertaken = (Chunk.getAndOr(bits, Chunk.FREED + word, bit) & bit) != 0;
    if (isOvertaken) {
      end(granule);
    } else {
      // The other thread is about to withdraw its claim.
      while (directory.isClaimed(granule)) {
        Thread.onSpinWait();
      }
      long _ = Chunk.getAndClear(bits, Chunk.FREED + word, bit);
    }
    return isOvertaken;
  }

  /// Says that a block of a slab was freed. The slab may be released by now, if the block has come
  /// home already because of another.
  void announce(Slab slab) {
    // First the block is freed, then it is announced. Who collects withdraws the announcement
    // first, then looks for blocks: so either this one is seen, or it is announced again.
    if (!slab.isPending.get() && !slab.isPending.getAndSet(true)) {
      slab.cache.push(slab);
      wakeUpkeep.run();
    }
  }

  /// Ends a claimed block of a slab.
  void free(Slab slab, long granule) {
    ThreadCache cache = slab.cache;
    end(granule);
    if (cache.kind == ThreadCache.Kind.STRIPE) {
      makeRoom(cache, slab.sizeClass);
      cache.cells[cache.top(slab.sizeClass)] = granule;
      cache.cells[slab.sizeClass] += ThreadCache.PUSH;
    } else {
      usage.returned(slab.sizeClass, 1);
      slab.put(granule);
      settle(slab);
    }
  }

  /// Ends a claimed block of a slab of this thread's cache, if nothing stands against it. It needs
  /// no lock, for nothing in it can block while it writes: whoever finds this thread blocked may
  /// work on its cache.
  ///
  /// @return whether it is done
  boolean push(Slab slab, long granule) {
    ThreadCache cache = slab.cache;
    int sizeClass = slab.sizeClass;
    long[] chunk = directory.chunk(granule);
    int word = Chunk.MARKS + Chunk.wordOf(granule);
    if (cache.owner != Thread.currentThread()
        || (chunk[word] & (1L << granule)) == 0
        || cache.isFull(sizeClass)) {
      return false;
    }
    chunk[word] &= ~(1L << granule);
    cache.cells[cache.top(sizeClass)] = granule;
    cache.cells[sizeClass] += ThreadCache.PUSH;
    withdraw(granule);
    return true;
  }

  /// Takes home what others have freed.
  void collect(ThreadCache cache) {
    for (Slab slab = cache.popAll(); slab != null; ) {
      Slab following = slab.nextPending;
      slab.nextPending = null;
      slab.isPending.set(false);
      if (!slab.isReleased) {
        collect(slab);
      }
      slab = following;
    }
  }

  private void collect(Slab slab) {
    int blocks = 0;
    for (int page = 0; page < slab.pages(); page++) {
      long first = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      long[] marks = directory.chunk(first);
      long[] bits = directory.remote(first);
      for (int i = 0; bits.length != 0 && i < Chunk.WORDS / Chunk.PAGES; i++) {
        int word = Chunk.wordOf(first) + i;
        long freed = Chunk.getVolatile(bits, Chunk.FREED + word) & marks[Chunk.MARKS + word];
        if (freed != 0) {
          marks[Chunk.MARKS + word] &= ~freed;
          long _ = Chunk.getAndClear(bits, Chunk.FREED + word, freed);
          long _ = Chunk.getAndClear(bits, word, freed);
          blocks += Long.bitCount(freed);
          for (long rest = freed; rest != 0; rest &= rest - 1) {
            slab.put(first + ((long) i << 6) + Long.numberOfTrailingZeros(rest));
          }
        }
      }
    }
    if (blocks > 0) {
      usage.returned(slab.sizeClass, blocks);
      settle(slab);
    }
  }

  /// Gives up whatever a cache does not use.
  void empty(ThreadCache cache) {
    collect(cache);
    Arrays.fill(cache.isShared, cache.kind == ThreadCache.Kind.STRIPE);
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      flush(cache, sizeClass, cache.cached(sizeClass));
      for (Slab slab = cache.partial[sizeClass]; slab != null; ) {
        Slab following = slab.nextPartial;
        if (slab.isUnused()) {
          release(slab);
        }
        slab = following;
      }
    }
  }

  /// Fills an empty stack about half.
  ///
  /// @return false if there is no room
  private boolean refill(ThreadCache cache, int sizeClass) {
    Slab slab = cache.partial[sizeClass];
    if (slab == null && cache.pending != null) {
      // Only now: the longer it waits, the more blocks come home at once.
      collect(cache);
      slab = cache.partial[sizeClass];
    }
    if (slab == null) {
      slab = open(cache, sizeClass);
      if (slab == null) {
        return false;
      }
    }
    int bottom = ThreadCache.bottom(sizeClass);
    int wanted = ((bottom | ThreadCache.ROW_MASK) - bottom + 1) / 2;
    if (slab.freeBlocks() == 0) {
      carve(slab);
    }
    int taken = slab.take(cache.cells, bottom, wanted);
    cache.cells[sizeClass] += taken * ThreadCache.PUSH;
    if (slab.isExhausted()) {
      unlink(slab);
    }
    usage.taken(sizeClass, taken);
    return true;
  }

  private void carve(Slab slab) {
    int count = slab.toCarve();
    long from = slab.start + (long) slab.carvedBlocks() * slab.blockGranules;
    synchronized (grounds) {
      grounds.touch(from << Chunk.GRANULE_SHIFT, (long) count * SizeClasses.size(slab.sizeClass));
    }
    slab.carve(count);
  }

  /// Moves the lowest cells of a stack to their slabs.
  private void flush(ThreadCache cache, int sizeClass, int count) {
    if (count == 0) {
      return;
    }
    usage.returned(sizeClass, count);
    int bottom = ThreadCache.bottom(sizeClass);
    int rest = cache.cached(sizeClass) - count;
    long[] cells = cache.cells;
    for (int i = bottom; i < bottom + count; i++) {
      Slab slab = slabOf(cells[i]);
      slab.put(cells[i]);
      settle(slab);
    }
    System.arraycopy(cells, bottom + count, cells, bottom, rest);
    cells[sizeClass] -= count * ThreadCache.PUSH;
  }

  /// Puts a slab that has free blocks where it belongs: on a list, or out of the heap. The last one
  /// on the list of its class stays, also unused: it is likely to be needed again.
  private void settle(Slab slab) {
    if (!slab.isPartial) {
      link(slab);
    }
    if (slab.isUnused() && (slab.nextPartial != null || slab.previousPartial != null)) {
      release(slab);
    }
  }

  private @Nullable Slab open(ThreadCache cache, int sizeClass) {
    Slab slab;
    synchronized (grounds) {
      grounds.requireOpen();
      long position = grounds.claimPages(SizeClasses.slabPages(sizeClass));
      if (position == Grounds.NO_ROOM) {
        return null;
      }
      try {
        slab = new Slab(cache, sizeClass, position >>> Chunk.GRANULE_SHIFT);
        directory.enter(slab);
      } catch (Throwable failure) {
        // The Java heap is full.
        grounds.release(position);
        throw failure;
      }
    }
    slab.next = cache.slabs;
    if (slab.next != null) {
      slab.next.previous = slab;
    }
    cache.slabs = slab;
    link(slab);
    wakeUpkeep.run();
    return slab;
  }

  private void release(Slab slab) {
    unlink(slab);
    ThreadCache cache = slab.cache;
    if (slab.previous != null) {
      slab.previous.next = slab.next;
    } else {
      cache.slabs = slab.next;
    }
    if (slab.next != null) {
      slab.next.previous = slab.previous;
    }
    slab.isReleased = true;
    synchronized (grounds) {
      directory.remove(slab);
      grounds.release(slab.start << Chunk.GRANULE_SHIFT);
    }
    wakeUpkeep.run();
  }

  private static void link(Slab slab) {
    ThreadCache cache = slab.cache;
    Slab first = cache.partial[slab.sizeClass];
    slab.nextPartial = first;
    slab.previousPartial = null;
    if (first != null) {
      first.previousPartial = slab;
    }
    cache.partial[slab.sizeClass] = slab;
    slab.isPartial = true;
  }

  private static void unlink(Slab slab) {
    if (!slab.isPartial) {
      return;
    }
    if (slab.previousPartial != null) {
      slab.previousPartial.nextPartial = slab.nextPartial;
    } else {
      slab.cache.partial[slab.sizeClass] = slab.nextPartial;
    }
    if (slab.nextPartial != null) {
      slab.nextPartial.previousPartial = slab.previousPartial;
    }
    slab.nextPartial = null;
    slab.previousPartial = null;
    slab.isPartial = false;
  }

  private void end(long granule) {
    directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] &= ~(1L << granule);
    withdraw(granule);
  }

  /// Takes a claim away, after its block was ended.
  private void withdraw(long granule) {
    long[] bits = directory.remote(granule);
    long _ = Chunk.getAndClear(bits, Chunk.FREED + Chunk.wordOf(granule), 1L << granule);
    long _ = Chunk.getAndClear(bits, Chunk.wordOf(granule), 1L << granule);
  }

  private long[] remote(long granule) {
    long[] bits = directory.remote(granule);
    if (bits.length == 0) {
      synchronized (grounds) {
        bits = directory.makeRemote(granule);
      }
    }
    return bits;
  }

  private Slab slabOf(long granule) {
    Slab slab = directory.slab(granule);
    if (slab == null) {
      throw new AssertionError("no slab is at granule " + granule);
    }
    return slab;
  }
}
