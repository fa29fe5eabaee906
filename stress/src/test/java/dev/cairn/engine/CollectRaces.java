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
    private final RacedHeap heap = new RacedHeap();
    private final long[] given = heap.allocate(ROUNDS, 64);
    private final long[] kept = heap.allocate(ROUNDS + 1, 64);
    private final Racer owner = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, ROUNDS);

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              heap.pages.trim();
              heap.pages.free(kept[round], 64);
              heap.pages.trim();
              heap.meet();
              heap.pages.trim();
              heap.requireAway(given.length - 1 - round + kept.length - 1);
              kept[round] = heap.allocate(64);
            }
          });
    }

    @Actor
    public void stranger() {
      stranger.run(
          () -> {
            for (long block : given) {
              heap.meet();
              stranger.note(heap.free(block));
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
