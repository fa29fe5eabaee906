package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Has Lincheck interleave calls for a block, by its owner and by others, step by step, in many
/// ways, and compare what they answer with what one thread alone would be answered.
///
/// Steps are in order here, as they need not be in the machine: that is what [RacesTest] is for.
/// Lincheck's threads seem to sleep where they do not, so no cache is reclaimed but by its owner.
///
/// For more than these few programs: `-Dlincheck=100`, the number of random ones beside them.
class LinearFreesTest {
  private static final int INTERLEAVINGS = 300;
  // More than there are size classes.
  private static final int LONGEST_LOOP = 1000;

  @Test
  void freesAreAnsweredAsIfOneCameAfterTheOther() throws Exception {
    new ModelCheckingOptions()
        .addCustomScenario(program(List.of(), "freeOwn", "free"))
        .addCustomScenario(program(List.of(), "free", "free"))
        .addCustomScenario(program(List.of(), "freeOwn", "isLive"))
        .addCustomScenario(program(List.of("free"), "collect", "free"))
        .addCustomScenario(program(List.of("free"), "collect", "isLive"))
        .iterations(Integer.getInteger("lincheck", 0))
        .invocationsPerIteration(INTERLEAVINGS)
        .loopBound(LONGEST_LOOP)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(1)
        .sequentialSpecification(Expected.class)
        .check(Frees.class);
  }

  /// Two calls at the same time, after others, and a look at what they left.
  private static ExecutionScenario program(List<String> before, String first, String second)
      throws NoSuchMethodException {
    List<Actor> done = new ArrayList<>();
    for (String call : before) {
      done.add(call(call));
    }
    return new ExecutionScenario(
        done, List.of(List.of(call(first)), List.of(call(second))), List.of(call("isLive")), null);
  }

  private static Actor call(String method) throws NoSuchMethodException {
    return new Actor(Frees.class.getMethod(method), List.of());
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
