package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Workers that share an allocator, and meet after each round of work. While all others stand
/// still, the last one to come compares the allocator with the model of it.
final class Crew<A extends Allocator> {
  /// What the workers do until they meet again.
  enum Stage {
    /// Each its own program.
    WORK,
    /// All of them free the same blocks.
    RACE,
    /// Each frees what it holds.
    FREE_ALL,
    /// They leave.
    OVER
  }

  private static final int RACED_BLOCKS = 32;

  private final A allocator;
  private final Consumer<? super A> validator;
  private final long maxAlignment;
  private final long roundLength;
  private final Exchange exchange = new Exchange();
  private final List<Worker> workers = new ArrayList<>();
  private final CyclicBarrier barrier;
  private final CountDownLatch atWork;
  private final AtomicReference<@Nullable AssertionError> failure = new AtomicReference<>();

  // What follows is changed while all workers but one stand at the barrier, which publishes it.
  private Stage stage = Stage.WORK;
  private long roundsLeft;
  private Race race;
  private final AtomicLong meetings = new AtomicLong();

  /// @param size how many workers there will be
  /// @param rounds how often they work before they free everything
  /// @param roundLength how many calls each worker makes in a round
  Crew(
      A allocator,
      Consumer<? super A> validator,
      long maxAlignment,
      int size,
      long rounds,
      long roundLength) {
    this.allocator = allocator;
    this.validator = validator;
    this.maxAlignment = maxAlignment;
    this.roundsLeft = rounds;
    this.roundLength = roundLength;
    this.race = new Race(allocator);
    this.barrier = new CyclicBarrier(size, this::conclude);
    this.atWork = new CountDownLatch(size);
  }

  void add(Worker worker) {
    workers.add(worker);
  }

  List<Worker> workers() {
    return workers;
  }

  A allocator() {
    return allocator;
  }

  Exchange exchange() {
    return exchange;
  }

  long maxAlignment() {
    return maxAlignment;
  }

  long roundLength() {
    return roundLength;
  }

  long meetings() {
    return meetings.get();
  }

  /// Runs all workers to their end.
  ///
  /// @param patience how long they may take from one meeting to the next
  /// @throws AssertionError of the first failure
  void run(Duration patience) {
    workers.forEach(Worker::start);
    try {
      long seen = -1;
      long since = System.nanoTime();
      while (!atWork.await(20, TimeUnit.MILLISECONDS)) {
        if (meetings.get() != seen) {
          seen = meetings.get();
          since = System.nanoTime();
        } else if (System.nanoTime() - since > patience.toNanos()) {
          failure.compareAndSet(null, hang(patience));
          barrier.reset();
          break;
        }
      }
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, new AssertionError("interrupted", interruption));
    }
    AssertionError first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /// Notes a failure, if it is the first. All workers come to meet at once then, and leave.
  void fail(Worker worker, Throwable cause) {
    if (failure.get() == null) {
      failure.compareAndSet(
          null,
          new AssertionError(
              "call %d of worker %d of %d fails: %s"
                  .formatted(worker.executed(), workers.indexOf(worker), workers.size(), cause),
              cause));
    }
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  Stage stage() {
    return stage;
  }

  /// Waits for all other workers.
  ///
  /// @throws BrokenBarrierException if some worker does not come
  void meet() throws BrokenBarrierException, InterruptedException {
    var _ = barrier.await();
  }

  /// A worker's last call.
  void leave() {
    atWork.countDown();
  }

  /// Whether all workers have left. One that hangs may still be in the allocator.
  boolean isGone() {
    return atWork.getCount() == 0;
  }

  /// Frees the blocks that all other workers free, too.
  void race() {
    race.run();
  }

  /// Concludes a stage, while all workers stand still, and sets the next one.
  private void conclude() {
    meetings.incrementAndGet();
    try {
      stage = hasFailed() ? Stage.OVER : next();
    } catch (Throwable cause) {
      failure.compareAndSet(
          null,
          new AssertionError(
              "at meeting %d of the workers: %s".formatted(meetings.get(), cause), cause));
      stage = Stage.OVER;
    }
  }

  private Stage next() {
    return switch (stage) {
      case WORK -> {
        freeTwice();
        compareWithModel();
        race = nextRace();
        yield Stage.RACE;
      }
      case RACE -> {
        race.requireOneWinnerEach();
        roundsLeft--;
        yield roundsLeft > 0 ? Stage.WORK : Stage.FREE_ALL;
      }
      case FREE_ALL -> {
        for (Stamped left : exchange.clear()) {
          left.requireIntact();
          allocator.free(left.block());
        }
        compareWithModel();
        yield Stage.OVER;
      }
      case OVER -> throw new AssertionError("nobody meets after the end");
    };
  }

  /// Frees some of what is in the exchange, which all kinds of threads have allocated, and then
  /// frees it again. Nobody else can have been handed the same memory in between.
  private void freeTwice() {
    List<Stamped> freed = new ArrayList<>();
    for (int slot = 0; slot < 32; slot++) {
      Stamped stamped = exchange.swap(meetings.intValue() * 32 + slot, null);
      if (stamped != null) {
        stamped.requireIntact();
        allocator.free(stamped.block());
        freed.add(stamped);
      }
    }
    for (Stamped stamped : freed) {
      try {
        allocator.free(stamped.block());
      } catch (InvalidBlockException refusal) {
        continue;
      }
      throw new AssertionError(stamped.block() + " was freed twice");
    }
  }

  private void compareWithModel() {
    List<Stamped> live = exchange.blocks();
    workers.forEach(worker -> worker.addHeldTo(live));
    live.forEach(Stamped::requireIntact);
    live.sort(Comparator.comparingLong(stamped -> stamped.block().address()));
    long liveBytes = 0;
    MemorySegment before = null;
    for (Stamped stamped : live) {
      MemorySegment block = stamped.block();
      if (before != null && before.address() + Math.max(before.byteSize(), 1) > block.address()) {
        throw new AssertionError(before + " and " + block + " are both live, and overlap");
      }
      before = block;
      liveBytes += block.byteSize();
    }
    Stats stats = allocator.stats();
    if (stats.liveBlocks() != live.size()
        || stats.liveBytes() < liveBytes
        || (live.isEmpty() && stats.liveBytes() != 0)
        || stats.allocations() - stats.frees() != live.size()
        || stats.footprintBytes() > stats.limitBytes()) {
      throw new AssertionError(
          "%d blocks of %d bytes are live, but the stats say %s"
              .formatted(live.size(), liveBytes, stats));
    }
    validator.accept(allocator);
  }

  private Race nextRace() {
    Race next = new Race(allocator);
    for (int i = 0; i < RACED_BLOCKS; i++) {
      // Now neighbours of one size, now all sizes.
      long byteSize = meetings.get() % 4 == 0 ? 64 : 1L << (i % 17);
      MemorySegment block = allocator.tryAllocate(byteSize, 1);
      if (block != null) {
        next.add(block);
      }
    }
    return next;
  }

  private AssertionError hang(Duration patience) {
    AssertionError hang =
        new AssertionError(
            "the workers have not met for " + patience + ": see the suppressed stack of each");
    for (Worker worker : workers) {
      Thread thread = worker.thread();
      if (thread != null) {
        AssertionError there = new AssertionError(thread.toString());
        there.setStackTrace(thread.getStackTrace());
        hang.addSuppressed(there);
      }
    }
    return hang;
  }
}
