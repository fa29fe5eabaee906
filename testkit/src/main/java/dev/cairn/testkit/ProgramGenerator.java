package dev.cairn.testkit;

import dev.cairn.testkit.Instruction.Call;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Writes random programs. The same seed writes the same program.
///
/// A program goes through phases. Each has a number of live blocks that it tends to, an order in
/// which it frees them, and a share of large blocks; some free everything. Sizes are a mix of a
/// power law, the edges of size classes, and none at all.
final class ProgramGenerator {
  private static final long LARGEST = 64 * 1024;
  // With any alignment it makes a layout, and no machine has that much.
  private static final long IMPOSSIBLE = 1L << 62;
  private static final int MOST_LIVE = 512;

  private static final Call[] UPON_FREED = Call.UPON_FREED.toArray(Call[]::new);

  private enum Victim {
    LAST,
    FIRST,
    ANY
  }

  private final SplittableRandom random;
  private final int alignmentBits;
  private final int[] live = new int[MOST_LIVE + 1];
  private final int[] freed = new int[32];
  private int liveCount;
  private int freedCount;
  private int blocks;

  private int phaseEnd;
  private int wantedLive;
  private int largeShare;
  private Victim victim = Victim.ANY;

  /// @param maxAlignment the largest alignment to ask for, a power of two
  ProgramGenerator(long seed, long maxAlignment) {
    this.random = new SplittableRandom(seed);
    this.alignmentBits = Long.numberOfTrailingZeros(maxAlignment);
  }

  Instruction[] program(int length) {
    Instruction[] program = new Instruction[length];
    Arrays.setAll(program, this::next);
    return program;
  }

  private Instruction next(int index) {
    if (index >= phaseEnd) {
      beginPhase(index);
    }
    int dice = random.nextInt(1000);
    if (liveCount > 0) {
      if (dice < 50) {
        return upon(Call.RESIZE, live[random.nextInt(liveCount)]);
      } else if (dice < 100) {
        return upon(Call.REALLOCATE, live[random.nextInt(liveCount)]);
      } else if (dice < 120) {
        return upon(Call.USABLE_SIZE, live[random.nextInt(liveCount)]);
      } else if (dice < 123) {
        return upon(Call.FREE_INSIDE, live[random.nextInt(liveCount)]);
      } else if (dice < 125) {
        return upon(Call.FREE_SHORT, live[random.nextInt(liveCount)]);
      }
    }
    if (dice >= 995 && freedCount > 0) {
      int block = freed[random.nextInt(Math.min(freedCount, freed.length))];
      return upon(UPON_FREED[random.nextInt(UPON_FREED.length)], block);
    }
    boolean below = liveCount < wantedLive;
    if (liveCount == 0 || (liveCount < MOST_LIVE && random.nextInt(100) < (below ? 65 : 35))) {
      return allocation();
    }
    return upon(Call.FREE, takeVictim());
  }

  private void beginPhase(int index) {
    phaseEnd = index + 200 + random.nextInt(2000);
    wantedLive = random.nextInt(4) == 0 ? 0 : (int) power(9);
    largeShare = random.nextInt(8) == 0 ? 25 : 3;
    victim = Victim.values()[random.nextInt(3)];
  }

  private Instruction allocation() {
    int dice = random.nextInt(100);
    Call call = dice < 70 ? Call.TRY_ALLOCATE : dice < 85 ? Call.ALLOCATE : Call.ALLOCATE_ZEROED;
    int block = blocks++;
    live[liveCount++] = block;
    return upon(call, block);
  }

  private Instruction upon(Call call, int block) {
    long byteSize = call == Call.FREE_INSIDE ? 1 + random.nextInt(4096) : size();
    return new Instruction(call, block, byteSize, alignment());
  }

  private int takeVictim() {
    int index =
        switch (victim) {
          case LAST -> liveCount - 1;
          case FIRST -> 0;
          case ANY -> random.nextInt(liveCount);
        };
    int block = live[index];
    liveCount--;
    System.arraycopy(live, index + 1, live, index, liveCount - index);
    freed[freedCount++ % freed.length] = block;
    return block;
  }

  private long size() {
    int dice = random.nextInt(100);
    if (dice < largeShare) {
      return random.nextInt(20) == 0 ? IMPOSSIBLE : power(16);
    } else if (dice < 60) {
      return power(9);
    } else if (dice < 75) {
      // Around the edges of size classes: 2^k, and the steps between.
      return Math.max(power(10) / 16 * 16 + random.nextInt(3) - 1, 0);
    } else if (dice < 80) {
      return 0;
    }
    return random.nextInt(129);
  }

  /// A number from 1 to 2^bits: each order of magnitude as likely as any other.
  private long power(int bits) {
    int order = random.nextInt(bits);
    return Math.min((1L << order) + random.nextLong(1L << order) + 1, LARGEST);
  }

  private long alignment() {
    int dice = random.nextInt(64);
    // Most requests ask for 1, 8 or 16, some for any.
    int bits = dice < 20 ? 0 : dice < 40 ? 3 : dice < 56 ? 4 : random.nextInt(alignmentBits + 1);
    return 1L << Math.min(bits, alignmentBits);
  }
}
