package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.platform.ChildJvm;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Overflows stacks inside calls of a heap for all threads, over and over.
///
/// The JVM of the test has compiled what it runs; a child of it has not.
class ShortStackTest {
  private static final int TRIES = 300;
  private static final long STACK_BYTES = 256 << 10;

  @Test
  @Timeout(60)
  void aThreadThatRunsOutOfStackKeepsNobodyWaiting() throws Exception {
    assertThat(stuck(1)).isZero();
  }

  @Test
  @Timeout(60)
  void threadsThatRunOutOfStackWhileOthersWaitKeepNobodyWaiting() throws Exception {
    assertThat(stuck(4)).isZero();
  }

  @Test
  @Timeout(60)
  void noneDoesWhereNothingIsCompiled() throws Exception {
    assertThat(ChildJvm.run(ShortStackTest.class, "-Xint")).isEqualToIgnoringNewLines("0 0");
  }

  /// Prints how often the heap was not left.
  public static void main(String... arguments) throws InterruptedException {
    System.out.println(stuck(1) + " " + stuck(3));
  }

  private static int stuck(int threads) throws InterruptedException {
    int stuck = 0;
    for (int i = 0; i < TRIES / threads; i++) {
      stuck += isLeft(threads, i) ? 0 : 1;
    }
    return stuck;
  }

  /// Whether nobody is in the heap or waits for it when threads have run out of stack.
  private static boolean isLeft(int threads, int seed) throws InterruptedException {
    TicketLock lock = new TicketLock();
    BuddyHeap heap = new BuddyHeap("heap", MemorySegment.ofArray(new long[1 << 10]), lock);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int odd = seed + i;
      Thread thread = new Thread(null, () -> overflow(heap, odd), "short", STACK_BYTES);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      // One that waits for ever is what is looked for.
      thread.join(2000);
      if (thread.isAlive()) {
        return false;
      }
    }
    return lock.waiting() == -1;
  }

  private static void overflow(BuddyHeap heap, int odd) {
    try {
      deeper(heap, odd);
    } catch (StackOverflowError | IllegalStateException wanted) {
      // Or another thread's call was cut off before.
    }
  }

  /// Goes down in steps of different sizes, for the stack to end in every place.
  private static long deeper(BuddyHeap heap, long depth) {
    long block = heap.allocate(depth % 300, 1);
    if (block != BuddyHeap.NO_ROOM) {
      heap.free(block, Refusals.UNKNOWN);
    }
    return depth % 3 == 0 ? deeper(heap, depth + 1) : wider(heap, depth + 1, depth, 1, 2, 3, 4);
  }

  private static long wider(BuddyHeap heap, long depth, long a, long b, long c, long d, long e) {
    return deeper(heap, depth) + a + b + c + d + e;
  }
}
