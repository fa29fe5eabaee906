package dev.cairn.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.check.Leak;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// In a package of its own, because frames of Cairn's packages are not the caller's place.
class LeakWatchTest {
  private final List<Leak> reported = new ArrayList<>();
  private final LeakWatch heap = LeakWatch.over(Heap.fixed(65536), reported::add);

  @Test
  void whatIsForgottenIsReportedByTheMethodThatAllocatedIt() {
    allocateSmall(heap);
    allocateSmall(heap);
    allocateLarge(heap);
    heap.free(allocateLarge(heap));
    heap.close();
    assertThat(reported)
        .extracting(leak -> leak.place().getMethodName(), Leak::blocks, Leak::bytes)
        .containsExactly(tuple("allocateLarge", 1L, 1000L), tuple("allocateSmall", 2L, 200L));
    assertThat(reported.getLast().toString())
        .startsWith(
            "2 blocks of 200 bytes in all, allocated at"
                + " LeakWatchTest.allocateSmall(LeakWatchTest.java:");
  }

  @Test
  void aProgramThatForgetsNothingIsNotReported() {
    MemorySegment block = heap.allocateFrom("stones");
    block = heap.reallocate(block, 5000, 8);
    MemorySegment resized = heap.resize(block, 100);
    assertThat(resized).isNotNull();
    heap.free(resized);
    heap.close();
    assertThat(reported).isEmpty();
  }

  @Test
  void aRefusedFreeForgetsNothing() {
    MemorySegment block = heap.allocate(100, 8);
    assertThatThrownBy(() -> heap.free(block.asSlice(16)))
        .isInstanceOf(InvalidBlockException.class);
    assertThat(heap.leaks()).hasSize(1);
    heap.free(block);
    assertThat(heap.leaks()).isEmpty();
  }

  @Test
  void aBlockThatWasMovedIsTheMoversAndOneThatWasResizedStaysWhereItWas() {
    MemorySegment moved = heap.reallocate(allocateSmall(heap), 2000, 8);
    MemorySegment resized = heap.resize(allocateLarge(heap), 10);
    assertThat(heap.leaks())
        .extracting(leak -> leak.place().getMethodName())
        .containsExactly(
            "aBlockThatWasMovedIsTheMoversAndOneThatWasResizedStaysWhereItWas", "allocateLarge");
    assertThat(moved.byteSize()).isEqualTo(2000);
    assertThat(resized).isNotNull();
  }

  @Test
  void theHeapBelowIsNotClosedUnderAnArena() {
    Heap below = Heap.fixed(4096);
    LeakWatch watch = LeakWatch.over(below, reported::add);
    try (Arena arena = watch.confinedArena()) {
      MemorySegment block = arena.allocate(8, 8);
      assertThatIllegalStateException().isThrownBy(below::close);
      assertThatIllegalStateException().isThrownBy(watch::close);
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
    }
    watch.close();
    assertThat(reported).isEmpty();
  }

  @Test
  void aTaskThatIsABareMethodReferenceHasAPlaceToo() throws Exception {
    long size = 64;
    var block = CompletableFuture.completedFuture(size).thenApplyAsync(heap::allocate).get();
    assertThat(heap.leaks()).hasSize(1);
    heap.free(block);
  }

  private static MemorySegment allocateSmall(Allocator heap) {
    return heap.allocate(100, 8);
  }

  private static MemorySegment allocateLarge(Allocator heap) {
    return heap.allocateZeroed(1000, 8);
  }
}
