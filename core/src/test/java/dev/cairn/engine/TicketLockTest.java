package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TicketLockTest {
  private final TicketLock lock = new TicketLock();
  private int behind;

  @Test
  void oneThreadAtATimeIsBehindIt() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Runnable work =
          () -> {
            for (int j = 0; j < 5000; j++) {
              pass(() -> behind++);
            }
          };
      threads.add(i % 2 == 0 ? Thread.ofPlatform().start(work) : Thread.startVirtualThread(work));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(behind).isEqualTo(30_000);
  }

  @Test
  @Timeout(60)
  void aThreadThatIsInterruptedParksUntilItIsItsTurnAndStaysInterrupted() throws Exception {
    long turn = lock.enter();
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              pass(() -> behind++);
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = Thread.ofPlatform().start(task);
    for (int i = 0; i < 3; i++) {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      thread.interrupt();
      assertThat(behind).isZero();
    }
    leave(turn);
    assertThat(task.get()).isTrue();
    assertThat(behind).isOne();
  }

  @Test
  @Timeout(60)
  void moreThreadsThanThereArePlacesToParkAreServed() throws InterruptedException {
    long turn = lock.enter();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int j = 0; j < 20; j++) {
                  pass(() -> behind++);
                }
              }));
    }
    while (lock.waiting() < 600) {
      Thread.onSpinWait();
    }
    leave(turn);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(behind).isEqualTo(12_000);
  }

  @Test
  void whoComesFirstIsServedFirst() throws InterruptedException {
    long turn = lock.enter();
    List<Integer> served = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    pass(() -> served.add(number));
                  });
      threads.add(thread);
      while (lock.waiting() <= number) {
        Thread.onSpinWait();
      }
    }
    leave(turn);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
  }

  private void pass(Runnable action) {
    long turn = lock.enter();
    action.run();
    leave(turn);
  }

  private void leave(long turn) {
    lock.served = turn + 1;
    lock.wake(turn + 1);
  }
}
