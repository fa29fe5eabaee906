package dev.cairn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main bench.Churn`
///
/// Of 100,000 live blocks of 16 to 8192 bytes, small ones more often, one at random is freed, and
/// another allocated in its place.
@State(Scope.Thread)
public class Churn extends Row {
  private static final int LIVE = 100_000;
  private static final int LARGEST = 8192;
  private static final int SIZES = 4096;

  private final Dice dice = new Dice();
  private final int[] sizes = new int[SIZES];

  /// Makes the loop.
  public Churn() {
    super(LIVE);
    for (int i = 0; i < SIZES; i++) {
      sizes[i] = dice.powerLaw(LARGEST);
    }
  }

  @Override
  void open(Contestant opened) {
    super.open(opened);
    for (int slot = 0; slot < LIVE; slot++) {
      opened.allocate(slot, size(dice.next()));
    }
  }

  /// One block for another.
  @Benchmark
  public void replace() {
    long random = dice.next();
    int slot = Dice.pick(random, LIVE);
    blocks.free(slot);
    blocks.allocate(slot, size(random));
  }

  // From other bits of the number than the slot.
  private int size(long random) {
    return sizes[(int) random & (SIZES - 1)];
  }

  @Override
  public void close() {
    for (int slot = 0; slot < LIVE; slot++) {
      blocks.free(slot);
    }
    super.close();
  }
}
