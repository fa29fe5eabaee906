package dev.cairn.engine;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Races for the slots of a pool for any thread.
public class SlotRaces {
  private static final int ROUNDS = 100;

  private SlotRaces() {}

  /// Two threads take and give the same few slots: each taker finds what the last one left there.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class Takers {
    private final Slots slots = Slots.atomic(3);
    // Of a slot that is taken, whose it is.
    private final @Nullable Object[] holders = new @Nullable Object[3];
    private String first = Racer.FAIR;
    private String second = Racer.FAIR;

    @Actor
    public void first() {
      first = takeTwo();
    }

    @Actor
    public void second() {
      second = takeTwo();
    }

    @Arbiter
    public void judge(LL_Result result) {
      result.r1 = first.equals(Racer.FAIR) ? second : first;
      result.r2 = verdict(slots);
    }

    private String takeTwo() {
      Object self = new Object();
      for (int round = 0; round < ROUNDS; round++) {
        int one = taken(self);
        int other = taken(self);
        for (int slot : new int[] {one, other}) {
          if (slot != Slots.NONE) {
            if (holders[slot] != self) {
              return "slot " + slot + " was taken by two";
            }
            holders[slot] = null;
            if (!slots.give(slot, 0)) {
              return "slot " + slot + " could not be given";
            }
          }
        }
      }
      return Racer.FAIR;
    }

    private int taken(Object self) {
      int slot = slots.take(0);
      if (slot != Slots.NONE) {
        holders[slot] = self;
      }
      return slot;
    }
  }

  /// Two threads give the same slot, and one of them is refused.
  @JCStressTest
  @JCStressMeta(Fair.class)
  @State
  public static class Givers {
    private final Slots slots = Slots.atomic(ROUNDS);
    private int first;
    private int second;

    public Givers() {
      for (int i = 0; i < ROUNDS; i++) {
        int _ = slots.take(64);
      }
    }

    @Actor
    public void first() {
      first = give();
    }

    @Actor
    public void second() {
      second = give();
    }

    @Arbiter
    public void judge(LL_Result result) {
      int given = first + second;
      result.r1 = given == ROUNDS ? Racer.FAIR : given + " of " + ROUNDS + " slots were given";
      result.r2 = verdict(slots);
    }

    private int give() {
      int given = 0;
      for (int slot = 0; slot < ROUNDS; slot++) {
        given += slots.give(slot, 64) ? 1 : 0;
      }
      return given;
    }
  }

  private static String verdict(Slots slots) {
    try {
      slots.validate();
      return slots.taken() == 0 ? RacedHeap.WHOLE : slots.taken() + " slots are taken";
    } catch (AssertionError failure) {
      return failure.toString();
    }
  }
}
