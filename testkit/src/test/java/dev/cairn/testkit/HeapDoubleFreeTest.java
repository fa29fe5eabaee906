package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A block of a heap that was freed is refused, by whichever thread, and whatever happened since.
class HeapDoubleFreeTest {
  private static final long[] SIZES = {0, 1, 16, 100, 1024, 5000, 60_000, 70_000, 1 << 20};

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAtOnceIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment among = misused.block(size);
        misused.heap.free(among);
        misused.assertRefused(among, kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeOfTheOnlyBlockOfItsSizeIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment alone = misused.heap.allocate(size, 1);
        misused.heap.free(alone);
        misused.assertRefused(alone, kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAfterThePlaceWasUsedAndFreedAgainIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.block(size);
        misused.heap.free(block);
        boolean reused = false;
        for (int i = 0; i < 1000 && !reused; i++) {
          MemorySegment later = misused.heap.allocate(size, 1);
          reused = later.address() == block.address();
          misused.heap.free(later);
        }
        misused.assertRefused(block, kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAfterManyOthersIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      List<MemorySegment> freed = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        freed.add(misused.heap.allocate(i % 200, 1));
      }
      for (int i = 0; i < freed.size(); i += 2) {
        misused.heap.free(freed.get(i));
      }
      for (int i = 1; i < freed.size(); i += 2) {
        misused.heap.free(freed.get(i));
      }
      for (int i = 0; i < freed.size(); i += 20) {
        misused.assertRefused(freed.get(i), kind.ofFreed());
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void interleavedFreesAreRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment a = misused.block(size);
        MemorySegment b = misused.block(size);
        misused.heap.free(a);
        misused.heap.free(b);
        misused.assertRefused(a, kind.ofFreed());
        misused.assertRefused(b, kind.ofFreed());
        misused.assertRefused(a, kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverThreadFreedItTheNextOneIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment freedHere = misused.block(size);
        misused.heap.free(freedHere);
        elsewhere(() -> misused.assertRefused(freedHere, kind.ofFreed()));
        MemorySegment freedElsewhere = misused.block(size);
        elsewhere(() -> misused.heap.free(freedElsewhere));
        misused.assertRefused(freedElsewhere, kind.ofFreed());
        elsewhere(() -> misused.assertRefused(freedElsewhere, kind.ofFreed()));
        MemorySegment freedTwiceElsewhere = misused.block(size);
        elsewhere(
            () -> {
              misused.heap.free(freedTwiceElsewhere);
              misused.assertRefused(freedTwiceElsewhere, kind.ofFreed());
            });
        misused.assertRefused(freedTwiceElsewhere, kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockOfADeadThreadIsFreedOnce(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment[] left = new MemorySegment[3];
        elsewhere(
            () -> {
              for (int i = 0; i < left.length; i++) {
                left[i] = misused.heap.allocate(size, 1);
              }
              misused.heap.free(left[1]);
            });
        misused.assertRefused(left[1], kind.ofFreed());
        misused.heap.free(left[0]);
        misused.assertRefused(left[0], kind.ofFreed());
        elsewhere(() -> misused.heap.free(left[2]));
        misused.assertRefused(left[2], kind.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofThreadsThatRaceOneFreesTheBlock(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      for (int round = 0; round < 200; round++) {
        Race race = new Race(misused.heap);
        for (int i = 0; i < 16; i++) {
          // Now neighbours, now blocks that are large and small by turns; all of this thread.
          race.add(misused.heap.allocate(round % 2 == 0 ? 64 : 1L << i, 1));
        }
        // The thread that allocated the blocks races, too, in every other pair of rounds.
        run(Collections.nCopies(3, race::run), round % 4 < 2 ? race::run : () -> {});
        race.requireOneWinnerEach();
      }
      misused.assertUnharmed();
    }
  }

  private static void elsewhere(Runnable task) {
    assertThat(Elsewhere.run(task)).isNull();
  }

  /// Runs tasks in threads of their own, and one in this thread at the same time.
  private static void run(List<Runnable> tasks, Runnable here) {
    Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        tasks.stream()
            .map(
                task ->
                    Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, throwable) -> thrown.add(throwable))
                        .start(task))
            .toList();
    here.run();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while others were at work", interruption);
      }
    }
    assertThat(thrown).isEmpty();
  }
}
