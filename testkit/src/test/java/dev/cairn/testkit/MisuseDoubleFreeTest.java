package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Free twice: a block that was freed is refused, by whichever thread, and whatever happened since.
class MisuseDoubleFreeTest {
  private static final long[] SIZES = {0, 1, 100, 5000, 70_000, 1 << 20};

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAtOnceIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment among = misused.block(size);
        misused.allocator.free(among);
        misused.assertRefusedAsFreed(among);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeOfTheOnlyBlockOfItsSizeIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment alone = misused.allocator.allocate(size, 1);
        misused.allocator.free(alone);
        misused.assertRefusedAsFreed(alone);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAfterThePlaceWasUsedAndFreedAgainIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment block = misused.block(size);
        misused.allocator.free(block);
        boolean reused = false;
        for (int i = 0; i < 100 && !reused; i++) {
          MemorySegment later = misused.allocator.allocate(size, 1);
          reused = later.address() == block.address();
          misused.allocator.free(later);
        }
        misused.assertRefused(block, subject.ofFreed());
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeWhileAnotherBlockHasThePlaceIsRefusedWhereThatIsPromised(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment block = misused.allocator.allocate(100, 1);
      misused.allocator.free(block);
      List<MemorySegment> later = new ArrayList<>();
      do {
        later.add(misused.allocator.allocate(100, 1));
      } while (later.size() < 40 && later.getLast().address() != block.address());
      if (subject.promises(Promise.TOLD_AFTER_REUSE)) {
        misused.assertRefused(block, subject.ofFreed());
      } else {
        // The two segments are alike: the free is that of the new block.
        assertThat(later.removeLast()).isEqualTo(block);
        misused.allocator.free(block);
        misused.assertRefusedAsFreed(block);
      }
      later.reversed().forEach(misused.allocator::free);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondFreeAfterManyOthersIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      List<MemorySegment> freed = new ArrayList<>();
      for (int i = 0; i < (subject.isPool() ? 40 : 2000); i++) {
        freed.add(misused.allocator.allocate(i % 200, 1));
      }
      for (int i = 0; i < freed.size(); i += 2) {
        misused.allocator.free(freed.get(i));
      }
      for (int i = 1; i < freed.size(); i += 2) {
        misused.allocator.free(freed.get(i));
      }
      for (int i = 0; i < freed.size(); i += 100) {
        misused.assertRefusedAsFreed(freed.get(i));
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void interleavedFreesAreRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment a = misused.block(size);
        MemorySegment b = misused.block(size);
        misused.allocator.free(a);
        misused.allocator.free(b);
        misused.assertRefusedAsFreed(a);
        misused.assertRefusedAsFreed(b);
        misused.assertRefusedAsFreed(a);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @Promising(not = Promise.ONE_THREAD)
  void whicheverThreadFreedItTheNextOneIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment freedHere = misused.block(size);
        misused.allocator.free(freedHere);
        elsewhere(() -> misused.assertRefusedAsFreed(freedHere));
        MemorySegment freedElsewhere = misused.block(size);
        elsewhere(() -> misused.allocator.free(freedElsewhere));
        misused.assertRefusedAsFreed(freedElsewhere);
        elsewhere(() -> misused.assertRefusedAsFreed(freedElsewhere));
        MemorySegment freedTwiceElsewhere = misused.block(size);
        elsewhere(
            () -> {
              misused.allocator.free(freedTwiceElsewhere);
              misused.assertRefusedAsFreed(freedTwiceElsewhere);
            });
        misused.assertRefusedAsFreed(freedTwiceElsewhere);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @Promising(not = Promise.ONE_THREAD)
  void aBlockOfADeadThreadIsFreedOnce(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment[] left = new MemorySegment[3];
        elsewhere(
            () -> {
              for (int i = 0; i < left.length; i++) {
                left[i] = misused.allocator.allocate(size, 1);
              }
              misused.allocator.free(left[1]);
            });
        misused.assertRefusedAsFreed(left[1]);
        misused.allocator.free(left[0]);
        misused.assertRefusedAsFreed(left[0]);
        elsewhere(() -> misused.allocator.free(left[2]));
        misused.assertRefusedAsFreed(left[2]);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @Promising(not = Promise.ONE_THREAD)
  void ofThreadsThatRaceOneFreesTheBlock(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (int round = 0; round < 50; round++) {
        Race race = new Race(misused.allocator);
        for (int i = 0; i < 16; i++) {
          // Now neighbours, now blocks that are large and small by turns; all of this thread.
          race.add(misused.allocator.allocate(round % 2 == 0 ? 64 : 1L << i, 1));
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
