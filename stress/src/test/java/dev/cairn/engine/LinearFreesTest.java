package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import java.util.BitSet;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/// Has Lincheck interleave frees, by their owner and by others, step by step, in every way that it
/// finds, and compare what they answer with what one thread alone would be answered.
///
/// Steps are in order here, as they need not be in the machine: that is what [RacesTest] is for.
/// Lincheck's threads seem to sleep where they do not, so no cache is reclaimed but by its owner.
///
/// For more than a few interleavings: `-Dlincheck=100`, the number of programs to interleave.
class LinearFreesTest {
  private static final int BLOCKS = 2;
  private static final int INTERLEAVINGS = 200;
  // More than there are size classes.
  private static final int LONGEST_LOOP = 1000;

  @Test
  void freesAreAnsweredAsIfOneCameAfterTheOther() {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("lincheck", 4))
        .invocationsPerIteration(INTERLEAVINGS)
        .loopBound(LONGEST_LOOP)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .sequentialSpecification(Expected.class)
        .check(Frees.class);
  }

  /// The calls, on a heap with a few live blocks. No block is allocated, so none is reused.
  @Param(name = "block", gen = IntGen.class, conf = "0:" + (BLOCKS - 1))
  public static class Frees {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = heap.allocate(BLOCKS, 64);

    public Frees() {
      heap.leave();
    }

    @Operation
    public String free(@Param(name = "block") int block) {
      return heap.free(blocks[block]);
    }

    @Operation
    public boolean isLive(@Param(name = "block") int block) {
      try {
        return heap.pages.usableSize("usableSize", blocks[block], 64) == 64;
      } catch (InvalidBlockException refused) {
        if (refused.kind() != Kind.NOT_LIVE) {
          throw refused;
        }
        return false;
      }
    }

    @Operation(nonParallelGroup = "owner")
    public String freeOwn(@Param(name = "block") int block) {
      heap.adopt();
      return heap.free(blocks[block]);
    }

    @Operation(nonParallelGroup = "owner")
    public void collect() {
      heap.adopt();
      heap.pages.trim();
    }
  }

  /// What the calls answer if there is one thread.
  public static class Expected {
    private final BitSet live = new BitSet();

    public Expected() {
      live.set(0, BLOCKS);
    }

    public String free(int block) {
      boolean isLive = live.get(block);
      live.clear(block);
      return isLive ? RacedHeap.FREED : Kind.NOT_LIVE.name();
    }

    public boolean isLive(int block) {
      return live.get(block);
    }

    public String freeOwn(int block) {
      return free(block);
    }

    public void collect() {
      // Nobody sees it.
    }
  }
}
