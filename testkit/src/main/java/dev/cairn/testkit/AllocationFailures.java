package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.check.FailingAllocator;
import dev.cairn.check.Failures;
import dev.cairn.memory.Heap;
import org.jspecify.annotations.Nullable;

/// Runs a program again and again, each time with another of its requests for memory refused: the
/// first, the second, and so on; and with all from that one on refused.
///
/// The program must let [MemoryExhaustedException] through, or do without the memory. Either way it
/// must have freed all it allocated, and every block it frees must be its own. So every path that a
/// failure takes is walked once, as Zig's `checkAllAllocationFailures` does it.
///
/// {@snippet :
/// AllocationFailures.checkAll(allocator -> {
///   try (Arena arena = allocator.confinedArena()) {
///     parse(arena);
///   }
/// });
/// }
///
/// ## Cost
///
/// A program of *n* requests runs 2 *n* + 1 times.
public final class AllocationFailures {
  private static final long LIMIT = 1L << 30;
  private static final long MOST_REQUESTS = 100_000;

  private AllocationFailures() {}

  /// Runs a program that allocates.
  @FunctionalInterface
  public interface Program {
    /// Allocates, and frees all of it.
    ///
    /// @param allocator where from: a fresh heap for each run
    void run(Allocator allocator);
  }

  /// Runs a program with every one of its requests refused in turn.
  ///
  /// @param program the program, which asks for the same in the same order each time
  /// @throws AssertionError if it leaks, frees what it may not, throws something else, or if it
  ///     asks more than 100,000 times; the message says which request was refused
  public static void checkAll(Program program) {
    long requests = run(program, Failures.none(), "no request refused");
    if (requests > MOST_REQUESTS) {
      throw new AssertionError(
          "a program of "
              + requests
              + " requests would run twice as often: make it shorter, at most "
              + MOST_REQUESTS);
    }
    for (long number = 1; number <= requests; number++) {
      long _ = run(program, Failures.only(number), "request " + number + " refused");
      long _ = run(program, Failures.from(number), "requests from " + number + " on refused");
    }
  }

  private static long run(Program program, Failures failures, String what) {
    Heap heap = Heap.growable(LIMIT);
    try (FailingAllocator failing = FailingAllocator.over(heap, failures)) {
      Throwable failure = null;
      try {
        program.run(failing);
      } catch (Throwable thrown) {
        failure = thrown;
      }
      require(failing, heap, failure, what);
      return failing.requests();
    }
  }

  private static void require(
      FailingAllocator failing, Heap heap, @Nullable Throwable failure, String what) {
    boolean isExpected =
        failure == null || (failure instanceof MemoryExhaustedException && failing.refused() > 0);
    if (!isExpected) {
      throw new AssertionError("with " + what + ", the program throws " + failure, failure);
    }
    long live = heap.stats().liveBlocks();
    if (live != 0) {
      throw new AssertionError(
          "with " + what + ", the program leaves " + live + " blocks live", failure);
    }
    try {
      heap.validate();
    } catch (AssertionError invalid) {
      throw new AssertionError("with " + what + ", the heap is damaged", invalid);
    }
  }
}
