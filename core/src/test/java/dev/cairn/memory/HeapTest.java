package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapTest {

  @Test
  void aFixedHeapHasExactlyItsSize() {
    try (Heap heap = Heap.fixed(4096)) {
      assertThat(heap.stats().footprintBytes()).isEqualTo(4096);
      for (int i = 0; i < 256; i++) {
        assertThat(heap.tryAllocate(16, 16)).isNotNull();
      }
      assertThat(heap.tryAllocate(0, 1)).isNull();
      assertThat(heap.stats().footprintBytes()).isEqualTo(4096);
      heap.validate();
    }
  }

  @Test
  void exhaustionSaysWhatWasAskedAndWhatThereIs() {
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment first = heap.allocate(400, 8);
      heap.allocate(400, 8);
      heap.free(first);
      assertThatThrownBy(() -> heap.allocate(500, 8))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContainingAll(
              "500 bytes aligned to 8",
              "fixed heap of 1024 bytes",
              "624 bytes free",
              "400 of them");
      assertThat(heap.allocate(400, 8).byteSize()).isEqualTo(400);
    }
  }

  @Test
  void aGrowableHeapGrowsToItsLimitAndGivesBack() {
    try (Heap heap = Heap.growable(10 << 20)) {
      assertThat(heap.stats().footprintBytes()).isZero();
      List<MemorySegment> blocks = new ArrayList<>();
      for (MemorySegment b; (b = heap.tryAllocate(10_000, 8)) != null; ) {
        blocks.add(b);
      }
      long full = heap.stats().footprintBytes();
      assertThat(full).isBetween(9L << 20, 10L << 20);
      heap.validate();
      blocks.forEach(heap::free);
      heap.trim();
      assertThat(heap.stats().footprintBytes()).isZero();
      heap.validate();
    }
  }

  @Test
  void memoryThatIsRetainedMakesRoomForALargerRequest() {
    try (Heap heap = Heap.growable(1 << 20)) {
      heap.free(heap.allocate(600_000, 8));
      assertThat(heap.stats().footprintBytes()).isGreaterThanOrEqualTo(600_000);
      assertThat(heap.allocate(1_000_000, 8).byteSize()).isEqualTo(1_000_000);
    }
  }

  @Test
  void aHeapWorksInAMappedFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("heap");
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 65536, arena);
      try (Heap heap = Heap.over(mapped)) {
        heap.allocate(64, 64).setString(0, "kept in the file");
      }
      mapped.force();
    }
    assertThat(Files.readString(file).strip()).startsWith("kept in the file");
  }

  @Test
  void aHeapWorksInAnArrayWithTheAlignmentOfItsElements() {
    try (Heap heap = Heap.over(MemorySegment.ofArray(new byte[4096]))) {
      MemorySegment block = heap.allocate(100);
      block.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 42);
      assertThat(block.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(42);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> heap.allocate(8, 8))
          .withMessageContainingAll("alignment 8", "byte[]", "long[]");
      heap.free(block);
      heap.validate();
    }
    try (Heap heap = Heap.over(MemorySegment.ofArray(new long[512]))) {
      assertThat(heap.allocate(ValueLayout.JAVA_LONG).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void memoryThatBeginsAtAnOddAddressIsTrimmed() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1024, 16).asSlice(3);
      try (Heap heap = Heap.over(memory)) {
        assertThat(heap.allocate(16, 16).address() % 16).isZero();
        assertThat(heap.stats().footprintBytes()).isEqualTo(1024 - 16);
      }
    }
  }

  @Test
  void aSliceOfAnArrayIsTrimmedToo() {
    MemorySegment memory = MemorySegment.ofArray(new long[100]).asSlice(4);
    try (Heap heap = Heap.over(memory)) {
      MemorySegment block = heap.allocate(8, 8);
      block.set(ValueLayout.JAVA_LONG, 0, 42);
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
    }
  }

  @Test
  void twoClosesOfAnArenaCountAsOne() throws Exception {
    try (Heap heap = Heap.fixed(1 << 20);
        Arena other = heap.sharedArena();
        var executor = Executors.newFixedThreadPool(2)) {
      MemorySegment block = other.allocate(64, 8);
      for (int round = 0; round < 300; round++) {
        @SuppressWarnings("MustBeClosedChecker") // two tasks close it
        Arena arena = heap.sharedArena();
        arena.allocate(64, 8);
        Callable<Boolean> closing =
            () -> {
              try {
                arena.close();
                return true;
              } catch (IllegalStateException wasFirst) {
                return false;
              }
            };
        int closed = 0;
        for (Future<Boolean> result : executor.invokeAll(List.of(closing, closing))) {
          closed += result.get() ? 1 : 0;
        }
        assertThat(closed).isEqualTo(1);
        assertThatIllegalStateException()
            .isThrownBy(heap::close)
            .withMessageContaining("while an arena over it is open");
      }
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isZero();
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @Test
  void oneBlockFreedBehindAnArenasBackDoesNotLoseTheOthers() {
    try (Heap heap = Heap.growable(1 << 20)) {
      MemorySegment stale = heap.allocate(64, 8);
      heap.free(stale);
      Arena arena = heap.confinedArena();
      MemorySegment block = arena.allocate(64, 8);
      arena.allocate(1000, 8);
      arena.allocate(1000, 8);
      assertThat(block.address()).isEqualTo(stale.address());
      heap.free(stale);
      assertThatThrownBy(arena::close).isInstanceOf(InvalidBlockException.class);
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void nothingIsGivenBackUnderAnArena() {
    try (Heap heap = Heap.builder().fromArenas().growable(1 << 24);
        Arena arena = heap.confinedArena()) {
      MemorySegment segment = arena.allocate(1 << 20, 8);
      heap.free(heap.allocate(1 << 21, 8));
      heap.free(heap.allocate(1 << 22, 8));
      long footprint = heap.stats().footprintBytes();
      assertThat(footprint).isGreaterThanOrEqualTo(7L << 20);
      assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isZero();
    }
  }

  @Test
  void anArenaOverMemoryThatMayEndIsRefused() {
    try (Arena below = Arena.ofConfined();
        Heap heap = Heap.over(below.allocate(4096))) {
      assertThatThrownBy(heap::confinedArena)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll("may end", "Heap.fixed");
      assertThatThrownBy(heap::sharedArena).isInstanceOf(UnsupportedOperationException.class);
    }
    try (Heap heap = Heap.over(Arena.global().allocate(4096));
        Arena arena = heap.sharedArena()) {
      assertThat(arena.allocate(8, 8).byteSize()).isEqualTo(8);
    }
  }

  @Test
  void aReadOnlyViewIsNotABlock() {
    try (Heap heap = Heap.fixed(4096)) {
      MemorySegment view = heap.allocate(8, 8).asReadOnly();
      assertThatThrownBy(() -> heap.resize(view, 16)).isInstanceOf(InvalidBlockException.class);
      assertThatThrownBy(() -> heap.free(view)).hasMessageContaining("read-only");
    }
  }

  @Test
  void memoryThatCannotBeWrittenIsRefused() {
    MemorySegment memory = MemorySegment.ofArray(new byte[64]).asReadOnly();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.over(memory))
        .withMessageContaining("read-only");
  }

  @Test
  void badSizesOfAHeapAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.fixed(-1))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException().isThrownBy(() -> Heap.fixed(Heap.MAX_BYTES + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Heap.growable(-5));
  }

  @Test
  void aViewOfAnArenaCannotBeFreedBehindItsBack() {
    try (Heap heap = Heap.fixed(4096)) {
      try (Arena arena = heap.confinedArena()) {
        MemorySegment view = arena.allocate(100, 8);
        assertThatThrownBy(() -> heap.free(view))
            .isInstanceOfSatisfying(
                InvalidBlockException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FOREIGN));
        assertThat(heap.stats().liveBlocks()).isEqualTo(1);
      }
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void blocksAreFreedByOtherThreads() throws Exception {
    try (Heap heap = Heap.growable(64 << 20);
        var executor = Executors.newFixedThreadPool(4)) {
      List<Callable<List<MemorySegment>>> allocating = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        allocating.add(
            () -> {
              List<MemorySegment> blocks = new ArrayList<>();
              for (int i = 0; i < 5_000; i++) {
                MemorySegment block = heap.allocate(8 + i % 500, 8);
                block.set(ValueLayout.JAVA_LONG, 0, block.address());
                blocks.add(block);
              }
              return blocks;
            });
      }
      List<Future<?>> freeing = new ArrayList<>();
      for (Future<List<MemorySegment>> blocks : executor.invokeAll(allocating)) {
        List<MemorySegment> mine = blocks.get();
        freeing.add(
            executor.submit(
                () -> {
                  for (MemorySegment block : mine) {
                    assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(block.address());
                    heap.free(block);
                  }
                }));
      }
      for (Future<?> done : freeing) {
        done.get();
      }
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(heap.stats().frees()).isEqualTo(20_000);
      heap.validate();
    }
  }

  @Test
  void closingEndsEveryBlock() {
    Heap heap = Heap.growable(1 << 20);
    MemorySegment block = heap.allocate(8, 8);
    heap.close();
    assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    assertThat(heap.stats().footprintBytes()).isZero();
  }
}
