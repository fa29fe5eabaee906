package dev.cairn.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Finds a short program that fails in a long one that does.
final class Shrinker {
  // Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input",
  // 2002), of which the complements are enough here: take away ever smaller pieces for as long as
  // what is left fails. Then make sizes and alignments plain in the same way.

  /// Enough for any program to become short; a bound in case running it is slow.
  private static final int MOST_RUNS = 10_000;

  private static final long[] PLAIN_SIZES = {0, 1, 8, 16, 64, 256, 1024, 4096};

  private final Predicate<Instruction[]> fails;
  private List<Instruction> shortest;
  private int runs;

  private Shrinker(Instruction[] failing, Predicate<Instruction[]> fails) {
    this.shortest = List.of(failing);
    this.fails = fails;
  }

  /// Shrinks a program.
  ///
  /// @param failing a program that fails
  /// @param fails runs a program and answers whether it fails
  /// @return a program that fails; no single instruction of it can be taken away
  static Instruction[] shrink(Instruction[] failing, Predicate<Instruction[]> fails) {
    Shrinker shrinker = new Shrinker(failing, fails);
    shrinker.takeAway();
    shrinker.makePlain();
    shrinker.takeAway();
    return shrinker.shortest.toArray(Instruction[]::new);
  }

  private void takeAway() {
    int piece = Math.max(shortest.size() / 2, 1);
    while (piece > 0) {
      boolean tookAny = false;
      // From the end, where what follows the cause is.
      for (int end = shortest.size(); end > 0; end -= piece) {
        List<Instruction> rest = new ArrayList<>(shortest);
        rest.subList(Math.max(end - piece, 0), end).clear();
        tookAny |= keepIfFailing(rest);
      }
      piece = tookAny && piece == 1 ? 1 : piece / 2;
    }
  }

  private void makePlain() {
    for (int i = 0; i < shortest.size(); i++) {
      for (long size : PLAIN_SIZES) {
        if (size >= shortest.get(i).byteSize()
            || keepIfFailing(i, shortest.get(i).withSize(size))) {
          break;
        }
      }
      for (long alignment = 1; alignment < shortest.get(i).byteAlignment(); alignment *= 2) {
        if (keepIfFailing(i, shortest.get(i).withAlignment(alignment))) {
          break;
        }
      }
    }
  }

  private boolean keepIfFailing(int index, Instruction plainer) {
    List<Instruction> program = new ArrayList<>(shortest);
    program.set(index, plainer);
    return keepIfFailing(program);
  }

  private boolean keepIfFailing(List<Instruction> program) {
    if (runs++ >= MOST_RUNS || !fails.test(program.toArray(Instruction[]::new))) {
      return false;
    }
    shortest = program;
    return true;
  }
}
