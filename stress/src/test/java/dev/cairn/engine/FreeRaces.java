package dev.cairn.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races of frees with each other: of one block, and of neighbours.
public class FreeRaces {
  private static final int ROUNDS = 40;

  private FreeRaces() {}

  /// The owner and another thread free a block of a page that no other thread has freed one of.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class OwnerAndFirstStranger {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = oneOfEachClass(heap);
    private final Racer owner = new Racer(heap, ROUNDS);
    private final Racer stranger = new Racer(heap, ROUNDS);

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(() -> freeInStep(heap, blocks, owner));
    }

    @Actor
    public void stranger() {
      stranger.run(() -> freeInStep(heap, blocks, stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.oneFreed(stranger);
      result.r2 = heap.verdict();
    }
  }

  /// The owner and another thread free a block of a page that is shared already.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class OwnerAndStranger {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = heap.allocate(ROUNDS, 64);
    private final Racer owner = new Racer(heap, ROUNDS);
    private final Racer stranger = new Racer(heap, ROUNDS);

    public OwnerAndStranger() {
      shareSlab(heap, 64);
    }

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(() -> freeInStep(heap, blocks, owner));
    }

    @Actor
    public void stranger() {
      stranger.run(() -> freeInStep(heap, blocks, stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.oneFreed(stranger);
      result.r2 = heap.verdict();
    }
  }

  /// Two threads free a block of a third one.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class TwoStrangers {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = heap.allocate(ROUNDS, 64);
    private final Racer first = new Racer(heap, ROUNDS);
    private final Racer second = new Racer(heap, ROUNDS);

    public TwoStrangers() {
      shareSlab(heap, 64);
    }

    @Actor
    public void first() {
      first.run(() -> freeInStep(heap, blocks, first));
    }

    @Actor
    public void second() {
      second.run(() -> freeInStep(heap, blocks, second));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.oneFreed(second);
      result.r2 = heap.verdict();
    }
  }

  /// Two threads free a block of a cache that is nobody's: either may lock it, or not.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class TwoStrangersInNobodysCache {
    private final RacedHeap heap = new RacedHeap();
    private final long[] blocks = oneOfEachClass(heap);
    private final Racer first = new Racer(heap, ROUNDS);
    private final Racer second = new Racer(heap, ROUNDS);

    public TwoStrangersInNobodysCache() {
      heap.abandon();
    }

    @Actor
    public void first() {
      first.run(() -> freeInStep(heap, blocks, first));
    }

    @Actor
    public void second() {
      second.run(() -> freeInStep(heap, blocks, second));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.oneFreed(second);
      result.r2 = heap.verdict();
    }
  }

  /// Two threads free neighbours, whose bits are in one word, which are blocks of a third one.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class StrangersAmongNeighbours {
    private final RacedHeap heap = new RacedHeap();
    private final long[] even = new long[ROUNDS];
    private final long[] odd = new long[ROUNDS];
    private final Racer first = new Racer(heap, ROUNDS);
    private final Racer second = new Racer(heap, ROUNDS);

    public StrangersAmongNeighbours() {
      allocateInTurn(heap, even, odd);
      shareSlab(heap, 16);
    }

    @Actor
    public void first() {
      first.run(() -> freeInStep(heap, even, first));
    }

    @Actor
    public void second() {
      second.run(() -> freeInStep(heap, odd, second));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.allFreed().equals(Racer.FAIR) ? second.allFreed() : first.allFreed();
      result.r2 = heap.verdict();
    }
  }

  /// A thread frees blocks while their owner frees and allocates neighbours, whose bits are in the
  /// same words.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class OwnerAmongNeighbours {
    private final RacedHeap heap = new RacedHeap();
    private final long[] own = new long[ROUNDS];
    private final long[] given = new long[ROUNDS];
    private final Racer owner = new Racer(heap, ROUNDS * ROUNDS);
    private final Racer stranger = new Racer(heap, ROUNDS);

    public OwnerAmongNeighbours() {
      allocateInTurn(heap, own, given);
    }

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < ROUNDS; i += 5) {
                owner.note(heap.free(own[i]));
              }
              for (int i = 0; i < ROUNDS; i += 5) {
                own[i] = heap.allocate(16);
              }
            }
          });
    }

    @Actor
    public void stranger() {
      stranger.run(() -> freeInStep(heap, given, stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : owner.allFreed();
      result.r2 = heap.verdict(own);
    }
  }

  private static void freeInStep(RacedHeap heap, long[] blocks, Racer racer) {
    for (long block : blocks) {
      heap.meet();
      racer.note(heap.free(block));
    }
  }

  private static long[] oneOfEachClass(RacedHeap heap) {
    long[] blocks = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      blocks[i] = heap.allocate(SizeClasses.size(i));
    }
    return blocks;
  }

  private static void allocateInTurn(RacedHeap heap, long[] even, long[] odd) {
    for (int i = 0; i < ROUNDS; i++) {
      even[i] = heap.allocate(16);
      odd[i] = heap.allocate(16);
    }
  }

  /// Has another thread than the owner free a block of the slab that is allocated from, and takes
  /// the owner away.
  private static void shareSlab(RacedHeap heap, long byteSize) {
    long block = heap.allocate(byteSize);
    heap.leave();
    heap.pages.free(block, byteSize);
  }
}
