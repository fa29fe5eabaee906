package dev.cairn.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests that leak, and some that don't: they are run by [NoLeaksTest] alone.
final class LeakyCases {
  private LeakyCases() {}

  static MemorySegment forget(Allocator heap) {
    return heap.allocate(40, 8);
  }

  /// A program that knows nothing of tests.
  static void program(int blocks) {
    try (Heap heap = Heap.growable(1 << 20)) {
      for (int i = 0; i < blocks; i++) {
        forget(heap);
      }
    }
  }

  @NoLeaks
  static final class Clean {
    @Test
    void nothing() {}

    @Test
    void ofTheProgram() {
      program(0);
    }

    @Test
    void freesWhatItAllocates(Heap heap) {
      assertThat(heap.checkLevel()).isEqualTo(CheckLevel.FULL);
      heap.free(forget(heap));
    }

    @Test
    void hasTwoHeaps(Heap heap, Allocator other) {
      MemorySegment block = forget(heap);
      assertThatThrownBy(() -> other.free(block)).hasMessageStartingWith("free of 40 bytes at ");
      heap.free(block);
    }

    @Test
    void closesTheHeapItself(Heap heap) {
      heap.close();
    }

    @Test
    void theProgramsHeapIsChecked() {
      try (Heap heap = Heap.growable(1 << 20)) {
        assertThat(heap.checkLevel()).isEqualTo(CheckLevel.FULL);
      }
    }
  }

  @NoLeaks
  static final class LeavesABlock {
    @Test
    void leaves(Heap heap) {
      forget(heap);
    }
  }

  @NoLeaks
  static final class ProgramLeaks {
    @Test
    void leaks() {
      program(3);
    }
  }

  @NoLeaks
  static final class NeverCloses {
    @Test
    void opens() {
      assertThat(Heap.fixed(65536).stats().liveBlocks()).isZero();
    }
  }

  @NoLeaks
  static final class NeverClosesWithABlock {
    @Test
    void opens() {
      forget(Heap.fixed(65536));
    }
  }

  @NoLeaks
  static final class Damages {
    @Test
    @SuppressWarnings("restricted") // SAFETY: the byte is in the redzone
    void writesTooFar(Heap heap) {
      MemorySegment block = forget(heap);
      MemorySegment.ofAddress(block.address())
          .reinterpret(41)
          .set(ValueLayout.JAVA_BYTE, 40, (byte) 42);
    }
  }

  @NoLeaks
  static final class FailsOtherwise {
    @Test
    void fails(Heap heap) {
      forget(heap);
      throw new UnsupportedOperationException("otherwise");
    }
  }

  @NoLeaks
  static final class FreesTwice {
    @Test
    void freesTwice(Heap heap) {
      MemorySegment block = forget(heap);
      heap.free(block);
      heap.free(block);
    }
  }

  @NoLeaks
  static final class Aborts {
    @Test
    void clean() {
      assumeTrue(false);
    }

    @Test
    void leaks(Heap heap) {
      forget(heap);
      assumeTrue(false);
    }
  }

  @NoLeaks
  static class Mixed {
    @Test
    void clean() {
      program(0);
    }

    @Test
    void leaks() {
      program(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void oddOnesLeak(int number, Heap heap) {
      MemorySegment block = forget(heap);
      if (number % 2 == 0) {
        heap.free(block);
      }
    }

    @Test
    void inAThreadOfItsOwn() throws InterruptedException {
      Thread thread = Thread.ofPlatform().start(() -> program(1));
      thread.join();
    }

    @TestFactory
    Stream<DynamicTest> dynamic() {
      return Stream.of(
          DynamicTest.dynamicTest("dynamic leak", () -> program(1)),
          DynamicTest.dynamicTest("dynamic and clean", () -> program(0)));
    }

    @Nested
    class Inside {
      @Test
      void cleanInside() {
        program(0);
      }

      @Test
      void leaksInside() {
        program(1);
      }
    }
  }

  @NoLeaks
  static final class Fields {
    @AutoClose private final Heap first = Heap.growable(1 << 20);
    private final Heap third;
    private Heap second;

    Fields(Heap third) {
      this.third = third;
      this.second = third;
    }

    @BeforeEach
    void open() {
      second = Heap.growable(1 << 20);
    }

    @AfterEach
    void close() {
      second.close();
    }

    @Test
    void clean() {
      first.free(forget(first));
      second.free(forget(second));
      third.free(forget(third));
    }

    @Test
    void leaksInTheFirst() {
      forget(first);
    }

    @Test
    void leaksInTheSecond() {
      forget(second);
    }

    @Test
    void leaksInTheThird() {
      forget(third);
    }
  }

  static final class OneMethod {
    @Test
    @NoLeaks
    void watched() {
      program(1);
    }

    @Test
    void notWatched() {
      program(1);
    }
  }

  @NoLeaks
  static final class OfTheClass {
    @BeforeAll
    static void open() {
      forget(Heap.growable(1 << 20));
    }

    @Test
    void clean() {
      program(0);
    }
  }

  @NoLeaks(NoLeaks.Checks.CONFINED)
  static final class Checked {
    @Test
    void confined(Heap heap) {
      MemorySegment block = forget(heap);
      heap.free(block);
      block.fill((byte) 1);
    }

    @Test
    @NoLeaks
    void full(Heap heap) {
      MemorySegment block = forget(heap);
      heap.free(block);
      assertThat(block.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xFDFDFDFD);
    }

    @Test
    @NoLeaks(NoLeaks.Checks.BY_PROPERTY)
    void byProperty() {
      program(1);
    }
  }

  @NoLeaks
  static final class NotWatched {
    /// Has a heap for as long as it is loaded.
    static final class Global {
      static final Heap HEAP = Heap.growable(1 << 20);

      private Global() {}
    }

    @Test
    void ofAClass() {
      MemorySegment block = forget(Global.HEAP);
      assertThat(Global.HEAP.checkLevel()).isEqualTo(CheckLevel.OFF);
      Global.HEAP.free(block);
    }

    @Test
    void unchecked() {
      try (Heap heap = Heap.builder().checked(CheckLevel.OFF).onLeak(_ -> {}).growable(1 << 20)) {
        forget(heap);
      }
    }
  }

  @NoLeaks
  static final class Parallel {
    private static final CountDownLatch BOTH_OPEN = new CountDownLatch(2);

    @Test
    void leaks() throws InterruptedException {
      try (Heap heap = Heap.growable(1 << 20)) {
        awaitTheOther();
        forget(heap);
      }
    }

    @Test
    void clean() throws InterruptedException {
      try (Heap heap = Heap.growable(1 << 20)) {
        awaitTheOther();
        heap.free(forget(heap));
      }
    }

    private static void awaitTheOther() throws InterruptedException {
      BOTH_OPEN.countDown();
      assertThat(BOTH_OPEN.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
