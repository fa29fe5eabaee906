package dev.cairn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main bench.Batch`
///
/// 100 blocks of 16 to 4096 bytes, small ones more often, are allocated, and then freed in shuffled
/// order. The time is that of one block.
@State(Scope.Thread)
public class Batch extends Row {
  private static final int BLOCKS = 100;
  private static final int LARGEST = 4096;
  // More than branch predictors learn by heart.
  private static final int BATCHES = 64;

  private final int[][] sizes = new int[BATCHES][BLOCKS];
  private final int[][] orders = new int[BATCHES][BLOCKS];
  private int next;

  /// Makes the loop.
  public Batch() {
    super(BLOCKS);
    Dice dice = new Dice();
    for (int b = 0; b < BATCHES; b++) {
      for (int i = 0; i < BLOCKS; i++) {
        sizes[b][i] = dice.powerLaw(LARGEST);
        int at = Dice.pick(dice.next(), i + 1);
        orders[b][i] = orders[b][at];
        orders[b][at] = i;
      }
    }
  }

  /// One batch.
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void batch() {
    Contestant blocks = this.blocks;
    int[] sizes = this.sizes[next];
    int[] order = orders[next];
    next = (next + 1) % BATCHES;
    for (int i = 0; i < sizes.length; i++) {
      blocks.allocate(i, sizes[i]);
    }
    for (int slot : order) {
      blocks.free(slot);
    }
  }
}
