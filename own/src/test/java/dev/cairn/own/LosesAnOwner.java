package dev.cairn.own;

import dev.cairn.memory.Heap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A program that loses an owner, and prints how many blocks are live when that was logged. If the
/// owner is not watched it ends at once.
final class LosesAnOwner {
  private static boolean watched;

  private LosesAnOwner() {}

  static void main(String[] args) throws InterruptedException {
    CountDownLatch logged = new CountDownLatch(1);
    LostOwners.onLost(
        lost -> {
          LostOwners.log(lost);
          logged.countDown();
        });
    try (Heap heap = Heap.builder().onLeak(_ -> {}).fixed(1 << 16)) {
      Thread.ofPlatform().start(() -> lose(heap)).join();
      if (watched) {
        for (int i = 0; i < 2000 && !logged.await(10, TimeUnit.MILLISECONDS); i++) {
          System.gc();
        }
      }
      System.out.println("live: " + heap.stats().liveBlocks());
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // it is lost on purpose
  private static void lose(Heap heap) {
    Slot slot = Slot.in(heap);
    watched = Watch.isAny(heap);
    System.out.println("lost: " + slot.usedBytes());
  }
}
