package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Blocks that several threads free at the same time: of each block's racers one must succeed, and
/// all others be refused.
final class Race {
  private static final int MOST_SPINS = 20_000;

  private final Allocator allocator;
  private final List<Raced> blocks = new ArrayList<>();

  /// A block, how many racers came to it, and how many of them were let.
  private record Raced(MemorySegment block, AtomicInteger comers, AtomicInteger freed) {}

  /// @param allocator the allocator, which nobody else uses while the race is on
  Race(Allocator allocator) {
    this.allocator = allocator;
  }

  /// Adds a live block, before the race is on.
  void add(MemorySegment block) {
    blocks.add(new Raced(block, new AtomicInteger(), new AtomicInteger()));
  }

  /// Takes part. Each racer is a thread of its own.
  void run() {
    int spins = 0;
    for (Raced raced : blocks) {
      // Of each block's racers, two at least begin together. They don't wait for ever: there may be
      // one processor only, and virtual threads may need this one's.
      int comer = raced.comers.incrementAndGet();
      while (comer == 1 && raced.comers.get() == 1 && spins < MOST_SPINS) {
        Thread.onSpinWait();
        spins++;
      }
      try {
        allocator.free(raced.block);
        raced.freed.incrementAndGet();
      } catch (InvalidBlockException refusal) {
        // So it must be for all but one.
      }
    }
  }

  /// Checks the outcome, when all racers are done.
  void requireOneWinnerEach() {
    for (Raced raced : blocks) {
      if (raced.freed.get() != 1) {
        throw new AssertionError(
            "%d of %d threads that raced for it could free %s"
                .formatted(raced.freed.get(), raced.comers.get(), raced.block));
      }
    }
  }
}
