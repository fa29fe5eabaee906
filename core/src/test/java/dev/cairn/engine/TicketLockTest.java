package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
              lock.enter();
              behind++;
              lock.leave();
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
  void whoComesFirstIsServedFirst() throws InterruptedException {
    lock.enter();
    List<Integer> served = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    lock.enter();
                    served.add(number);
                    lock.leave();
                  });
      threads.add(thread);
      while (lock.waiting() <= number) {
        Thread.onSpinWait();
      }
    }
    lock.leave();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
  }
}
