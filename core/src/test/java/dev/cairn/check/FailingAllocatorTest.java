package dev.cairn.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FailingAllocatorTest {
  private static FailingAllocator over(Failures failures) {
    return FailingAllocator.over(Heap.growable(1 << 20), failures);
  }

  @Test
  void onlyTheRequestThatWasNamedFails() {
    assertThat(refused(Failures.only(3), 1, 1, 1, 1)).containsExactly(3L);
  }

  @Test
  void allRequestsFromOneOnFail() {
    assertThat(refused(Failures.from(3), 1, 1, 1, 1)).containsExactly(3L, 4L);
  }

  @Test
  void requestsThatAreTooLargeFail() {
    assertThat(refused(Failures.above(100), 99, 101, 100, 1000)).containsExactly(2L, 4L);
  }

  @Test
  void requestsBeyondTheBudgetFailUntilSomethingIsFreed() {
    try (FailingAllocator failing = over(Failures.beyondBudget(100))) {
      MemorySegment most = failing.allocate(90, 1);
      assertThatThrownBy(() -> failing.allocate(11, 1))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContaining("no room for 11 bytes")
          .hasMessageContaining("as it was told to");
      failing.free(failing.allocate(10, 1));
      failing.free(most);
      failing.free(failing.allocate(100, 1));
      assertThat(failing.requests()).isEqualTo(4);
      assertThat(failing.refused()).isEqualTo(1);
      assertThat(failing.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void chanceIsTheSameForTheSameSeed() {
    long[] sizes = LongStream.generate(() -> 1).limit(1000).toArray();
    List<Long> first = refused(Failures.atRandom(0.25, 7), sizes);
    assertThat(first).isEqualTo(refused(Failures.atRandom(0.25, 7), sizes));
    assertThat(first).hasSizeBetween(150, 350);
    assertThat(refused(Failures.atRandom(0, 7), sizes)).isEmpty();
    assertThat(refused(Failures.atRandom(1, 7), sizes)).hasSize(1000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Failures.atRandom(Double.NaN, 7))
        .withMessage("a probability of NaN: choose one from 0 to 1");
  }

  @Test
  void growingIsARequestAndWhatFailsIsAsItWas() {
    try (FailingAllocator failing = over(Failures.from(2))) {
      MemorySegment block = failing.allocate(16, 1);
      block.fill((byte) 7);
      assertThat(failing.resize(block, 8)).isNotNull();
      assertThat(failing.resize(block.asSlice(0, 8), 16)).isNull();
      assertThatThrownBy(() -> failing.reallocate(block.asSlice(0, 8), 1000, 1))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(block.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 7);
      failing.free(block.asSlice(0, 8));
      assertThat(failing.stats().liveBlocks()).isZero();
    }
  }

  /// The numbers of the requests that find no room.
  private static List<Long> refused(Failures failures, long... sizes) {
    List<Long> refused = new ArrayList<>();
    try (FailingAllocator failing = over(failures)) {
      for (long size : sizes) {
        MemorySegment block = failing.tryAllocate(size, 1);
        if (block == null) {
          refused.add(failing.requests());
        } else {
          failing.free(block);
        }
      }
    }
    return refused;
  }
}
