package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a [CheckedAllocator] is to be, until it is opened.
///
/// {@snippet :
/// Allocator heap =
///     CheckedAllocator.builder().level(CheckLevel.FULL).confined().over(Heap.growable(1 << 20));
/// }
public final class CheckedAllocatorBuilder {
  /// Every how many bytes one is sampled, if nothing else is said.
  public static final long DEFAULT_SAMPLED_MEAN_BYTES = 512 * 1024;

  /// The size of a redzone, if nothing else is said, in bytes.
  public static final long DEFAULT_REDZONE_BYTES = 32;

  /// How much memory freed blocks hold back, if nothing else is said, in bytes.
  public static final long DEFAULT_QUARANTINE_BYTES = 8L << 20;

  /// How many freed blocks are held back, if nothing else is said.
  public static final int DEFAULT_QUARANTINE_BLOCKS = 4096;

  /// How many frames of a stack are kept, if nothing else is said.
  public static final int DEFAULT_STACK_DEPTH = 8;

  private CheckLevel level = CheckLevel.FULL;
  private long sampledMeanBytes = DEFAULT_SAMPLED_MEAN_BYTES;
  private long seed = ThreadLocalRandom.current().nextLong();
  private long redzoneBytes = DEFAULT_REDZONE_BYTES;
  private long quarantineBytes = DEFAULT_QUARANTINE_BYTES;
  private int quarantineBlocks = DEFAULT_QUARANTINE_BLOCKS;
  private int stackDepth = DEFAULT_STACK_DEPTH;
  private Function<Allocator, @Nullable Confinement> confinement = _ -> null;
  private boolean reportsAtExit;
  private @Nullable Consumer<LeakReport> leakListener;

  CheckedAllocatorBuilder() {}

  /// The checks that the system property [CheckLevel#PROPERTY] asks for: `sampled` or `full`, and
  /// with `,confined` behind it [confined where possible][#confinedWherePossible()]; they
  /// [report][#reportingAtExit()] what is live where nobody closes it.
  ///
  /// While this thread's heaps are [watched][WatchedHeaps], what those who watch ask for.
  ///
  /// @return a builder that has been told so; none where the checks are off
  /// @throws IllegalArgumentException if the property has another value
  public static Optional<CheckedAllocatorBuilder> ofProperty() {
    WatchedHeaps watch = WatchedHeaps.current();
    if (watch != null) {
      return Optional.of(watch.checks());
    }
    CheckProperty property = CheckProperty.read();
    if (property.level() == CheckLevel.OFF) {
      return Optional.empty();
    }
    CheckedAllocatorBuilder checks =
        new CheckedAllocatorBuilder().level(property.level()).reportingAtExit();
    return Optional.of(property.isConfined() ? checks.confinedWherePossible() : checks);
  }

  /// Sets how much is checked; [CheckLevel#FULL] if this is not said.
  ///
  /// @param wanted the level
  /// @return this builder
  public CheckedAllocatorBuilder level(CheckLevel wanted) {
    level = wanted;
    return this;
  }

  /// Samples blocks, at another rate than every [#DEFAULT_SAMPLED_MEAN_BYTES].
  ///
  /// @param meanBytes every how many bytes one is chosen, on average; the block that it is in is
  ///     checked
  /// @return this builder
  /// @throws IllegalArgumentException if it is not positive
  public CheckedAllocatorBuilder sampledEvery(long meanBytes) {
    sampledMeanBytes = requireAtLeast(1, meanBytes, "a byte sampled every");
    return level(CheckLevel.SAMPLED);
  }

  /// Sets where random numbers begin, so that a thread that allocates the same has the same blocks
  /// sampled.
  ///
  /// @param number any number
  /// @return this builder
  public CheckedAllocatorBuilder seed(long number) {
    seed = number;
    return this;
  }

  /// Sets how much room there is before and behind each checked block, to be looked at for bytes
  /// that were written there. Before a block that is aligned to more, there is as much as that.
  ///
  /// @param bytes the size in bytes; it is rounded up to a multiple of 16
  /// @return this builder
  /// @throws IllegalArgumentException if it is not positive, or beyond 1 GiB
  public CheckedAllocatorBuilder redzones(long bytes) {
    long rounded = (requireAtLeast(1, bytes, "redzones of") + 15) & -16L;
    if (bytes > 1 << 30) {
      throw new IllegalArgumentException("redzones of " + bytes + ": choose 1 GiB at most");
    }
    redzoneBytes = rounded;
    return this;
  }

  /// Sets how much freed memory is held back, in order to find whoever still writes to it.
  ///
  /// It is given back sooner where there is no room left for another block.
  ///
  /// @param bytes the most memory, in bytes, redzones included
  /// @param blocks the most blocks
  /// @return this builder
  /// @throws IllegalArgumentException if one is negative
  public CheckedAllocatorBuilder quarantine(long bytes, int blocks) {
    quarantineBytes = requireAtLeast(0, bytes, "a quarantine of");
    quarantineBlocks = (int) requireAtLeast(0, blocks, "a quarantine of");
    return this;
  }

  /// Sets how much of a stack is kept.
  ///
  /// @param frames the most frames of the program, the innermost first
  /// @return this builder
  /// @throws IllegalArgumentException if it is not positive
  public CheckedAllocatorBuilder stackDepth(int frames) {
    stackDepth = (int) requireAtLeast(1, frames, "a stack of");
    return this;
  }

  /// Gives each checked block a scope of its own, so that access to it after it was freed throws
  /// [IllegalStateException]. The allocator and its checked blocks are then for the thread that
  /// opens it.
  ///
  /// @return this builder
  public CheckedAllocatorBuilder confined() {
    confinement = Confinement::of;
    return this;
  }

  /// Is [#confined()] over an allocator whose blocks can have another scope, and is not over one
  /// whose blocks cannot.
  ///
  /// @return this builder
  public CheckedAllocatorBuilder confinedWherePossible() {
    confinement = Confinement::ofIfPossible;
    return this;
  }

  /// Sets who is told of the blocks that are live at close, where there are any, while they still
  /// are; a [warning][LeakReport#warn] is logged if this is not said.
  ///
  /// @param listener what is to be done with the report
  /// @return this builder
  public CheckedAllocatorBuilder onLeak(Consumer<LeakReport> listener) {
    leakListener = listener;
    return this;
  }

  /// Reports the blocks that are live also where the allocator is never closed: when the JVM exits
  /// or, if the program loses the allocator, when the collector finds that. It is told to
  /// [#onLeak] or, where none is set, to [System#err].
  ///
  /// The program can lose the allocator as any object, and the collector then takes it.
  ///
  /// @return this builder
  public CheckedAllocatorBuilder reportingAtExit() {
    reportsAtExit = true;
    return this;
  }

  /// Opens the checked allocator.
  ///
  /// @param below where blocks come from; from now on it is used through the checked one alone,
  ///     which closes it
  /// @return the checked allocator
  /// @throws UnsupportedOperationException if it is [#confined()] and blocks of `below` cannot have
  ///     another scope, as [Allocator#confinedArena()] states
  /// @throws IllegalCallerException if it is [#confined()] and this JVM gives Cairn no native
  ///     access
  public CheckedAllocator over(Allocator below) {
    CheckPlan plan =
        new CheckPlan(
            level,
            sampledMeanBytes,
            seed,
            redzoneBytes,
            quarantineBytes,
            quarantineBlocks,
            stackDepth);
    WatchedHeaps watch = WatchedHeaps.current();
    Consumer<LeakReport> listener = leakListener;
    if (listener == null) {
      listener = watch == null ? report -> report.warn(below) : _ -> {};
    }
    CheckedAllocator checked =
        new CheckedAllocator(below, plan, listener, confinement.apply(below));
    if (watch != null) {
      checked.watchedBy(watch);
    }
    if (reportsAtExit) {
      checked.reportUnclosed(leakListener);
    }
    return checked;
  }

  private static long requireAtLeast(long least, long value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + " " + value + ": choose at least " + least);
    }
    return value;
  }
}
