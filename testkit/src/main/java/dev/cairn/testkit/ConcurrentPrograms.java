package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// A tester that runs random programs of several threads against one thread-safe allocator.
///
/// Each worker allocates, frees, resizes and reallocates blocks of all sizes and alignments, hands
/// blocks over to other workers, and at times does what must be refused. Now and then its thread
/// ends and leaves its blocks to the others; a new thread takes its place. The tester checks that
///
/// - live blocks never overlap, are aligned, and have exactly the size that was asked for,
/// - bytes survive until their block is freed, whichever thread allocated it, and those that both
///   sizes cover a resize or a move,
/// - zeroed blocks are zero,
/// - slices, wrong sizes and foreign memory are refused while other threads are at work,
/// - of all threads that race to free one block, one succeeds, and all others are refused,
/// - a block that was freed is refused, whichever thread freed it.
///
/// After each round of work all workers meet. While they stand still, the allocator is validated,
/// and its stats compared with what is live. At the end every block is freed, and nothing may be
/// live.
///
/// {@snippet :
/// ConcurrentPrograms.of(() -> Heap.growable(1L << 30))
///     .operations(100_000_000)
///     .threads(4)
///     .virtualThreads(8)
///     .validatingEvery(100_000, Heap::validate)
///     .run();
/// }
///
/// Whether two threads free the same block is known only while nothing is allocated: memory that
/// was freed may be another thread's a moment later. So double frees are made at the meetings.
///
/// ## Failure
/// [#run()] throws an [AssertionError] of the first failure, with the seed. The seed fixes what
/// each worker does, and the machine how they interleave: a failure need not come again. An
/// allocator that hangs is a failure, too, with the stack of each thread.
///
/// The seed is the same in each run; the system property `dev.cairn.seed` sets another one.
///
/// ## Cost
/// Some three million calls a second on two processors, if the allocator's own are cheap.
///
/// @param <A> the type of allocator
public final class ConcurrentPrograms<A extends Allocator> {
  // In units of 1024 calls: a platform thread is a hundred times as costly to start.
  private static final int THREAD_LIFETIME = 8;
  private static final int VIRTUAL_THREAD_LIFETIME = 2;

  private final Supplier<? extends A> opener;
  private long operations = 1_000_000;
  private long seed = Long.getLong(RandomPrograms.SEED, RandomPrograms.DEFAULT_SEED);
  private long maxAlignment = 4096;
  private int threads = 4;
  private int virtualThreads = 8;
  private long validateEvery = 100_000;
  private Consumer<? super A> validator = _ -> {};
  private Duration patience = Duration.ofSeconds(60);

  private ConcurrentPrograms(Supplier<? extends A> opener) {
    this.opener = opener;
  }

  /// A tester of the allocator that a supplier opens.
  ///
  /// @param <A> the type of allocator
  /// @param opener opens an allocator for any thread, with nothing live; the tester closes it. One
  ///     of less than about 32 MiB is at times full
  /// @return the tester, for a million operations of 4 platform threads and 8 virtual ones
  public static <A extends Allocator> ConcurrentPrograms<A> of(Supplier<? extends A> opener) {
    return new ConcurrentPrograms<>(opener);
  }

  /// Sets how many calls to make, all workers together.
  ///
  /// @param count the number of calls; rounded up to whole rounds
  /// @return this tester
  public ConcurrentPrograms<A> operations(long count) {
    operations = count;
    return this;
  }

  /// Sets how many workers have a platform thread.
  ///
  /// @param count the number of workers
  /// @return this tester
  public ConcurrentPrograms<A> threads(int count) {
    threads = requireCount(count);
    return this;
  }

  /// Sets how many workers have a virtual thread.
  ///
  /// @param count the number of workers
  /// @return this tester
  public ConcurrentPrograms<A> virtualThreads(int count) {
    virtualThreads = requireCount(count);
    return this;
  }

  /// Sets the seed, whatever the system property says.
  ///
  /// @param value the seed
  /// @return this tester
  public ConcurrentPrograms<A> seed(long value) {
    seed = value;
    return this;
  }

  /// Sets the largest alignment to ask for; 4096 if not set.
  ///
  /// @param bytes a power of two
  /// @return this tester
  public ConcurrentPrograms<A> alignmentsUpTo(long bytes) {
    if (bytes < 1 || Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(
          "largest alignment " + bytes + " is not a power of two: set 1, 2, 4, ...");
    }
    maxAlignment = bytes;
    return this;
  }

  /// Sets how often the workers meet, and what checks the allocator's own invariants then.
  ///
  /// @param calls after how many calls of all workers together; 100,000 if not set
  /// @param check throws if an invariant does not hold
  /// @return this tester
  public ConcurrentPrograms<A> validatingEvery(long calls, Consumer<? super A> check) {
    if (calls < 1) {
      throw new IllegalArgumentException("validating every " + calls + " calls: set 1 or more");
    }
    validateEvery = calls;
    validator = check;
    return this;
  }

  /// Sets how long the workers may take from one meeting to the next; 60 seconds if not set. An
  /// allocator that takes longer is said to hang.
  ///
  /// @param time the longest time
  /// @return this tester
  public ConcurrentPrograms<A> patience(Duration time) {
    patience = time;
    return this;
  }

  /// Runs the workers until so many calls are made, frees all blocks, and closes the allocator.
  ///
  /// @return what was done
  /// @throws AssertionError if the allocator fails, with the seed and the first failure
  /// @throws IllegalStateException if there are no workers
  public Tally run() {
    int size = threads + virtualThreads;
    if (size == 0) {
      throw new IllegalStateException("there are no workers: set threads or virtual threads");
    }
    long roundLength = Math.max(validateEvery / size, 1);
    long rounds = Math.max(Math.ceilDiv(operations, roundLength * size), 1);
    A allocator = opener.get();
    Crew<A> crew = new Crew<>(allocator, validator, maxAlignment, size, rounds, roundLength);
    for (int i = 0; i < size; i++) {
      boolean virtual = i >= threads;
      String name = (virtual ? "virtual worker " : "worker ") + i;
      crew.add(
          new Worker(
              crew,
              virtual ? Thread.ofVirtual().name(name) : Thread.ofPlatform().daemon().name(name),
              virtual ? VIRTUAL_THREAD_LIFETIME : THREAD_LIFETIME,
              seed + i * RandomPrograms.GOLDEN_RATIO));
    }
    try {
      crew.run(patience);
      allocator.close();
    } catch (AssertionError | RuntimeException failure) {
      if (crew.isGone()) {
        abandon(allocator);
      }
      throw new AssertionError(
          "a random program of %d platform and %d virtual threads fails (-D%s=%d sets its seed): %s"
              .formatted(threads, virtualThreads, RandomPrograms.SEED, seed, failure.getMessage()),
          failure);
    }
    return new Tally(
        sum(crew, Worker::executed),
        sum(crew, Worker::exhausted),
        sum(crew, Worker::handedOver),
        sum(crew, Worker::threadsStarted),
        crew.meetings());
  }

  /// Closes an allocator if it can be closed, after a run that failed.
  private static void abandon(Allocator allocator) {
    try {
      allocator.close();
    } catch (RuntimeException failure) {
      // The run has failed already, for a reason that comes before this one.
    }
  }

  /// What a run has done.
  ///
  /// @param operations the number of calls
  /// @param exhausted how many of them found no room
  /// @param handedOver how many blocks went from one worker to another
  /// @param threads how many threads were started
  /// @param meetings how often the workers met: twice in a round of work, and once at the end
  public record Tally(
      long operations, long exhausted, long handedOver, long threads, long meetings) {}

  private static long sum(Crew<?> crew, ToLongFunction<Worker> figure) {
    return crew.workers().stream().mapToLong(figure).sum();
  }

  private static int requireCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " workers: set 0 or more");
    }
    return count;
  }
}
