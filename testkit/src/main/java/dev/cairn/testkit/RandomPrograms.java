package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A tester that runs random programs against an allocator and a model of it.
///
/// Programs allocate, free, resize and reallocate blocks of all sizes and alignments, and at times
/// do what must be refused: a double free, the free of a slice. The tester checks that
///
/// - live blocks never overlap, are aligned, and have exactly the size that was asked for,
/// - bytes survive until their block is freed, and those that both sizes cover a resize or a move,
/// - zeroed blocks are zero,
/// - `resize` never moves, and a failed `resize` or `reallocate` leaves the block as it was,
/// - what is not a live block is refused, and changes nothing,
/// - the stats agree on what is live.
///
/// {@snippet :
/// RandomPrograms.of(() -> Heap.fixed(1 << 20))
///     .operations(10_000_000)
///     .validatingEvery(1000, Heap::validate)
///     .run();
/// }
///
/// ## Failure
/// [#run()] throws an [AssertionError] that holds the seed and the shortest failing program, as
/// lines of Java. It is found by delta debugging: programs of 20,000 calls, each on an allocator of
/// its own, run again and again with less of them. Of a program that does not fail each time, the
/// last calls are given as they were.
///
/// The seed is the same in each run, so that a build is, too. The system property `dev.cairn.seed`
/// sets another one: `-Ddev.cairn.seed=` and the seed of a failure runs its program at first.
///
/// ## Cost
/// Two to four million calls a second on a heap, of which the heap's own are about half.
///
/// @param <A> the type of allocator
public final class RandomPrograms<A extends Allocator> {
  /// The system property that sets the seed.
  static final String SEED = "dev.cairn.seed";

  /// The seed of each run where the property is not set.
  static final long DEFAULT_SEED = 42;

  /// The distance from one seed to the next: a fraction of 2^64 that spreads them evenly.
  static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final int PROGRAM_LENGTH = 20_000;

  private final Supplier<? extends A> opener;
  private long operations = 1_000_000;
  private long seed = Long.getLong(SEED, DEFAULT_SEED);
  private long maxAlignment = 4096;
  private int validateEvery = PROGRAM_LENGTH;
  private Consumer<? super A> validator = _ -> {};
  private @Nullable MemorySegment within;

  private RandomPrograms(Supplier<? extends A> opener) {
    this.opener = opener;
  }

  /// A tester of the allocators that a supplier opens.
  ///
  /// @param <A> the type of allocator
  /// @param opener opens an allocator, with nothing live; the tester closes it. A bounded one of
  ///     about 1 MiB is at times full
  /// @return the tester, for a million operations
  public static <A extends Allocator> RandomPrograms<A> of(Supplier<? extends A> opener) {
    return new RandomPrograms<>(opener);
  }

  /// Sets how many calls to make.
  ///
  /// @param count the number of calls
  /// @return this tester
  public RandomPrograms<A> operations(long count) {
    operations = count;
    return this;
  }

  /// Sets the seed, whatever the system property says.
  ///
  /// @param value the seed
  /// @return this tester
  public RandomPrograms<A> seed(long value) {
    seed = value;
    return this;
  }

  /// Sets the largest alignment to ask for; 4096 if not set.
  ///
  /// @param bytes a power of two
  /// @return this tester
  public RandomPrograms<A> alignmentsUpTo(long bytes) {
    if (bytes < 1 || Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(
          "largest alignment " + bytes + " is not a power of two: set 1, 2, 4, ...");
    }
    maxAlignment = bytes;
    return this;
  }

  /// Sets what checks the allocator's own invariants, and how often.
  ///
  /// @param calls after how many calls; and at the end of each program
  /// @param check throws if an invariant does not hold
  /// @return this tester
  public RandomPrograms<A> validatingEvery(int calls, Consumer<? super A> check) {
    if (calls < 1) {
      throw new IllegalArgumentException("validating every " + calls + " calls: set 1 or more");
    }
    validateEvery = calls;
    validator = check;
    return this;
  }

  /// Sets the memory that every block must be within.
  ///
  /// @param memory the memory
  /// @return this tester
  public RandomPrograms<A> within(MemorySegment memory) {
    within = memory;
    return this;
  }

  /// Runs programs until so many calls are made.
  ///
  /// @return what was done
  /// @throws AssertionError if the allocator fails, with the seed and the shortest failing program
  public Tally run() {
    long executed = 0;
    long exhausted = 0;
    int programs = 0;
    for (long programSeed = seed; executed < operations; programSeed += GOLDEN_RATIO) {
      int length = (int) Math.min(operations - executed, PROGRAM_LENGTH);
      Instruction[] program = new ProgramGenerator(programSeed, maxAlignment).program(length);
      Execution<A> execution = execution(program);
      Failure failure = failure(execution);
      if (failure != null) {
        throw report(programSeed, program, failure);
      }
      executed += execution.executed();
      exhausted += execution.exhausted();
      programs++;
    }
    return new Tally(programs, executed, exhausted);
  }

  /// What a run has done.
  ///
  /// @param programs the number of programs
  /// @param operations the number of calls
  /// @param exhausted how many of them found no room
  public record Tally(int programs, long operations, long exhausted) {}

  private record Failure(int index, Throwable cause) {}

  private Execution<A> execution(Instruction[] program) {
    return new Execution<>(opener.get(), validator, validateEvery, within, program);
  }

  private static @Nullable Failure failure(Execution<?> execution) {
    try {
      execution.run();
      return null;
    } catch (AssertionError | RuntimeException failure) {
      return new Failure(execution.index(), failure);
    } finally {
      execution.abandon();
    }
  }

  private AssertionError report(long programSeed, Instruction[] program, Failure found) {
    // What comes after the failure is not its cause.
    Instruction[] head = Arrays.copyOf(program, Math.min(found.index + 1, program.length));
    if (!fails(head)) {
      int shown = Math.min(head.length, 50);
      Instruction[] tail = Arrays.copyOfRange(head, head.length - shown, head.length);
      return error(
          programSeed,
          found,
          "It does not fail each time. Its last " + shown + " calls:",
          tail,
          found);
    }
    Instruction[] shortest = Shrinker.shrink(head, this::fails);
    Failure again = failure(execution(shortest));
    return error(programSeed, found, "The shortest one:", shortest, again == null ? found : again);
  }

  private boolean fails(Instruction[] program) {
    return failure(execution(program)) != null;
  }

  private static AssertionError error(
      long programSeed, Failure found, String heading, Instruction[] program, Failure failure) {
    StringBuilder message = new StringBuilder();
    message
        .append("call ")
        .append(found.index)
        .append(" of a random program fails (-D" + SEED + "=");
    message.append(programSeed).append(" runs it again). ").append(heading).append('\n');
    for (Instruction instruction : program) {
      message.append("    ").append(instruction.toJava()).append('\n');
    }
    message.append(failure.cause);
    return new AssertionError(message.toString(), failure.cause);
  }
}
