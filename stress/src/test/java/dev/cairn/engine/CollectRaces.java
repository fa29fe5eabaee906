package dev.cairn.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races of frees by others with the owner, or whoever has the cache, taking home what was freed.
public class CollectRaces {
  private static final int ROUNDS = 40;

  private CollectRaces() {}

  /// A thread frees blocks while their owner collects; their slab stays.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class StrangerAndOwner {
    private static final int BURST = 4;

    private final RacedHeap heap = new RacedHeap();
    private final long[] given = heap.allocate(BURST * ROUNDS, 64);
    private final long[] kept = heap.allocate(ROUNDS + 1, 64);
    private final Racer owner = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, given.length);

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < BURST; i++) {
                heap.pages.trim();
              }
              heap.pages.free(kept[round], 64);
              heap.pages.trim();
              heap.meet();
              heap.pages.trim();
              heap.requireAway((ROUNDS - 1 - round) * BURST + kept.length - 1);
              kept[round] = heap.allocate(64);
            }
          });
    }

    @Actor
    public void stranger() {
      stranger.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < BURST; i++) {
                stranger.note(heap.free(given[round * BURST + i]));
              }
              heap.meet();
            }
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : owner.allFreed();
      result.r2 = heap.verdict(kept);
    }
  }

  /// A thread frees the last blocks of slabs while their owner collects, and so gives them up.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class LastStrangerAndOwner {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = pairs(heap);
    private final Racer owner = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, blocks.length);

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(() -> trimInStep(heap));
    }

    @Actor
    public void stranger() {
      stranger.run(() -> freePairsInStep(heap, blocks, stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : owner.allFreed();
      result.r2 = heap.verdict();
    }
  }

  /// A thread frees the last blocks of slabs of a cache that is nobody's while another one gives up
  /// what is not used.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class LastStrangerAndTrim {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = pairs(heap);
    private final Racer trimmer = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, blocks.length);

    public LastStrangerAndTrim() {
      heap.abandon();
    }

    @Actor
    public void trimmer() {
      trimmer.run(() -> trimInStep(heap));
    }

    @Actor
    public void stranger() {
      stranger.run(() -> freePairsInStep(heap, blocks, stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = trimmer.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : trimmer.allFreed();
      result.r2 = heap.verdict();
    }
  }

  /// A thread frees blocks of several slabs while their owner collects; the slabs stay.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class StrangerInManySlabsAndOwner {
    private static final int SLABS = 8;

    private final RacedHeap heap = new RacedHeap();
    private final long[] given = new long[ROUNDS * SLABS];
    private final long[] kept = new long[SLABS];
    private final Racer owner = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, given.length);

    public StrangerInManySlabsAndOwner() {
      for (int i = 0; i < given.length; i++) {
        given[i] = heap.allocate(SizeClasses.size(i % SLABS));
      }
      for (int i = 0; i < kept.length; i++) {
        kept[i] = heap.allocate(SizeClasses.size(i));
      }
    }

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < SLABS; i++) {
                heap.pages.trim();
              }
              heap.meet();
              heap.pages.trim();
              heap.requireAway((ROUNDS - 1 - round) * SLABS + kept.length);
            }
          });
    }

    @Actor
    public void stranger() {
      stranger.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < SLABS; i++) {
                stranger.note(heap.free(given[round * SLABS + i]));
              }
              heap.meet();
            }
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : owner.allFreed();
      result.r2 = heap.verdict(kept);
    }
  }

  /// Two threads are the first to free a block of a slab after it was collected.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class StrangersInOneSlab {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = pairs(heap);
    private final Racer first = new Racer(heap, ROUNDS);
    private final Racer second = new Racer(heap, ROUNDS);

    public StrangersInOneSlab() {
      shareSlabs(heap);
    }

    @Actor
    public void first() {
      first.run(() -> freeInStep(heap, blocks, 0, first));
    }

    @Actor
    public void second() {
      second.run(() -> freeInStep(heap, blocks, 1, second));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.allFreed().equals(Racer.FAIR) ? second.allFreed() : first.allFreed();
      result.r2 = heap.verdict();
    }
  }

  /// Two threads are the first to free a block of a slab each.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class StrangersInTwoSlabs {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = new long[2 * ROUNDS];
    private final Racer first = new Racer(heap, ROUNDS);
    private final Racer second = new Racer(heap, ROUNDS);

    public StrangersInTwoSlabs() {
      for (int i = 0; i < blocks.length; i++) {
        // The first thread has the smaller half of the classes, the second the larger half.
        blocks[i] = heap.allocate(SizeClasses.size(i % 2 * ROUNDS / 2 + i / 4));
      }
      shareSlabs(heap);
    }

    @Actor
    public void first() {
      first.run(() -> freeInStep(heap, blocks, 0, first));
    }

    @Actor
    public void second() {
      second.run(() -> freeInStep(heap, blocks, 1, second));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.allFreed().equals(Racer.FAIR) ? second.allFreed() : first.allFreed();
      result.r2 = heap.verdict();
    }
  }

  private static void freeInStep(RacedHeap heap, long[] blocks, int first, Racer racer) {
    for (int i = first; i < blocks.length; i += 2) {
      heap.meet();
      racer.note(heap.free(blocks[i]));
    }
  }

  /// Makes every slab one that others free blocks of, of which none is freed now.
  private static void shareSlabs(RacedHeap heap) {
    long[] blocks = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      blocks[i] = heap.allocate(SizeClasses.size(i));
    }
    heap.leave();
    for (long block : blocks) {
      heap.pages.free(block, Refusals.UNKNOWN);
    }
    heap.adopt();
    heap.pages.trim();
    heap.leave();
  }

  private static long[] pairs(RacedHeap heap) {
    long[] blocks = new long[2 * ROUNDS];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = heap.allocate(SizeClasses.size(i / 2));
    }
    return blocks;
  }

  private static void freePairsInStep(RacedHeap heap, long[] blocks, Racer racer) {
    for (int i = 0; i < blocks.length; i += 2) {
      heap.meet();
      racer.note(heap.free(blocks[i]));
      racer.note(heap.free(blocks[i + 1]));
      heap.meet();
    }
  }

  private static void trimInStep(RacedHeap heap) {
    for (int round = 0; round < ROUNDS; round++) {
      heap.meet();
      heap.pages.trim();
      heap.pages.trim();
      heap.meet();
      heap.pages.trim();
      heap.requireAway(2 * (ROUNDS - 1 - round));
    }
  }
}
