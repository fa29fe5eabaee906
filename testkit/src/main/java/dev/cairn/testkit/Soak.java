package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Stats;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A tester that wears an allocator out with short-lived threads, and then looks at what they have
/// left behind.
///
/// Threads start one after the other, at equal distances. Each allocates and frees some blocks at a
/// time, sleeps in between, hands blocks over to other threads, and ends. Every other one frees
/// what it holds; the others leave it to those that come later. When all of them have ended, the
/// last blocks are freed, and nothing may be live. Then the allocator may hold no more memory, and
/// no more of it in caches, than the caps allow.
///
/// {@snippet :
/// Soak.of(() -> Heap.growable(1L << 30))
///     .threads(1000)
///     .virtualThreads(100_000)
///     .lasting(Duration.ofMinutes(10))
///     .footprintAtMost(16 << 20)
///     .cachedAtMost(4 << 20)
///     .validatingWith(Heap::validate)
///     .run();
/// }
///
/// @param <A> the type of allocator
public final class Soak<A extends Allocator> {
  // How many are alive at a time, about.
  private static final int THREADS_AT_A_TIME = 8;
  private static final int VIRTUAL_THREADS_AT_A_TIME = 256;
  // A machine that is slower takes more time, not more memory.
  private static final int MOST_THREADS_AT_A_TIME = 512;
  private static final int MOST_HELD = 64;
  private static final int BURST = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Supplier<? extends A> opener;
  private int threads = 50;
  private int virtualThreads = 2000;
  private Duration duration = Duration.ofSeconds(2);
  private Duration settling = Duration.ofSeconds(30);
  private long mostFootprint = Long.MAX_VALUE;
  private long mostCached = Long.MAX_VALUE;
  private Consumer<? super A> validator = _ -> {};

  private Soak(Supplier<? extends A> opener) {
    this.opener = opener;
  }

  /// A soak of the allocator that a supplier opens.
  ///
  /// @param <A> the type of allocator
  /// @param opener opens an allocator for any thread, with nothing live; the soak closes it
  /// @return the soak: 50 platform threads and 2,000 virtual ones in two seconds
  public static <A extends Allocator> Soak<A> of(Supplier<? extends A> opener) {
    return new Soak<>(opener);
  }

  /// Sets how many platform threads come and go.
  ///
  /// @param count the number of threads
  /// @return this soak
  public Soak<A> threads(int count) {
    threads = count;
    return this;
  }

  /// Sets how many virtual threads come and go.
  ///
  /// @param count the number of threads
  /// @return this soak
  public Soak<A> virtualThreads(int count) {
    virtualThreads = count;
    return this;
  }

  /// Sets the time in which all threads are started, if the machine is fast enough.
  ///
  /// @param time the time
  /// @return this soak
  public Soak<A> lasting(Duration time) {
    duration = time;
    return this;
  }

  /// Sets how long the allocator may take in the end to give memory back; 30 seconds if not set.
  /// The soak ends as soon as it is within its caps.
  ///
  /// @param time the longest time
  /// @return this soak
  public Soak<A> settlingWithin(Duration time) {
    settling = time;
    return this;
  }

  /// Sets the most that the allocator may hold from the system in the end, with nothing live.
  ///
  /// @param bytes the largest footprint
  /// @return this soak
  public Soak<A> footprintAtMost(long bytes) {
    mostFootprint = bytes;
    return this;
  }

  /// Sets the most that may wait in caches in the end, with no thread alive that had one.
  ///
  /// @param bytes the most cached bytes
  /// @return this soak
  public Soak<A> cachedAtMost(long bytes) {
    mostCached = bytes;
    return this;
  }

  /// Sets what checks the allocator's own invariants, in the end.
  ///
  /// @param check throws if an invariant does not hold
  /// @return this soak
  public Soak<A> validatingWith(Consumer<? super A> check) {
    validator = check;
    return this;
  }

  /// Runs all threads to their end, and closes the allocator.
  ///
  /// @return what was done, and what the allocator held in the end
  /// @throws AssertionError if the allocator fails, or holds more than a cap allows
  public Outcome run() {
    A allocator = opener.get();
    Churn churn = new Churn(allocator);
    try {
      startAll(churn);
      churn.join();
      churn.freeRest();
      Stats end = settled(allocator);
      requireNothingLeft(end);
      validator.accept(allocator);
      return new Outcome(churn.calls.sum(), end);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interruption);
    } finally {
      // A thread that hangs may still be in the allocator.
      if (churn.isGone()) {
        allocator.close();
      }
    }
  }

  private void requireNothingLeft(Stats end) {
    if (end.liveBlocks() != 0
        || end.liveBytes() != 0
        || end.allocations() != end.frees()
        || end.footprintBytes() > mostFootprint
        || end.cachedBytes() > mostCached) {
      throw new AssertionError(
          ("after %d threads nothing is live; the caps are a footprint of %d bytes and %d in caches,"
                  + " but the footprint is %d, and the stats say %s")
              .formatted(
                  threads + virtualThreads, mostFootprint, mostCached, end.footprintBytes(), end));
    }
  }

  /// What a soak has done.
  ///
  /// @param operations the number of blocks allocated, freed or handed over
  /// @param end the stats in the end
  public record Outcome(long operations, Stats end) {}

  /// Starts each thread when it is due.
  private void startAll(Churn churn) throws InterruptedException {
    long begin = System.nanoTime();
    int started = 0;
    int startedVirtual = 0;
    while (started + startedVirtual < threads + virtualThreads && !churn.hasFailed()) {
      double share = Math.min(1, (double) (System.nanoTime() - begin) / duration.toNanos());
      for (; started < Math.ceil(share * threads) && churn.hasRoom(); started++) {
        churn.start(Thread.ofPlatform().daemon(), started, lifetime(threads, THREADS_AT_A_TIME));
      }
      for (;
          startedVirtual < Math.ceil(share * virtualThreads) && churn.hasRoom();
          startedVirtual++) {
        churn.start(
            Thread.ofVirtual(),
            startedVirtual,
            lifetime(virtualThreads, VIRTUAL_THREADS_AT_A_TIME));
      }
      Thread.sleep(1);
    }
  }

  private long lifetime(int count, int atATime) {
    return duration.toNanos() / Math.max(count, 1) * Math.min(atATime, count);
  }

  /// The stats when the allocator is within its caps, or when its time to get there is over.
  private Stats settled(A allocator) {
    long begin = System.nanoTime();
    while (true) {
      // Some give memory back only when they are called.
      allocator.free(allocator.allocate(64, 1));
      Stats stats = allocator.stats();
      if ((stats.footprintBytes() <= mostFootprint && stats.cachedBytes() <= mostCached)
          || System.nanoTime() - begin > settling.toNanos()
          || Thread.currentThread().isInterrupted()) {
        return stats;
      }
      pause(10);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  /// The threads that come and go.
  private static final class Churn {
    final LongAdder calls = new LongAdder();
    private final Allocator allocator;
    private final Exchange exchange = new Exchange();
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Churn(Allocator allocator) {
      this.allocator = allocator;
    }

    boolean hasRoom() {
      return alive.size() < MOST_THREADS_AT_A_TIME;
    }

    boolean isGone() {
      return alive.isEmpty();
    }

    boolean hasFailed() {
      return failure.get() != null;
    }

    void start(Thread.Builder builder, int number, long lifetime) {
      Thread thread = builder.unstarted(() -> live(number, System.nanoTime() + lifetime));
      alive.add(thread);
      thread.start();
    }

    /// Waits for the last threads.
    void join() throws InterruptedException {
      for (Thread thread : alive) {
        if (!thread.join(PATIENCE)) {
          AssertionError hang = new AssertionError(thread + " does not end");
          hang.setStackTrace(thread.getStackTrace());
          failure.compareAndSet(null, hang);
        }
      }
      Throwable first = failure.get();
      if (first != null) {
        throw new AssertionError("a thread of a soak fails: " + first, first);
      }
    }

    void freeRest() {
      exchange.clear().forEach(this::free);
    }

    private void live(int number, long end) {
      try {
        SplittableRandom random = new SplittableRandom(number);
        @Nullable Stamped[] held = new Stamped[MOST_HELD];
        do {
          freeEstate();
          for (int call = 0; call < BURST; call++) {
            step(random, held);
          }
          calls.add(BURST);
          pause(random.nextInt(1, 5));
        } while (System.nanoTime() < end && !hasFailed());
        for (Stamped block : held) {
          if (block != null && number % 2 == 0) {
            free(block);
          } else if (block != null) {
            exchange.bequeath(block);
          }
        }
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
      } finally {
        alive.remove(Thread.currentThread());
      }
    }

    /// Frees what others have left; as much as this thread may leave, if there is so much.
    private void freeEstate() {
      for (int i = 0; i < MOST_HELD; i++) {
        Stamped inherited = exchange.inherit();
        if (inherited == null) {
          return;
        }
        free(inherited);
      }
    }

    /// Fills, empties or swaps one of the places.
    private void step(SplittableRandom random, @Nullable Stamped[] held) {
      int place = random.nextInt(held.length);
      Stamped block = held[place];
      if (random.nextInt(16) == 0) {
        held[place] = exchange.swap(random.nextInt(), block);
      } else if (block == null) {
        held[place] = Stamped.of(allocator.allocate(Worker.size(random), 1), random.nextLong());
      } else {
        held[place] = null;
        free(block);
      }
    }

    private void free(Stamped block) {
      block.requireIntact();
      allocator.free(block.block());
    }
  }
}
