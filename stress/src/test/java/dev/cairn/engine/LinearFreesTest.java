package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Has Lincheck interleave frees of a block, by its owner and by others, step by step, in every way
// that it
/// finds, and compare what they answer with what one thread alone would be answered.
///
/// Steps are in order here, as they need not be in the machine: that is what [RacesTest] is for.
/// Lincheck's threads seem to sleep where they do not, so no cache is reclaimed but by its owner.
///
/// For more than a few interleavings: `-Dlincheck=100`, the number of programs to interleave.
class LinearFreesTest {
  private static final int PROGRAMS = 8;
  private static final int INTERLEAVINGS = 400;
  // More than there are size classes.
  private static final int LONGEST_LOOP = 1000;

  @Test
  void aBlockIsFreedAsIfOneCallCameAfterTheOther() {
    interleave(new ModelCheckingOptions().actorsBefore(0));
  }

  @Test
  void aBlockThatWasFreedStaysSoWhileItIsTakenHome() {
    interleave(new ModelCheckingOptions().actorsBefore(1));
  }

  private static void interleave(ModelCheckingOptions options) {
    options
        .iterations(Integer.getInteger("lincheck", PROGRAMS))
        .invocationsPerIteration(INTERLEAVINGS)
        .loopBound(LONGEST_LOOP)
        .threads(2)
        .actorsPerThread(1)
        .actorsAfter(1)
        .sequentialSpecification(Expected.class)
        .check(Frees.class);
  }

  /// The calls, on a heap with one live block. None is allocated, so the place is not reused.
  public static class Frees {
    private final RacedHeap heap = new RacedHeap();
    private final long block = heap.allocate(64);

    public Frees() {
      heap.leave();
    }

    @Operation
    public String free() {
      return heap.free(block);
    }

    @Operation
    public boolean isLive() {
      try {
        return heap.pages.usableSize("usableSize", block, 64) == 64;
      } catch (InvalidBlockException refused) {
        if (refused.kind() != Kind.NOT_LIVE) {
          throw refused;
        }
        return false;
      }
    }

    @Operation(nonParallelGroup = "owner")
    public String freeOwn() {
      heap.adopt();
      return heap.free(block);
    }

    @Operation(nonParallelGroup = "owner")
    public void collect() {
      heap.adopt();
      heap.pages.trim();
    }
  }

  /// What the calls answer if there is one thread.
  public static class Expected {
    private boolean isLive = true;

    public String free() {
      boolean wasLive = isLive;
      isLive = false;
      return wasLive ? RacedHeap.FREED : Kind.NOT_LIVE.name();
    }

    public boolean isLive() {
      return isLive;
    }

    public String freeOwn() {
      return free();
    }

    public void collect() {
      // Nobody sees it.
    }
  }
}
