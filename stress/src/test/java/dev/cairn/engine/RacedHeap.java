package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A heap for one race, and the place where the racers meet.
///
/// All such heaps are over the same memory, for no race touches it.
final class RacedHeap {
  /// What a free answers that ended a block.
  static final String FREED = "freed";

  /// What a verdict is if nothing is wrong.
  static final String WHOLE = "whole";

  // Room for the caches of two threads, and one that others share.
  private static final long BYTES = 16L << 20;
  private static final MemorySegment MEMORY = Arena.global().allocate(BYTES, 4096);
  // Spins of a racer that waits before it lets others run, for there may be no other processor.
  private static final int SPINS = 2000;
  private static final int LONGEST_DELAY = 64;
  private static final VarHandle CACHES;

  // A thread that was never started, so that it neither runs nor has died.
  private static final Thread ABSENT = new Thread("racer");
  private static final Thread DEAD = dead();

  static {
    try {
      CACHES =
          MethodHandles.privateLookupIn(PagedHeap.class, MethodHandles.lookup())
              .findVarHandle(PagedHeap.class, "caches", Caches.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final PagedHeap pages;
  final Caches caches;
  private final AtomicInteger arrivals = new AtomicInteger();
  private volatile boolean isOver;

  RacedHeap() {
    this(
        new HeapPlan(
            "heap",
            HeapPlan.Growth.NONE,
            BYTES,
            MEMORY,
            HeapPlan.Source.ARENAS,
            0,
            -1,
            HeapPlan.USUALLY_HUGE_FROM));
  }

  RacedHeap(HeapPlan plan) {
    pages = new PagedHeap(plan, () -> false);
    caches = (Caches) CACHES.get(pages);
  }

  /// Makes a block live, and answers its address.
  long allocate(long byteSize) {
    long position = pages.allocate(byteSize);
    if (position == PagedHeap.NO_ROOM) {
      throw new AssertionError("no room for " + byteSize + " bytes");
    }
    return pages.address(position);
  }

  long[] allocate(int count, long byteSize) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = allocate(byteSize);
    }
    return blocks;
  }

  /// Ends a block, and answers [#FREED] or why not.
  String free(long address) {
    try {
      pages.free(address, Refusals.UNKNOWN);
      return FREED;
    } catch (InvalidBlockException refused) {
      return refused.kind().name();
    } catch (RuntimeException | Error failure) {
      return failure.toString();
    }
  }

  /// Makes the first cache this thread's, as if its owner had died and this thread taken it over.
  void adopt() {
    give(caches.all().getFirst(), Thread.currentThread());
  }

  /// Makes every cache belong to a thread that does nothing.
  void leave() {
    caches.all().forEach(cache -> give(cache, ABSENT));
  }

  /// Makes every cache belong to a thread that has died.
  void bequeath() {
    caches.all().forEach(cache -> give(cache, DEAD));
  }

  /// Makes every cache belong to nobody.
  void abandon() {
    caches.all().forEach(cache -> give(cache, null));
  }

  private static void give(ThreadCache cache, @Nullable Thread thread) {
    cache.lock.lock();
    try {
      if (cache.kind == ThreadCache.Kind.THREAD) {
        cache.holder = thread;
        cache.setOwner(thread);
      }
    } finally {
      cache.lock.unlock();
    }
  }

  private static Thread dead() {
    Thread thread = new Thread("racer");
    thread.start();
    while (thread.getState() != Thread.State.TERMINATED) {
      Thread.yield();
    }
    return thread;
  }

  /// Waits for the other racer, and then for a moment that is different each time.
  void meet() {
    int arrived = arrivals.incrementAndGet();
    int all = (arrived + 1) & -2;
    await(() -> arrivals.get() >= all);
    delay();
  }

  /// Waits until something is so.
  ///
  /// @throws AssertionError if it cannot be any more, because another racer has failed
  void await(BooleanSupplier condition) {
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      if (isOver) {
        throw new AssertionError("another racer has failed");
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /// Ends the race before its end, for something went wrong.
  void end() {
    isOver = true;
  }

  /// Waits for a moment that is different each time, and mostly very short.
  static void delay() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int spins = random.nextInt(random.nextInt(LONGEST_DELAY) + 1);
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }

  /// Judges the heap after the race: [#WHOLE], or what is wrong.
  ///
  /// @param survivors the blocks that are live
  String verdict(long... survivors) {
    try {
      requireWhole(survivors);
      return WHOLE;
    } catch (RuntimeException | Error failure) {
      return failure.toString();
    }
  }

  private void requireWhole(long[] survivors) {
    requireOwnersHold();
    pages.validate();
    requireLive(survivors.length);
    collect();
    pages.validate();
    requireLive(survivors.length);
    requireHandedOutOnce(survivors);
    for (long block : survivors) {
      pages.free(block, Refusals.UNKNOWN);
    }
    collect();
    pages.validate();
    requireLive(0);
    requireAway(0);
  }

  /// Checks how many blocks have not come home. No race is going on, and no block is in a stack.
  void requireAway(int expected) {
    int away = 0;
    for (ThreadCache cache : caches.all()) {
      for (Slab slab = cache.slabs; slab != null; slab = slab.next) {
        away += slab.carvedBlocks() - slab.freeBlocks();
      }
    }
    if (away != expected) {
      throw new AssertionError(away + " blocks are away, not " + expected);
    }
  }

  /// Checks that no cache can be taken from its owner.
  void requireOwnersHold() {
    for (ThreadCache cache : caches.all()) {
      Thread owner = cache.owner();
      if (owner != null && owner != cache.holder) {
        throw new AssertionError("a cache is held by another thread than its owner");
      }
    }
  }

  private void requireLive(long expected) {
    long live = pages.census().stats().liveBlocks();
    if (live != expected) {
      throw new AssertionError(live + " blocks are live, not " + expected);
    }
  }

  private void requireHandedOutOnce(long[] survivors) {
    Set<Long> live = new HashSet<>();
    for (long block : survivors) {
      if (!live.add(block)) {
        throw new AssertionError("a block was handed out twice");
      }
    }
    long[] more = allocate(2 * ThreadCache.ROW, 1024);
    for (long block : more) {
      if (!live.add(block)) {
        throw new AssertionError("a block was handed out that is live");
      }
    }
    for (long block : more) {
      pages.free(block, Refusals.UNKNOWN);
    }
  }

  /// Takes everything home that others have freed, of whichever cache. No race is going on.
  private void collect() {
    abandon();
    pages.trim();
  }
}
