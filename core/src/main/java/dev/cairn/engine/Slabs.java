package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicLong;
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
  // Blocks that two threads freed in the same instant, found when they came home.
  private final AtomicLong lateRefusals = new AtomicLong();

  /// @param wakeUpkeep is run when there may be something to give back before long
  Slabs(Grounds grounds, Directory directory, Usage usage, Runnable wakeUpkeep) {
    this.grounds = grounds;
    this.directory = directory;
    this.usage = usage;
    this.wakeUpkeep = wakeUpkeep;
  }

  long lateRefusals() {
    return lateRefusals.get();
  }

  /// Takes a block from the stack, which is filled if it is empty.
  ///
  /// @return its position, or [Grounds#NO_ROOM]
  long allocate(ThreadCache cache, int sizeClass) {
    while (cache.cached(sizeClass) > 0 || refill(cache, sizeClass)) {
      long granule = cache.cells[cache.top(sizeClass) - 1];
      if (!directory.isFreedRemotely(granule)) {
        mark(granule);
        cache.cells[sizeClass] += ThreadCache.POP;
        return granule << Chunk.GRANULE_SHIFT;
      }
      forgetRemoteFree(granule);
    }
    return Grounds.NO_ROOM;
  }

  /// Puts a live block of a slab of this cache into the stack.
  void free(ThreadCache cache, long granule) {
    Slab slab = slabOf(granule);
    unmark(granule);
    if (cache.kind == ThreadCache.Kind.THREAD && cache.owner() == null) {
      usage.returned(slab.sizeClass, 1);
      putBack(slab, granule);
      return;
    }
    if (cache.isFull(slab.sizeClass)) {
      flush(cache, slab.sizeClass, cache.cached(slab.sizeClass) / 2 + 1);
    }
    cache.cells[cache.top(slab.sizeClass)] = granule;
    cache.cells[slab.sizeClass] += ThreadCache.PUSH;
  }

  /// Notes that a block was freed, for the cache that its slab belongs to. It takes no lock.
  ///
  /// @return false if the block has been freed meanwhile, and then nothing has changed
  boolean freeRemotely(ThreadCache owner, long granule) {
    long[] bits = directory.remote(granule);
    if (bits.length == 0) {
      synchronized (grounds) {
        bits = directory.makeRemote(granule);
      }
    }
    int word = Chunk.wordOf(granule);
    long bit = 1L << granule;
    // It is announced first, so that the owner, before it hands the block out once more, looks at
    // the bit. And once more afterwards: the owner, which withdraws the announcement before it
    // takes the bits, may have done so in between.
    announce(owner, granule);
    if ((Chunk.getAndOr(bits, word, bit) & bit) != 0) {
      return false;
    }
    if ((Chunk.getVolatile(directory.chunk(granule), Chunk.MARKS + word) & bit) == 0
        && (Chunk.getAndClear(bits, word, bit) & bit) != 0) {
      return false;
    }
    announce(owner, granule);
    return true;
  }

  private void announce(ThreadCache owner, long granule) {
    long[] chunk = directory.chunk(granule);
    int note = Chunk.noteOf(granule);
    if (Chunk.getVolatile(chunk, note) > 0) {
      Slab slab = directory.slab(granule);
      long _ = Chunk.getAndOr(chunk, note, Chunk.REMOTE_FREES);
      if (slab != null && !slab.isPending.getAndSet(true)) {
        owner.push(slab);
        wakeUpkeep.run();
      }
    }
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
      long[] chunk = directory.chunk(first);
      long[] bits = directory.remote(first);
      long _ = Chunk.getAndClear(chunk, Chunk.noteOf(first), Chunk.REMOTE_FREES);
      if (bits.length == 0) {
        continue;
      }
      for (int i = 0; i < Chunk.WORDS / Chunk.PAGES; i++) {
        int word = Chunk.wordOf(first) + i;
        if (bits[word] == 0) {
          continue;
        }
        long freed = Chunk.getAndSet(bits, word, 0);
        long live = chunk[Chunk.MARKS + word];
        chunk[Chunk.MARKS + word] = live & ~freed;
        lateRefusals.addAndGet(Long.bitCount(freed & ~live));
        for (long rest = freed & live; rest != 0; rest &= rest - 1) {
          slab.put(first + ((long) i << 6) + Long.numberOfTrailingZeros(rest));
          blocks++;
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
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      flush(cache, sizeClass, cache.cached(sizeClass));
    }
  }

  /// Fills an empty stack about half.
  ///
  /// @return false if there is no room
  private boolean refill(ThreadCache cache, int sizeClass) {
    if (cache.pending != null) {
      collect(cache);
    }
    Slab slab = cache.partial[sizeClass];
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
    usage.taken(sizeClass, taken);
    if (slab.isExhausted()) {
      unlink(slab);
    }
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
      long granule = cells[i];
      if (directory.isFreedRemotely(granule)) {
        forgetRemoteFree(granule);
      }
      putBack(slabOf(granule), granule);
    }
    System.arraycopy(cells, bottom + count, cells, bottom, rest);
    cells[sizeClass] -= count * ThreadCache.PUSH;
  }

  private void putBack(Slab slab, long granule) {
    slab.put(granule);
    settle(slab);
  }

  /// Puts a slab that has free blocks where it belongs: on a list, or out of the heap.
  private void settle(Slab slab) {
    if (slab.isUnused()) {
      release(slab);
    } else if (!slab.isPartial) {
      link(slab);
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
      slab = new Slab(cache, sizeClass, position >>> Chunk.GRANULE_SHIFT);
      directory.enter(slab);
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

  private void mark(long granule) {
    directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] |= 1L << granule;
  }

  private void unmark(long granule) {
    directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] &= ~(1L << granule);
  }

  /// Two threads freed a block in the same instant, of which one was its owner.
  private void forgetRemoteFree(long granule) {
    long _ = Chunk.getAndClear(directory.remote(granule), Chunk.wordOf(granule), 1L << granule);
    lateRefusals.incrementAndGet();
  }

  private Slab slabOf(long granule) {
    Slab slab = directory.slab(granule);
    if (slab == null) {
      throw new AssertionError("no slab is at granule " + granule);
    }
    return slab;
  }
}
