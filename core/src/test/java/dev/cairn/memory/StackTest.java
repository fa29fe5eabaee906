package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StackTest {
  private static final long SIZE = 64 * 1024;

  @Test
  void aFrameHandsOutZeroedAlignedMemory() {
    try (Frame frame = Stack.push()) {
      frame.allocate(100, 1).fill((byte) -1);
    }
    try (Frame frame = Stack.push()) {
      for (long alignment = 1; alignment <= 4096; alignment *= 2) {
        MemorySegment block = frame.allocate(24, alignment);
        assertThat(block.byteSize()).isEqualTo(24);
        assertThat(block.address() % alignment).isZero();
        assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      }
    }
  }

  @Test
  void whateverAFrameHeldIsZeroAfterItWasPopped() {
    for (int size = 0; size <= 1200; size++) {
      try (Frame frame = Stack.push()) {
        frame.allocate(size, 1).fill((byte) -1);
      }
      try (Frame frame = Stack.push()) {
        assertThat(frame.allocate(1300, 1).mismatch(MemorySegment.ofArray(new byte[1300])))
            .as("after %d bytes", size)
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void blocksOfOneFrameDoNotOverlap() {
    try (Frame frame = Stack.push()) {
      MemorySegment first = frame.allocateFrom(ValueLayout.JAVA_LONG, 1, 2, 3);
      MemorySegment second = frame.allocateFrom("cairn");
      second.fill((byte) 7);
      assertThat(first.toArray(ValueLayout.JAVA_LONG)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void useAfterPopAlwaysThrows() {
    MemorySegment escaped;
    try (Frame frame = Stack.push()) {
      escaped = frame.allocate(8, 8);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> escaped.get(ValueLayout.JAVA_LONG, 0))
        .withMessageContaining("closed");
    try (Frame frame = Stack.push()) {
      frame.allocate(8, 8);
      assertThatIllegalStateException().isThrownBy(() -> escaped.set(ValueLayout.JAVA_LONG, 0, 1L));
    }
  }

  @Test
  void poppingOutOfOrderIsRefusedAndNothingIsLost() {
    try (Frame outer = Stack.push()) {
      MemorySegment kept = outer.allocateFrom(ValueLayout.JAVA_INT, 42);
      try (Frame inner = Stack.push()) {
        MemorySegment also = inner.allocateFrom(ValueLayout.JAVA_INT, 43);
        assertThatIllegalStateException()
            .isThrownBy(outer::close)
            .withMessageContainingAll("frame 1", "frame 2 is on top", "reverse order");
        assertThat(also.get(ValueLayout.JAVA_INT, 0)).isEqualTo(43);
      }
      assertThat(kept.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
    }
  }

  @Test
  void allocatingBelowTheTopFrameIsRefused() {
    try (Frame outer = Stack.push();
        Frame inner = Stack.push()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> outer.allocate(8, 8))
          .withMessageContaining("is on top");
      assertThat(inner.allocate(8, 8).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void aPoppedFrameIsRefused() {
    Frame frame = Stack.push();
    frame.close();
    assertThatIllegalStateException().isThrownBy(frame::close).withMessageContaining("popped");
    assertThatIllegalStateException().isThrownBy(() -> frame.allocate(1, 1));
    // Another frame at the same depth does not bring it back.
    try (Frame other = Stack.push()) {
      assertThatIllegalStateException().isThrownBy(frame::close);
      assertThatIllegalStateException().isThrownBy(() -> frame.allocate(1, 1));
      assertThat(other.allocate(1, 1).byteSize()).isEqualTo(1);
    }
  }

  @Test
  void overflowSaysTheSizesAndLeavesTheStackIntact() {
    try (Frame frame = Stack.push()) {
      MemorySegment before = frame.allocateFrom(ValueLayout.JAVA_INT, 42);
      assertThatThrownBy(() -> frame.allocate(SIZE, 1))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContainingAll("65536 bytes", "65528 left", "Region or a Heap");
      assertThat(before.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
      assertThat(frame.allocate(SIZE - 8, 1).byteSize()).isEqualTo(SIZE - 8);
      assertThatThrownBy(() -> frame.allocate(1, 1)).isInstanceOf(MemoryExhaustedException.class);
      assertThatThrownBy(() -> frame.allocate(0, 1L << 62))
          .isInstanceOf(MemoryExhaustedException.class);
    }
    try (Frame frame = Stack.push()) {
      assertThat(frame.allocate(SIZE, 1).byteSize()).isEqualTo(SIZE);
    }
  }

  @Test
  void badLayoutsAreRefused() {
    try (Frame frame = Stack.push()) {
      assertThatThrownBy(() -> frame.allocate(-1, 1)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> frame.allocate(1, 3)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> frame.allocate(Long.MAX_VALUE, 2))
          .isInstanceOf(LayoutException.class);
    }
  }

  @Test
  void anotherThreadsFrameIsRefused() throws Exception {
    try (Frame frame = Stack.push();
        var executor = Executors.newSingleThreadExecutor()) {
      MemorySegment block = frame.allocate(8, 8);
      executor
          .submit(
              () -> {
                assertThatThrownBy(() -> frame.allocate(8, 8))
                    .isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(frame::close).isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0))
                    .isInstanceOf(WrongThreadException.class);
                try (Frame _ = Stack.push();
                    Frame _ = Stack.push()) {
                  assertThatThrownBy(frame::close).isInstanceOf(WrongThreadException.class);
                }
              })
          .get();
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
      assertThat(frame.allocate(8, 8).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void framesNestAndGiveTheirMemoryBack() {
    try (Frame outer = Stack.push()) {
      MemorySegment marker = outer.allocate(16, 16);
      long first = 0;
      for (int i = 0; i < 10_000; i++) {
        try (Frame inner = Stack.push()) {
          long address = inner.allocate(1000, 16).address();
          first = first == 0 ? address : first;
          assertThat(address).isEqualTo(first).isGreaterThan(marker.address());
        }
      }
    }
  }

  @Test
  void virtualThreadsShareAFewStacks() throws Exception {
    Set<Long> stacks = ConcurrentHashMap.newKeySet();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20_000; i++) {
        var _ =
            executor.submit(
                () -> {
                  try (Frame frame = Stack.push()) {
                    stacks.add(frame.allocate(64, 64).address());
                  }
                });
      }
    }
    // As many as had a frame open at one time, and those that were not kept in between.
    assertThat(stacks.size()).isBetween(1, 2_000);
  }

  @Test
  void aVirtualThreadThatIsSuspendedKeepsItsStack() throws Exception {
    CountDownLatch allIn = new CountDownLatch(100);
    CountDownLatch go = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new java.util.ArrayList<Future<Integer>>();
      for (int i = 0; i < 100; i++) {
        int value = i;
        results.add(
            executor.submit(
                () -> {
                  try (Frame frame = Stack.push()) {
                    MemorySegment block = frame.allocateFrom(ValueLayout.JAVA_INT, value);
                    allIn.countDown();
                    go.await();
                    return block.get(ValueLayout.JAVA_INT, 0);
                  }
                }));
      }
      allIn.await();
      go.countDown();
      for (int i = 0; i < 100; i++) {
        assertThat(results.get(i).get()).isEqualTo(i);
      }
    }
  }

  @Test
  void threadsWhoseLocalsAreErasedDoNotLoseTheirStacks() throws Exception {
    Set<Long> stacks = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 2_000; i++) {
      ForkJoinPool.commonPool()
          .submit(
              () -> {
                try (Frame frame = Stack.push()) {
                  stacks.add(frame.allocate(64, 64).address());
                }
              })
          .get();
    }
    assertThat(stacks.size()).isLessThan(100);
  }

  @Test
  void aForeignCloseDuringTheOwnersDoesNotPop() {
    Frame frame = Stack.push();
    whenClosed(
        frame,
        () -> {
          Thread other =
              Thread.ofPlatform()
                  .start(
                      () ->
                          assertThatThrownBy(frame::close)
                              .isInstanceOf(WrongThreadException.class));
          try {
            other.join();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
    frame.close();
    try (Frame next = Stack.push()) {
      assertThat(next.toString()).startsWith("frame 1 ");
      assertThat(next.allocate(8, 8).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void stacksOfThreadsThatEndedWithAFrameOpenAreLetGo() throws Exception {
    for (int i = 0; i < 6_000; i++) {
      Thread.ofVirtual().start(() -> Stack.push().allocate(8, 8)).join();
    }
    assertThat(Stack.lent()).isLessThan(1_000);
  }

  @Test
  void aCleanupThatThrowsDoesNotKeepTheFrame() {
    try (Frame outer = Stack.push()) {
      Frame inner = Stack.push();
      inner.allocate(100, 8).fill((byte) -1);
      whenClosed(
          inner,
          () -> {
            throw new IllegalArgumentException("cleanup");
          });
      assertThatThrownBy(inner::close).hasMessage("cleanup");
      assertThatIllegalStateException().isThrownBy(inner::close).withMessageContaining("popped");
      assertThat(outer.allocate(100, 8).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }
  }

  @Test
  void aCleanupThatPushesAFrameCannotShareItsMemory() {
    Frame[] pushed = new Frame[1];
    Frame frame = Stack.push();
    whenClosed(frame, () -> pushed[0] = Stack.push());
    assertThatIllegalStateException()
        .isThrownBy(frame::close)
        .withMessageContaining("frame 2 is on top");
    MemorySegment block = pushed[0].allocateFrom(ValueLayout.JAVA_LONG, 42);
    assertThatIllegalStateException().isThrownBy(frame::close);
    assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
    pushed[0].close();
    // Its scope has closed before; now it is popped too.
    assertThatIllegalStateException().isThrownBy(frame::close);
    try (Frame next = Stack.push()) {
      assertThat(next.toString()).startsWith("frame 1 ");
    }
  }

  @SuppressWarnings("restricted")
  private static void whenClosed(Frame frame, Runnable action) {
    // SAFETY: the segment is of no bytes.
    var _ = MemorySegment.NULL.reinterpret(frame, _ -> action.run());
  }
}
