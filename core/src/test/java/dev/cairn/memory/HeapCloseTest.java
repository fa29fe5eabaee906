package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.ClassStats;
import dev.cairn.check.LeakReport;
import dev.cairn.platform.ChildJvm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a heap says when it closes with live blocks, and what becomes of them.
class HeapCloseTest {
  private static final long MIB = 1 << 20;

  @Test
  void aListenerIsToldOfEveryBlockThatIsLiveByItsClass() throws Exception {
    List<LeakReport> told = new ArrayList<>();
    Heap heap = Heap.builder().onLeak(told::add).growable(512 * MIB);
    for (int i = 0; i < 100; i++) {
      heap.allocate(10, 1);
      heap.free(heap.allocate(300, 1));
      heap.allocate(2000, 1);
    }
    heap.allocate(MIB, 1);
    heap.allocate(2 * MIB, 1);
    heap.free(heap.allocate(3 * MIB, 1));
    List<MemorySegment> others = new ArrayList<>();
    Thread allocating =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    others.add(heap.allocate(10, 1));
                  }
                });
    allocating.join();
    others.subList(0, 20).forEach(heap::free);
    heap.close();
    heap.close();

    assertThat(told).hasSize(1);
    assertThat(told.getFirst().unplaced())
        .extracting(ClassStats::blockBytes, ClassStats::liveBlocks, ClassStats::liveBytes)
        .containsExactly(
            tuple(16L, 130L, 130L * 16), tuple(2048L, 100L, 100L * 2048), tuple(0L, 2L, 3 * MIB));
  }

  @Test
  void aListenerIsToldNothingIfNothingIsLive() {
    List<LeakReport> told = new ArrayList<>();
    try (Heap heap = Heap.builder().onLeak(told::add).fixed(8 * MIB)) {
      heap.free(heap.allocate(100, 1));
      heap.free(heap.allocate(MIB, 1));
    }
    try (Heap heap = Heap.builder().onLeak(told::add).growable(8 * MIB)) {
      assertThat(heap.stats().liveBlocks()).isZero();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void blocksAreStillThereWhileTheListenerIsTold() {
    List<Long> values = new ArrayList<>();
    MemorySegment[] block = new MemorySegment[1];
    try (Heap heap =
        Heap.builder()
            .onLeak(_ -> values.add(block[0].get(ValueLayout.JAVA_LONG, 0)))
            .fixed(8 * MIB)) {
      block[0] = heap.allocate(8, 8);
      block[0].set(ValueLayout.JAVA_LONG, 0, 42);
    }
    assertThat(values).containsExactly(42L);
    assertThatIllegalStateException().isThrownBy(() -> block[0].get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void aListenerThatThrowsDoesNotKeepTheHeapsMemory() {
    Heap heap =
        Heap.builder()
            .onLeak(
                _ -> {
                  throw new IllegalArgumentException("a leak");
                })
            .fixed(8 * MIB);
    MemorySegment block = heap.allocate(100, 1);
    assertThatThrownBy(heap::close)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a leak");
    assertThat(block.scope().isAlive()).isFalse();
  }

  @Test
  void unlessThereIsAListenerOneWarningIsLogged() throws Exception {
    String format = "-Djava.util.logging.SimpleFormatter.format=%4$s %3$s: %5$s%n";
    assertThat(ChildJvm.run(LeavesBlocks.class, format))
        .isEqualTo(
            """
            WARNING dev.cairn.memory.Heap: growable heap of 67108864 bytes was closed with live \
            blocks; free them, or allocate them in an arena over it:
            6 blocks of 3146800 bytes in all (3 of 16, 1 of 1024, 2 without a size class): to see who \
            allocated them, start with -Ddev.cairn.check=full (what is no Heap has to pass through \
            CheckedAllocator.over)

            """);
  }

  static final class LeavesBlocks {
    private LeavesBlocks() {}

    public static void main(String[] args) {
      try (Heap heap = Heap.growable(64 * MIB)) {
        heap.free(heap.allocate(5000, 1));
        for (long byteSize : new long[] {1, 2, 3, 1000, MIB, 2 * MIB}) {
          Objects.requireNonNull(heap.tryAllocate(byteSize, 1));
        }
      }
      try (Heap heap = Heap.fixed(8 * MIB)) {
        heap.free(heap.allocate(5000, 1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"OVER_NATIVE_MEMORY", "OVER_BYTES"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyBlockEndsAndEveryCallIsRefused(HeapKind kind) {
    Heap heap = kind.open(16 * MIB);
    List<MemorySegment> blocks = new ArrayList<>();
    for (long byteSize : new long[] {0, 1, 16, 1000, 5000, 100_000, 2 * MIB}) {
      blocks.add(heap.allocate(byteSize, 1));
    }
    heap.close();
    for (MemorySegment block : blocks) {
      assertThat(block.scope().isAlive()).isFalse();
      assertThatThrownBy(() -> heap.free(block)).isInstanceOf(AllocatorClosedException.class);
      assertThatThrownBy(() -> heap.resize(block, 1)).isInstanceOf(AllocatorClosedException.class);
      assertThatThrownBy(() -> heap.usableSize(block)).isInstanceOf(AllocatorClosedException.class);
      assertThatThrownBy(() -> heap.allocate(block.byteSize(), 1))
          .isInstanceOf(AllocatorClosedException.class)
          .hasMessageContaining("heap of 16777216 bytes");
      assertThatThrownBy(() -> heap.allocateZeroed(block.byteSize(), 1))
          .isInstanceOf(AllocatorClosedException.class);
    }
  }
}
