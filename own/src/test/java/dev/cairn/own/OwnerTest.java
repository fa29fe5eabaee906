package dev.cairn.own;

import static dev.cairn.own.BoxTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // each test says itself what is closed, and when
class OwnerTest extends HeapTest {
  private static final int ROUNDS = 100_000;

  @Test
  void ofThreadsThatCloseAMovedOwnerOneDoes() throws Exception {
    Counting[] owners = new Counting[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      owners[i] = new Counting(new Counting(heap));
    }
    AtomicInteger round = new AtomicInteger();
    // On a machine that has no core for each, a round takes a time slice: then fewer must do.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    CyclicBarrier start = new CyclicBarrier(2);
    Thread other = Thread.ofPlatform().start(() -> closeAll(owners, start, round, end));
    closeAll(owners, start, round, end);
    other.join();
    assertThat(owners).allMatch(owner -> owner.drops.get() <= 1);
    assertThat(owners[0].drops).hasValue(1);
  }

  private static void closeAll(
      Counting[] owners, CyclicBarrier start, AtomicInteger round, long end) {
    try {
      int _ = start.await();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
    for (int i = 0; i < owners.length; i++) {
      // Both begin each round together.
      int _ = round.incrementAndGet();
      while (round.get() < 2 * i + 2) {
        if (i > 0 && System.nanoTime() - end > 0) {
          return;
        }
      }
      try {
        owners[i].close();
      } catch (OwnershipException refusal) {
        assertThat(refusal.kind()).isIn(Kind.CLOSED, Kind.WRONG_THREAD);
      }
    }
  }

  @Test
  void whatTheBlockThrowsIsSuppressedByWhatTheContentsThrow() {
    Counting owner = new Counting(heap);
    owner.dropFails = true;
    owner.freeFails = true;
    assertThatThrownBy(owner::close)
        .hasMessage("drop")
        .satisfies(
            failure -> assertThat(failure.getSuppressed()).extracting("message").contains("free"));
    assertRefused(Kind.CLOSED, owner::close);
    assertThat(owner.drops).hasValue(1);
  }

  /// An owner of nothing.
  private static final class Counting extends Owner {
    final AtomicInteger drops = new AtomicInteger();
    boolean dropFails;
    boolean freeFails;

    Counting(Allocator allocator) {
      super(allocator, NO_BLOCK);
    }

    Counting(Counting from) {
      super(from);
    }

    @Override
    void drop() {
      int _ = drops.incrementAndGet();
      if (dropFails) {
        throw new ArithmeticException("drop");
      }
    }

    @Override
    void free() {
      if (freeFails) {
        throw new ArithmeticException("free");
      }
    }

    @Override
    long usedBytes() {
      return 0;
    }

    @Override
    String describe() {
      return "an owner of nothing";
    }
  }
}
