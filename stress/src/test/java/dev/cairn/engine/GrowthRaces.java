package dev.cairn.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races of calls with the growth of the tables that each call reads without a lock.
public class GrowthRaces {
  private static final int ROUNDS = 24;
  private static final long LARGE = 1L << 20;
  private static final HeapPlan GROWABLE =
      new HeapPlan(
          "growable heap",
          HeapPlan.Growth.ON_DEMAND,
          64L << 20,
          null,
          HeapPlan.Source.PAGES,
          0,
          -1,
          HeapPlan.USUALLY_HUGE_FROM);

  private GrowthRaces() {}

  /// One thread makes the heap grow, and gives small blocks of new chunks away; another one
  /// allocates and frees, also what it is given.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class Chunks {
    private final RacedHeap heap = new RacedHeap(GROWABLE);
    private final AtomicLongArray given = new AtomicLongArray(ROUNDS);
    private final Racer grower = new Racer(heap, ROUNDS);
    private final Racer other = new Racer(heap, ROUNDS);

    @Actor
    public void grower() {
      long[] large = new long[ROUNDS];
      heap.meet();
      grower.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              large[round] = heap.allocate(LARGE);
              given.set(round, heap.allocate(SizeClasses.size(round)));
            }
            for (long block : large) {
              grower.note(heap.free(block));
            }
          });
    }

    @Actor
    public void other() {
      heap.meet();
      other.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              int size = SizeClasses.size(round);
              int now = round;
              heap.await(
                  () -> {
                    heap.pages.free(heap.allocate(size), size);
                    return given.get(now) != 0;
                  });
              other.note(heap.free(given.get(round)));
            }
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = grower.allFreed().equals(Racer.FAIR) ? other.allFreed() : grower.allFreed();
      result.r2 = heap.verdict();
      heap.pages.close();
    }
  }

  /// Threads that all live get caches, so that the table of caches grows, while another one
  /// allocates and frees.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class Table {
    private static final int THREADS = 6;
    private static final long BYTES = 1024;

    private final RacedHeap heap = new RacedHeap(GROWABLE);
    private final CountDownLatch isDone = new CountDownLatch(1);
    private final Racer[] racers = new Racer[THREADS];
    private final Racer starter = new Racer(heap, 0);
    private final Racer other = new Racer(heap, 1);

    @Actor
    public void starter() {
      heap.meet();
      starter.run(this::runThreads);
      isDone.countDown();
    }

    private void runThreads() {
      Thread[] threads = new Thread[THREADS];
      for (int i = 0; i < THREADS; i++) {
        Racer racer = new Racer(heap, 1);
        racers[i] = racer;
        threads[i] =
            new Thread(
                () ->
                    racer.run(
                        () -> {
                          long block = heap.allocate(BYTES);
                          await();
                          racer.note(heap.free(block));
                        }));
        threads[i].start();
      }
      isDone.countDown();
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    }

    private void await() {
      try {
        isDone.await();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    }

    @Actor
    public void other() {
      heap.meet();
      other.run(
          () -> {
            String answer;
            do {
              long block = heap.allocate(BYTES);
              answer = heap.free(block);
            } while (isDone.getCount() > 0 && answer.equals(RacedHeap.FREED));
            other.note(answer);
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = starter.allFreed().equals(Racer.FAIR) ? other.allFreed() : starter.allFreed();
      for (Racer racer : racers) {
        if (!racer.allFreed().equals(Racer.FAIR)) {
          result.r1 = racer.allFreed();
        }
      }
      result.r2 = heap.verdict();
      heap.pages.close();
    }
  }
}
