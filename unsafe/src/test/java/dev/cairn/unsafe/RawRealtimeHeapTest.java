package dev.cairn.unsafe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.LayoutException;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawRealtimeHeapTest {
  @Test
  void itsBlocksAreThoseOfTheHeap() {
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 16)) {
      RawRealtimeHeap raw = RawRealtimeHeap.of(heap);
      MemorySegment segment = heap.allocate(100, 8);
      long block = raw.allocate(100, 4096);
      assertThat(block % 4096).isZero();
      assertThat(raw.usableSize(block)).isEqualTo(4096);
      assertThat(raw.usableSize(segment.address())).isEqualTo(128);
      assertThat(raw.resize(segment.address(), 120)).isTrue();
      raw.free(segment.address());
      raw.free(block);
      assertThat(raw.allocate(1 << 17, 1)).isEqualTo(RawRealtimeHeap.NO_ROOM);
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  @Test
  void whatIsNoBlockIsRefused() {
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 16)) {
      RawRealtimeHeap raw = RawRealtimeHeap.of(heap);
      long block = raw.allocate(100, 1);
      for (long wrong :
          List.of(0L, -1L, Long.MIN_VALUE, block + 1, block + 16, block + 128, block + (1 << 16))) {
        assertThatThrownBy(() -> raw.free(wrong)).isInstanceOf(InvalidBlockException.class);
        assertThatThrownBy(() -> raw.resize(wrong, 8)).isInstanceOf(InvalidBlockException.class);
        assertThatThrownBy(() -> raw.usableSize(wrong)).isInstanceOf(InvalidBlockException.class);
      }
      assertThatThrownBy(() -> raw.allocate(-1, 1)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.resize(block, -1)).isInstanceOf(LayoutException.class);
      raw.free(block);
      assertThatThrownBy(() -> raw.free(block)).isInstanceOf(InvalidBlockException.class);
    }
  }

  @Test
  void aHeapInAnArrayHasNoAddresses() {
    try (RealtimeHeap heap = RealtimeHeap.confinedOver(MemorySegment.ofArray(new byte[1000]))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RawRealtimeHeap.of(heap))
          .withMessageContainingAll("Java array", "segments");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"confined", "shared"})
  void noCallMakesGarbage(String kind) throws Throwable {
    try (RealtimeHeap heap =
        kind.equals("shared") ? RealtimeHeap.shared(1 << 20) : RealtimeHeap.confined(1 << 20)) {
      RawRealtimeHeap raw = RawRealtimeHeap.of(heap);
      MethodHandle allocatedBytes = RawHeapTest.allocatedBytes();
      churn(raw);
      // The JVM itself allocates a little on a thread now and then, but not in every round.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = (long) allocatedBytes.invokeExact();
        churn(raw);
        least = Math.min(least, (long) allocatedBytes.invokeExact() - before);
      }
      assertThat(least).isZero();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  private static void churn(RawRealtimeHeap raw) {
    for (int i = 0; i < 20_000; i++) {
      long small = raw.allocate(i % 100, 8);
      long large = raw.allocate(i, 64);
      boolean _ = raw.resize(large, i * 2L);
      if (raw.usableSize(small) < 16 || raw.allocate(1 << 21, 1) != RawRealtimeHeap.NO_ROOM) {
        throw new AssertionError("no heap of this size does that");
      }
      raw.free(small);
      raw.free(large);
    }
  }
}
