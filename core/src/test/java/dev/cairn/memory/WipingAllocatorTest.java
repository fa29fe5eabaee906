package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What was secret is looked for from below: in the memory that a heap lies in.
class WipingAllocatorTest {
  private static final byte SECRET = 0x5E;
  private static final long[] SIZES = {0, 1, 7, 16, 100, 129, 5000, 100_000};

  // It never ends, and so there can be arenas.
  private final MemorySegment memory = Arena.global().allocate(4 << 20, 4096);
  private final Heap below = Heap.builder().onLeak(_ -> {}).over(memory);
  private final WipingAllocator secrets = WipingAllocator.over(below);

  @Test
  void whatWasFreedIsZero() {
    for (long size : SIZES) {
      MemorySegment block = secret(size);
      assertThat(secretBytes()).isEqualTo(size);
      secrets.free(block);
      assertThat(secretBytes()).isZero();
    }
  }

  @Test
  void compiledCodeWipesToo() {
    long left = 0;
    for (int i = 0; i < 50_000; i++) {
      MemorySegment block = secret(32);
      secrets.free(block);
      left += block.get(ValueLayout.JAVA_LONG, 0) | block.get(ValueLayout.JAVA_LONG, 24);
    }
    assertThat(left).isZero();
    assertThat(secretBytes()).isZero();
  }

  @Test
  void theEndOfABlockThatBecomesSmallerIsZero() {
    for (long size : SIZES) {
      MemorySegment smaller = secrets.resize(secret(size), size / 3);
      assertThat(smaller).isNotNull();
      assertThat(secretBytes()).isEqualTo(size / 3);
      assertThat(smaller.byteSize()).isEqualTo(size / 3);
      secrets.free(smaller);
      below.validate();
    }
  }

  @Test
  void theOldPlaceOfABlockThatMovesIsZero() {
    for (long size : SIZES) {
      MemorySegment other = secrets.allocate(size, 1);
      MemorySegment larger = secrets.reallocate(secret(size), size * 20 + 1000, 64);
      assertThat(secretBytes()).isEqualTo(size);
      MemorySegment smaller = secrets.reallocate(larger, size / 2, 1);
      assertThat(secretBytes()).isEqualTo(size / 2);
      // A heap does not leave few bytes in a large place.
      assertThat(secrets.usableSize(smaller)).isLessThanOrEqualTo(size + 64);
      secrets.free(smaller);
      secrets.free(other);
    }
    assertThat(secrets.stats().liveBlocks()).isZero();
  }

  @Test
  void whatWasLiveAtCloseIsZeroInMemoryThatStays() {
    MemorySegment first = secret(100);
    var _ = secret(100_000);
    assertThat(secrets.resize(first, 40)).isNotNull();
    secrets.close();
    assertThat(secretBytes()).isZero();
    secrets.close();
  }

  @Test
  void whatAnArenaHadIsZeroWhenItHasClosed() {
    try (Arena confined = secrets.confinedArena();
        Arena shared = secrets.sharedArena()) {
      confined.allocate(1000, 8).fill(SECRET);
      shared.allocate(100, 8).fill(SECRET);
      assertThat(secretBytes()).isEqualTo(1100);
      assertThatIllegalStateException().isThrownBy(secrets::close);
      assertThat(secretBytes()).isEqualTo(1100);
    }
    assertThat(secretBytes()).isZero();
  }

  @Test
  void aCallThatIsRefusedWipesNothing() {
    MemorySegment block = secret(100);
    MemorySegment unknown = below.allocate(100, 1);
    for (MemorySegment wrong :
        new MemorySegment[] {
          block.asSlice(16), block.asSlice(0, 99), block.asReadOnly(), unknown, memory.asSlice(0, 8)
        }) {
      assertRefused(() -> secrets.free(wrong));
      assertRefused(() -> secrets.resize(wrong, 1));
      assertRefused(() -> secrets.reallocate(wrong, 1, 1));
      assertThat(secretBytes()).isEqualTo(100);
    }
    assertThatThrownBy(() -> secrets.free(unknown))
        .hasMessageContaining("a block that heap over")
        .hasMessageContaining(" has handed out by itself");
    secrets.free(block);
  }

  @Test
  void anotherThreadsCallWipesNothingWhereTheAllocatorBelowIsForOne() {
    MemorySegment array = MemorySegment.ofArray(new byte[65536]);
    WipingAllocator confined = WipingAllocator.over(RealtimeHeap.confinedOver(array));
    MemorySegment block = confined.allocate(32, 1).fill(SECRET);
    assertThatThrownBy(() -> CompletableFuture.runAsync(() -> confined.free(block)).join())
        .hasCauseInstanceOf(WrongThreadException.class);
    assertThat(block.get(ValueLayout.JAVA_BYTE, 31)).isEqualTo(SECRET);
    confined.free(block);
    assertThat(block.get(ValueLayout.JAVA_BYTE, 31)).isZero();
    confined.close();
  }

  @Test
  void ofThreadsThatFreeABlockAtOnceOneWipesIt() {
    for (int round = 0; round < 500; round++) {
      MemorySegment block = secret(64);
      CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> frees(block));
      assertThat(frees(block)).isNotEqualTo(other.join());
      assertThat(secretBytes(block.asReadOnly())).isZero();
    }
    assertThat(secrets.stats().liveBlocks()).isZero();
    below.validate();
  }

  private boolean frees(MemorySegment block) {
    try {
      secrets.free(block);
      return true;
    } catch (InvalidBlockException refused) {
      return false;
    }
  }

  private MemorySegment secret(long byteSize) {
    return secrets.allocate(byteSize, 1).fill(SECRET);
  }

  private long secretBytes() {
    return secretBytes(memory);
  }

  private static long secretBytes(MemorySegment where) {
    long count = 0;
    for (long at = 0; at < where.byteSize(); at++) {
      count += where.get(ValueLayout.JAVA_BYTE, at) == SECRET ? 1 : 0;
    }
    return count;
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(InvalidBlockException.class);
  }
}
