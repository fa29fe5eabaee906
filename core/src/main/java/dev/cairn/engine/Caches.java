package dev.cairn.engine;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Every cache of a heap, and which thread has which.
///
/// A platform thread has a cache of its own; when it has died, the next thread that needs one takes
/// it over with all that is in it. Virtual threads share a few, so that any number of them leaves
/// nothing behind; and so do threads beyond the number that a heap of its size has caches for.
final class Caches {
  private static final int MOST_STRIPES = 64;
  private static final int LARGEST_TABLE = 1 << 16;
  // A thread that finds no cache to have asks again every so many times.
  private static final int PATIENCE = 64;

  private final Lookup lookup;
  private final int mostOfThreads;
  private final int mostStripes;
  // By number, from 1. Written under this object's lock, and never changed in place.
  private volatile ThreadCache[] all = {ThreadCache.NOBODY};
  private ThreadCache[] stripes = {};
  private int ofThreads;
  // Counted by any thread, as well as can be.
  private int calls;
  private volatile boolean closed;

  Caches(HeapPlan plan, Lookup lookup) {
    this.lookup = lookup;
    mostOfThreads = plan.threadCaches();
    int wanted = 2 * Runtime.getRuntime().availableProcessors();
    mostStripes =
        Integer.highestOneBit(Math.min(Math.min(wanted, MOST_STRIPES), plan.sharedCaches()));
  }

  /// Every cache there is.
  List<ThreadCache> all() {
    ThreadCache[] now = all;
    return Arrays.asList(now).subList(1, now.length);
  }

  /// The cache that this thread is to use, locked; or null if the heap has closed.
  @SuppressWarnings("LockNotBeforeTry") // the caller unlocks it
  @Nullable ThreadCache lock() {
    Thread thread = Thread.currentThread();
    if (thread.isVirtual()) {
      return lockStripe(thread);
    }
    while (!closed) {
      ThreadCache cache = lookup.cacheOf(thread);
      if (cache.owner() != thread) {
        cache = mayAttach() ? attach(thread) : null;
        if (cache == null) {
          return lockStripe(thread);
        }
      }
      cache.lock.lock();
      if (cache.owner() == thread) {
        return cache;
      }
      cache.lock.unlock();
    }
    return null;
  }

  private boolean mayAttach() {
    return ofThreads < mostOfThreads || (++calls & (PATIENCE - 1)) == 0;
  }

  private ThreadCache lockStripe(Thread thread) {
    ThreadCache[] shared = stripes();
    int first = (int) thread.threadId() & (shared.length - 1);
    for (int i = 0; i < shared.length; i++) {
      ThreadCache stripe = shared[(first + i) & (shared.length - 1)];
      if (stripe.lock.tryLock()) {
        return stripe;
      }
    }
    shared[first].lock.lock();
    return shared[first];
  }

  /// Locks a cache if this thread may work on it: its own, one of nobody, or of virtual threads.
  ///
  /// @return false if it may not
  static boolean tryLock(ThreadCache cache) {
    Thread thread = Thread.currentThread();
    Thread owner = cache.owner();
    if (owner == thread) {
      cache.lock.lock();
    } else if (owner != null || !cache.lock.tryLock()) {
      return false;
    }
    owner = cache.owner();
    if (owner == thread || owner == null) {
      return true;
    }
    cache.lock.unlock();
    return false;
  }

  /// Visits every cache that this thread may work on, locked. That is also those of threads that do
  /// not run now.
  void visit(Consumer<ThreadCache> visitor) {
    for (ThreadCache cache : all()) {
      if (cache.lock.tryLock()) {
        try {
          visit(cache, visitor);
        } finally {
          cache.lock.unlock();
        }
      }
    }
  }

  private static void visit(ThreadCache cache, Consumer<ThreadCache> visitor) {
    Thread owner = cache.owner();
    if (owner == null || owner == Thread.currentThread()) {
      visitor.accept(cache);
      return;
    }
    // From now on the owner does not find its cache. If it is not running now, then it was not
    // between finding it and being done with it, for nothing in between can block. When it wakes it
    // waits for the lock.
    cache.setOwner(null);
    switch (owner.getState()) {
      case TERMINATED -> {
        if (cache.holder == owner) { // or else another thread is just taking it over
          cache.holder = null;
        }
        visitor.accept(cache);
      }
      case BLOCKED, WAITING, TIMED_WAITING -> {
        visitor.accept(cache);
        cache.setOwner(owner);
      }
      default -> cache.setOwner(owner);
    }
  }

  /// Gives a platform thread a cache, and enters it in the table.
  ///
  /// @return the cache, or null if there is none to be had
  private synchronized @Nullable ThreadCache attach(Thread thread) {
    if (closed) {
      return null;
    }
    ThreadCache cache = holding(thread);
    if (cache == null) {
      cache = takeOver(thread);
    }
    if (cache == null) {
      if (ofThreads == mostOfThreads) {
        return null;
      }
      cache = create(ThreadCache.Kind.THREAD);
      ofThreads++;
      cache.holder = thread;
    }
    cache.lock.lock();
    try {
      cache.setOwner(thread);
    } finally {
      cache.lock.unlock();
    }
    enter(cache, thread);
    return cache;
  }

  /// The caches of virtual threads; their number is a power of two.
  private synchronized ThreadCache[] stripes() {
    if (stripes.length == 0) {
      ThreadCache[] created = new ThreadCache[mostStripes];
      Arrays.setAll(created, _ -> create(ThreadCache.Kind.STRIPE));
      stripes = created;
    }
    return stripes;
  }

  /// Takes every thread's cache away, for good.
  synchronized void close() {
    closed = true;
    lookup.table = new ThreadCache[] {ThreadCache.NOBODY};
    all()
        .forEach(
            cache -> {
              cache.setOwner(null);
              cache.holder = null;
            });
  }

  private @Nullable ThreadCache holding(Thread thread) {
    for (ThreadCache cache : all()) {
      if (cache.holder == thread) {
        return cache;
      }
    }
    return null;
  }

  /// A cache whose thread has died.
  private @Nullable ThreadCache takeOver(Thread thread) {
    for (ThreadCache cache : all()) {
      if (isFree(cache) && cache.lock.tryLock()) {
        try {
          if (isFree(cache)) {
            cache.holder = thread;
            return cache;
          }
        } finally {
          cache.lock.unlock();
        }
      }
    }
    return null;
  }

  private static boolean isFree(ThreadCache cache) {
    Thread holder = cache.holder;
    return cache.kind == ThreadCache.Kind.THREAD && (holder == null || !holder.isAlive());
  }

  private ThreadCache create(ThreadCache.Kind kind) {
    ThreadCache[] more = Arrays.copyOf(all, all.length + 1);
    ThreadCache cache = new ThreadCache(all.length, kind);
    more[all.length] = cache;
    all = more;
    return cache;
  }

  private void enter(ThreadCache cache, Thread thread) {
    ThreadCache[] table = lookup.table;
    while (table.length < LARGEST_TABLE) {
      Thread other = table[index(thread, table)].holder;
      if (other == null || other == thread || !other.isAlive()) {
        break;
      }
      table = new ThreadCache[table.length * 2];
      Arrays.fill(table, ThreadCache.NOBODY);
      for (ThreadCache each : all()) {
        Thread holder = each.holder;
        if (holder != null && holder != thread && holder.isAlive()) {
          table[index(holder, table)] = each;
        }
      }
    }
    table[index(thread, table)] = cache;
    // Readers take no lock: what is in the table is written before it is seen.
    VarHandle.releaseFence();
    lookup.table = table;
  }

  private static int index(Thread thread, ThreadCache[] table) {
    return (int) thread.threadId() & (table.length - 1);
  }
}
