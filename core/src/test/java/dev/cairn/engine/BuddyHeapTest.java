package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class BuddyHeapTest {
  /// A stack that ends at one of the next steps.
  private static final class ShortStack extends Work {
    private int steps = Integer.MAX_VALUE;

    @Override
    void step() {
      if (--steps < 0) {
        throw new StackOverflowError();
      }
    }
  }

  @Test
  void aCallCutOffHalfwayIsTheLastOneButClosing() {
    int cutOff = 0;
    for (int steps = 0; steps < 40; steps++) {
      cutOff += isCutOffAfter(steps) ? 1 : 0;
    }
    assertThat(cutOff).isBetween(10, 39);
  }

  private static boolean isCutOffAfter(int steps) {
    ShortStack stack = new ShortStack();
    MemorySegment memory = MemorySegment.ofArray(new long[1 << 13]);
    BuddyHeap heap = new BuddyHeap("heap", memory, Gate.ofAllThreads(), stack);
    long block = heap.allocate(100, 1);
    stack.steps = steps;
    try {
      // Each of these changes something.
      heap.allocate(16, 1);
      heap.free(block, 100);
      stack.steps = Integer.MAX_VALUE;
      heap.validate();
      return false;
    } catch (StackOverflowError failure) {
      stack.steps = Integer.MAX_VALUE;
    }
    try {
      // The look at what is freed changes nothing.
      heap.validate();
      heap.free(heap.allocate(1, 1), 1);
    } catch (AssertionError | IllegalStateException torn) {
      assertThatIllegalStateException()
          .isThrownBy(() -> heap.allocate(1, 1))
          .withMessageContaining("left half changed: close it");
      assertThatIllegalStateException().isThrownBy(() -> heap.free(block, 100));
      assertThatIllegalStateException().isThrownBy(() -> heap.usableSize(block, 100));
    }
    heap.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> heap.allocate(1, 1))
        .withMessageContaining("closed");
    return true;
  }
}
