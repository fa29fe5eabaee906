package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that cannot be met, what a program reads that has not written, and threads that may not
/// ask.
class MisuseRequestTest {
  @ParameterizedTest
  @EnumSource
  void aNegativeSizeIsRefused(MisuseSubject subject) {
    assertNoLayout(subject, -1, 1, "-1");
    assertNoLayout(subject, Long.MIN_VALUE, 1, "" + Long.MIN_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void anAlignmentThatIsNoPowerOfTwoIsRefused(MisuseSubject subject) {
    assertNoLayout(subject, 16, 3, "3");
    assertNoLayout(subject, 16, 0, "0");
    assertNoLayout(subject, 16, -8, "-8");
  }

  @ParameterizedTest
  @EnumSource
  void aSizeThatOverflowsWithItsAlignmentIsRefused(MisuseSubject subject) {
    assertNoLayout(subject, Long.MAX_VALUE, 16, "" + Long.MAX_VALUE);
    assertNoLayout(subject, Long.MAX_VALUE - 6, 8, "" + (Long.MAX_VALUE - 6));
  }

  @ParameterizedTest
  @EnumSource
  void aRequestBeyondTheLimitIsAnsweredAndHarmsNothing(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Allocator allocator = misused.allocator;
      MemorySegment block = misused.witness(100);
      for (long size : new long[] {1L << 46, Long.MAX_VALUE - 4096}) {
        assertThat(allocator.tryAllocate(size, 1)).isNull();
        assertThatThrownBy(() -> allocator.allocate(size, 1))
            .isInstanceOfSatisfying(
                MemoryExhaustedException.class,
                exhausted -> {
                  assertThat(exhausted.byteSize()).isEqualTo(size);
                  assertThat(exhausted.byteAlignment()).isEqualTo(1);
                })
            .hasMessageStartingWith("no room for " + size + " bytes");
        assertThatThrownBy(() -> allocator.reallocate(block, size, 1))
            .isInstanceOf(MemoryExhaustedException.class);
        assertThat(allocator.resize(block, size)).isNull();
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(not = Promise.BOOKKEEPING_AMONG_BLOCKS)
  @SuppressWarnings("NullAway") // that null is not looked at is the mistake
  void anExhaustedAllocatorAnswersNullOrThrowsAndGoesOn(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      long size = subject.isPool() ? 100_000 : MisuseSubject.CAPACITY / 16;
      List<MemorySegment> taken = new ArrayList<>();
      MemorySegment next;
      while ((next = misused.allocator.tryAllocate(size, 1)) != null && taken.size() < 3000) {
        taken.add(next);
      }
      assertThat(next).isNull();
      assertThatThrownBy(() -> misused.allocator.allocate(size, 1))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageStartingWith("no room for " + size + " bytes");
      // Whoever does not look at the answer meets an exception that says so at its first use.
      MemorySegment unchecked = next;
      assertThatThrownBy(() -> use(unchecked)).isInstanceOf(NullPointerException.class);
      taken.reversed().forEach(misused.allocator::free);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aZeroedBlockIsZeroAlsoWhereAnotherHasBeen(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (long size : subject.sizes(1, 100, 5000, 70_000)) {
        for (int round = 0; round < 3; round++) {
          misused.allocator.free(misused.allocator.allocate(size, 1).fill((byte) 42));
          MemorySegment zeroed = misused.allocator.allocateZeroed(size, 1);
          Witnesses.assertMarked(zeroed, (byte) 0);
          misused.allocator.free(zeroed.fill((byte) 42));
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReadOfWhatWasNeverWrittenSeesPoisonWhereThatIsPromised(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (long size : subject.sizes(1, 100, 5000)) {
        misused.allocator.free(misused.allocator.allocate(size, 1).fill((byte) 42));
        MemorySegment fresh = misused.allocator.allocate(size, 1);
        if (subject.promises(Promise.FINDS_STRAY_WRITES)) {
          Witnesses.assertMarked(fresh, (byte) 0xA5);
        } else if (subject.promises(Promise.ZEROED)) {
          Witnesses.assertMarked(fresh, (byte) 0);
        } else if (subject.promises(Promise.WIPES)) {
          // Unspecified; but not what was there before.
          assertThat(Mark.firstOther(fresh, size, (byte) 42)).isNotEqualTo(Mark.NONE);
        }
        misused.allocator.free(fresh);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.ONE_THREAD)
  void anotherThreadIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Allocator allocator = misused.allocator;
      MemorySegment block = misused.witness(100);
      List<Runnable> calls =
          List.of(
              () -> allocator.allocate(8, 1),
              () -> allocator.tryAllocate(8, 1),
              () -> allocator.allocateZeroed(8, 1),
              () -> allocator.free(block),
              () -> allocator.resize(block, 8),
              () -> allocator.reallocate(block, 8, 1),
              allocator::close);
      for (Runnable call : calls) {
        Throwable refusal = Elsewhere.run(call);
        assertThat(refusal).isInstanceOf(WrongThreadException.class);
        // Of a region that is checked by all threads, some calls meet its memory first.
        if (subject != MisuseSubject.CHECKED_REGION) {
          assertThat(refusal)
              .hasMessageContaining("belongs to Thread[")
              .hasMessageContaining("not to Thread[");
        }
      }
      if (!subject.promises(Promise.BLOCKS_STAY)) {
        assertThat(Elsewhere.run(() -> block.fill((byte) 1)))
            .isInstanceOf(WrongThreadException.class);
      }
      misused.assertUnharmed();
    }
  }

  private static void use(MemorySegment block) {
    assertThat(block.byteSize()).isPositive();
  }

  private static void assertNoLayout(
      MisuseSubject subject, long byteSize, long byteAlignment, String value) {
    try (Misused misused = new Misused(subject)) {
      Allocator allocator = misused.allocator;
      MemorySegment block = misused.witness(100);
      List<Runnable> calls =
          List.of(
              () -> allocator.allocate(byteSize, byteAlignment),
              () -> allocator.tryAllocate(byteSize, byteAlignment),
              () -> allocator.allocateZeroed(byteSize, byteAlignment),
              () -> allocator.reallocate(block, byteSize, byteAlignment));
      for (Runnable call : calls) {
        assertThatThrownBy(call::run)
            .isInstanceOf(LayoutException.class)
            .hasMessageContaining(value);
      }
      misused.assertUnharmed();
    }
  }
}
