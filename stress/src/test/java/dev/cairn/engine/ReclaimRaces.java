package dev.cairn.engine;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races for the cache of a thread that does not run: with the thread, which wakes, and with its
/// heirs, after it has died.
public class ReclaimRaces {
  private static final int ROUNDS = 16;
  private static final long BYTES = 1024;

  private ReclaimRaces() {}

  /// The owner sleeps for moments while another thread gives up what its cache does not use, and
  /// frees blocks of it.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class DozingOwner {
    private final RacedHeap heap = new RacedHeap();
    private final long[] given = heap.allocate(ROUNDS, BYTES);
    private final long[] kept = heap.allocate(2 * ROUNDS, BYTES);
    private final Racer owner = new Racer(heap, 2 * ROUNDS);
    private final Racer stranger = new Racer(heap, ROUNDS);
    private volatile boolean isDone;

    @Actor
    public void owner() {
      heap.adopt();
      owner.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              for (int i = 0; i < ROUNDS; i++) {
                LockSupport.parkNanos(1);
                replace(heap, kept, round, owner);
              }
            }
          });
      isDone = true;
    }

    @Actor
    public void stranger() {
      stranger.run(
          () -> {
            for (long block : given) {
              heap.meet();
              heap.pages.trim();
              stranger.note(heap.free(block));
              heap.pages.trim();
            }
            while (!isDone) {
              heap.pages.trim();
            }
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = owner.allFreed().equals(Racer.FAIR) ? stranger.allFreed() : owner.allFreed();
      result.r2 = heap.verdict(kept);
    }
  }

  /// The owner is woken from [LockSupport#park()] while one thread gives up what its cache does not
  /// use, and another one frees blocks of it.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class ParkedOwner {
    private final RacedHeap heap = new RacedHeap();
    private final Sleeper owner = new Sleeper(heap);
    private final Racer trimmer = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, ROUNDS);

    @Actor
    public void trimmer() {
      trimmer.run(
          () -> {
            owner.start();
            for (int round = 0; round < ROUNDS; round++) {
              owner.awaitAsleep(round);
              heap.meet();
              owner.wake(round);
              owner.trimUntilAsleep(round + 1);
            }
            owner.finish();
          });
    }

    @Actor
    public void stranger() {
      stranger.run(() -> owner.freeGiven(stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      String trimmed = trimmer.allFreed();
      String freed = stranger.allFreed();
      result.r1 =
          trimmed.equals(Racer.FAIR) && freed.equals(Racer.FAIR)
              ? owner.answer()
              : trimmed + " and " + freed;
      result.r2 = heap.verdict(owner.kept);
    }
  }

  /// The owner gets a monitor that it waits for while one thread gives up what its cache does not
  /// use, and another one frees blocks of it.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class BlockedOwner {
    private final RacedHeap heap = new RacedHeap();
    private final Sleeper owner = new Sleeper(heap);
    private final Racer trimmer = new Racer(heap, 0);
    private final Racer stranger = new Racer(heap, ROUNDS);

    @Actor
    public void trimmer() {
      trimmer.run(
          () -> {
            owner.start();
            for (int round = 0; round < ROUNDS; round++) {
              owner.awaitAsleep(round);
              synchronized (owner) {
                owner.wake(round);
                heap.await(() -> owner.state() == Thread.State.BLOCKED);
                heap.meet();
              }
              owner.trimUntilAsleep(round + 1);
            }
            owner.finish();
          });
    }

    @Actor
    public void stranger() {
      stranger.run(() -> owner.freeGiven(stranger));
    }

    @Arbiter
    public void judge(LL_Result result) {
      String trimmed = trimmer.allFreed();
      String freed = stranger.allFreed();
      result.r1 =
          trimmed.equals(Racer.FAIR) && freed.equals(Racer.FAIR)
              ? owner.answer()
              : trimmed + " and " + freed;
      result.r2 = heap.verdict(owner.kept);
    }
  }

  /// A thread takes the cache of a dead one over while another thread gives up what the cache does
  /// not use, frees blocks of it, and sometimes wants a cache, too.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class Heirs {
    private final RacedHeap heap = new RacedHeap();
    private final long[] given = heap.allocate(ROUNDS, BYTES);
    private final long[] kept = heap.allocate(2 * ROUNDS, BYTES);
    private final long[] keptToo = heap.allocate(2 * ROUNDS, BYTES);
    private final Racer heir = new Racer(heap, 2 * ROUNDS * ROUNDS);
    private final Racer other = new Racer(heap, 2 * ROUNDS * ROUNDS);

    public Heirs() {
      heap.bequeath();
    }

    @Actor
    public void heir() {
      heir.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              replaceAll(heap, kept, heir);
              heap.meet();
              heap.requireOwnersHold();
              heap.bequeath();
            }
          });
    }

    @Actor
    public void other() {
      other.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              heap.meet();
              heap.pages.trim();
              other.note(heap.free(given[round]));
              if (round % 2 != 0) {
                replaceAll(heap, keptToo, other);
              }
              heap.meet();
            }
          });
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = heir.allFreed().equals(Racer.FAIR) ? other.allFreed() : heir.allFreed();
      long[] survivors = new long[kept.length + keptToo.length];
      System.arraycopy(kept, 0, survivors, 0, kept.length);
      System.arraycopy(keptToo, 0, survivors, kept.length, keptToo.length);
      result.r2 = heap.verdict(survivors);
    }
  }

  /// Frees two blocks and allocates two others.
  private static void replace(RacedHeap heap, long[] blocks, int pair, Racer racer) {
    for (int i = 2 * pair; i < 2 * pair + 2; i++) {
      String answer = heap.free(blocks[i]);
      if (!answer.equals(RacedHeap.FREED)) {
        racer.note(answer);
      }
    }
    for (int i = 2 * pair; i < 2 * pair + 2; i++) {
      blocks[i] = heap.allocate(BYTES);
    }
  }

  private static void replaceAll(RacedHeap heap, long[] blocks, Racer racer) {
    for (int pair = 0; pair < ROUNDS; pair++) {
      replace(heap, blocks, pair, racer);
    }
  }

  /// A thread that owns a cache, and sleeps between rounds.
  private static final class Sleeper implements Runnable {
    final long[] kept;
    private final RacedHeap heap;
    private final long[] given;
    private final Racer racer;
    private final Thread thread = new Thread(this);
    private volatile int rounds;
    private volatile int asleep = -1;

    Sleeper(RacedHeap heap) {
      this.heap = heap;
      this.racer = new Racer(heap, 2 * ROUNDS);
      this.given = heap.allocate(ROUNDS, BYTES);
      this.kept = heap.allocate(2 * ROUNDS, BYTES);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      heap.adopt();
      racer.run(
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              sleep(round);
              replaceAll(heap, kept, racer);
            }
          });
      asleep = ROUNDS;
    }

    private void sleep(int round) {
      asleep = round;
      while (rounds <= round) {
        LockSupport.park(this);
      }
      synchronized (this) {
        asleep = -1;
      }
    }

    void start() {
      thread.start();
    }

    Thread.State state() {
      return thread.getState();
    }

    void awaitAsleep(int round) {
      heap.await(() -> asleep == round && state() == Thread.State.WAITING);
    }

    void wake(int round) {
      rounds = round + 1;
      LockSupport.unpark(thread);
    }

    void trimUntilAsleep(int round) {
      heap.await(
          () -> {
            heap.pages.trim();
            RacedHeap.delay();
            return asleep == round;
          });
    }

    void finish() {
      try {
        thread.join();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    }

    /// Frees a block that it has given away in each round.
    void freeGiven(Racer stranger) {
      for (long block : given) {
        heap.meet();
        stranger.note(heap.free(block));
      }
    }

    String answer() {
      return racer.allFreed();
    }
  }
}
