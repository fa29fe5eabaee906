package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AllocationFailuresTest {
  @Test
  void aProgramThatFreesWhateverHappensPassesAndRunsTwiceForEachRequest() {
    AtomicInteger runs = new AtomicInteger();
    AllocationFailures.checkAll(
        allocator -> {
          runs.incrementAndGet();
          try (Arena arena = allocator.confinedArena()) {
            arena.allocate(10);
            arena.allocate(20);
            arena.allocate(30);
          }
        });
    assertThat(runs).hasValue(7);
  }

  @Test
  void aProgramThatDoesWithoutPasses() {
    assertThatCode(
            () ->
                AllocationFailures.checkAll(
                    allocator -> {
                      MemorySegment block = allocator.tryAllocate(100, 1);
                      if (block != null) {
                        allocator.free(block);
                      }
                    }))
        .doesNotThrowAnyException();
  }

  @Test
  void aProgramThatLeaksOnOnePathIsFoundWithTheRequest() {
    assertThatThrownBy(() -> AllocationFailures.checkAll(AllocationFailuresTest::leakIfSecondFails))
        .isInstanceOf(AssertionError.class)
        .hasMessage("with request 2 refused, the program leaves 1 blocks live")
        .hasCauseInstanceOf(MemoryExhaustedException.class);
  }

  private static void leakIfSecondFails(Allocator allocator) {
    MemorySegment first = allocator.allocate(10, 1);
    MemorySegment second = allocator.allocate(10, 1);
    allocator.free(second);
    allocator.free(first);
  }

  @Test
  void aProgramThatFreesTwiceOnOnePathIsFound() {
    assertThatThrownBy(
            () ->
                AllocationFailures.checkAll(
                    allocator -> {
                      MemorySegment block = allocator.allocate(10, 1);
                      try {
                        allocator.free(allocator.allocate(10, 1));
                      } catch (MemoryExhaustedException exhausted) {
                        allocator.free(block);
                      }
                      allocator.free(block);
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("with request 2 refused, the program throws ")
        .hasCauseInstanceOf(InvalidBlockException.class);
  }
}
