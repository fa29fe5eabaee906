package dev.cairn.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races of threads for their turn at a [TicketLock].
public class TurnRaces {
  private static final int ROUNDS = 40;
  private static final int SHORT = 0;
  // More than anybody waits without parking.
  private static final int LONG = 2000;

  private TurnRaces() {}

  /// What may come of a race.
  @Outcome(id = "alone, in turn", expect = Expect.ACCEPTABLE, desc = "One after the other.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Two at once, or out of turn, or not seen.")
  static final class InTurn {
    private InTurn() {}
  }

  /// Two threads whose turns are so short that they mostly spin, or wait for nothing.
  @JCStressTest
  @JCStressMeta(InTurn.class)
  @State
  public static class ShortTurns {
    private final Turns turns = new Turns();

    @Actor
    public void first() {
      turns.take(SHORT);
    }

    @Actor
    public void second() {
      turns.take(SHORT);
    }

    @Arbiter
    public void judge(LL_Result result) {
      turns.judge(result);
    }
  }

  /// Two threads that park, and wake each other.
  @JCStressTest
  @JCStressMeta(InTurn.class)
  @State
  public static class LongTurns {
    private final Turns turns = new Turns();

    @Actor
    public void first() {
      turns.take(LONG);
    }

    @Actor
    public void second() {
      turns.take(LONG);
    }

    @Arbiter
    public void judge(LL_Result result) {
      turns.judge(result);
    }
  }

  /// Two threads for whom one turn is long and the other short, so that either wakes the other.
  @JCStressTest
  @JCStressMeta(InTurn.class)
  @State
  public static class UnlikeTurns {
    private final Turns turns = new Turns();

    @Actor
    public void first() {
      turns.take(LONG);
    }

    @Actor
    public void second() {
      turns.take(SHORT);
    }

    @Arbiter
    public void judge(LL_Result result) {
      turns.judge(result);
    }
  }

  /// What is behind a lock, and nothing else guards it: all of it is plain.
  private static final class Turns {
    private final TicketLock lock = new TicketLock();
    private boolean isTaken;
    private long taken;
    private String alone = "alone";
    private String order = "in turn";

    void take(int spins) {
      for (int round = 0; round < ROUNDS; round++) {
        RacedHeap.delay();
        long turn = lock.enter();
        if (isTaken) {
          alone = "two at once in turn " + turn;
        }
        isTaken = true;
        if (turn != taken) {
          order = "turn " + turn + " after " + taken + " turns";
        }
        for (int i = 0; i < spins; i++) {
          Thread.onSpinWait();
        }
        taken++;
        isTaken = false;
        lock.served = turn + 1;
        lock.wake(turn + 1);
      }
    }

    void judge(LL_Result result) {
      boolean isOver = taken == 2 * ROUNDS && lock.waiting() == -1;
      result.r1 = alone;
      result.r2 = isOver ? order : taken + " turns seen";
    }
  }
}
