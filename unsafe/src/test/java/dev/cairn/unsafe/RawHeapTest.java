package dev.cairn.unsafe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.check.CheckLevel;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A heap by addresses does what it does by segments, refuses what it refuses, and makes no
/// garbage.
class RawHeapTest {
  private static final long MIB = 1 << 20;
  private static final long[] SIZES = {0, 1, 16, 100, 1024, 5000, 65_536, 70_000, MIB};

  @Test
  void blocksOfACheckedHeapGoPastTheChecksAndEachViewRefusesTheOthers() {
    try (Heap heap = Heap.builder().checked(CheckLevel.FULL).onLeak(_ -> {}).growable(8 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      long address = raw.allocate(100);
      MemorySegment block = heap.allocate(100, 8);
      assertThat(kindOf(raw, block.address())).isEqualTo(Kind.INTERIOR);
      MemorySegment view = AllMemory.SEGMENT.asSlice(address, 100);
      InvalidBlockException refusal =
          catchThrowableOfType(InvalidBlockException.class, () -> heap.free(view));
      assertThat(refusal.kind()).isEqualTo(Kind.FOREIGN);
      assertThatThrownBy(() -> heap.blockAt(address, 100))
          .isInstanceOf(InvalidBlockException.class)
          .hasMessageContaining("has handed out by itself, past the checks");
      assertThat(heap.stats().liveBlocks()).isEqualTo(2);
      assertThat(heap.leaks().unplaced()).extracting(ClassStats::liveBlocks).containsExactly(1L);
      heap.free(block);
      heap.validate();
      raw.free(address);
      assertThat(heap.leaks().isEmpty()).isTrue();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void aRawFreeOfWhatACheckedBlockLiesInIsFoundOutAndHarmsNothingElse() {
    Heap heap = Heap.builder().checked(CheckLevel.FULL).onLeak(_ -> {}).growable(8 * MIB);
    MemorySegment block = heap.allocate(100, 8);
    RawHeap.of(heap).free(block.address() - 32);
    heap.free(block);
    // The memory is given back when the block leaves the quarantine.
    assertThatThrownBy(heap::close).isInstanceOf(InvalidBlockException.class);
    assertThat(block.scope().isAlive()).isTrue();
    heap.close();
    assertThat(block.scope().isAlive()).isFalse();
  }

  private static Kind kindOf(RawHeap raw, long address) {
    return catchThrowableOfType(InvalidBlockException.class, () -> raw.free(address)).kind();
  }

  @Test
  void blocksHaveTheSizeThatWasAskedAndKeepTheirBytes() {
    try (Heap heap = Heap.growable(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      Map<Long, Long> blocks = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        for (long byteSize : SIZES) {
          long block = raw.allocate(byteSize);
          assertThat(block % 16).isZero();
          assertThat(raw.usableSize(block)).isGreaterThanOrEqualTo(byteSize);
          fill(block, byteSize);
          assertThat(blocks.put(block, byteSize)).isNull();
        }
      }
      assertThat(heap.stats().liveBlocks()).isEqualTo(20L * SIZES.length);
      blocks.forEach(
          (block, byteSize) -> {
            requireFilled(block, byteSize);
            raw.free(block);
          });
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 8, 16, 64, 512, 4096, 8192, MIB})
  void alignedBlocksAreAlignedAndAreFreedByTheirAddressAlone(long alignment) {
    try (Heap heap = Heap.fixed(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      for (long byteSize : SIZES) {
        long block = raw.allocate(byteSize, alignment);
        assertThat(block % alignment).isZero();
        assertThat(raw.usableSize(block)).isGreaterThanOrEqualTo(byteSize);
        raw.free(block);
        assertRefused(raw, block, Kind.NOT_LIVE);
      }
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  @Test
  void zeroedBlocksAreZeroAlsoWhereOthersWere() {
    try (Heap heap = Heap.growable(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      for (long byteSize : SIZES) {
        long used = raw.allocate(byteSize);
        segment(used, byteSize).fill((byte) -1);
        raw.free(used);
        long zeroed = raw.allocateZeroed(byteSize);
        assertThat(segment(zeroed, byteSize).mismatch(zeros(byteSize))).isEqualTo(-1);
        raw.free(zeroed);
      }
    }
  }

  @Test
  void whatOneViewHandsOutTheOtherTakesBack() {
    try (Heap heap = Heap.growable(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      for (long byteSize : SIZES) {
        MemorySegment segment = heap.allocate(byteSize, 1);
        assertThat(raw.usableSize(segment.address())).isEqualTo(heap.usableSize(segment));
        raw.free(segment.address());
        assertThatThrownBy(() -> heap.free(segment)).isInstanceOf(InvalidBlockException.class);

        MemorySegment odd = heap.allocate(byteSize, 4096);
        raw.free(odd.address());

        long block = raw.allocate(byteSize);
        List<MemorySegment> live = new ArrayList<>();
        heap.walk(live::add);
        assertThat(live).hasSize(1);
        assertThat(live.getFirst().address()).isEqualTo(block);
        assertThat(live.getFirst().byteSize()).isEqualTo(raw.usableSize(block));
        heap.free(live.getFirst());
        assertRefused(raw, block, Kind.NOT_LIVE);
      }
      heap.validate();
    }
  }

  @Test
  void everyCallRefusesWhatIsNoLiveBlockByItsAddress() {
    try (Heap heap = Heap.growable(64 * MIB);
        Heap other = Heap.fixed(8 * MIB);
        Arena arena = Arena.ofConfined()) {
      RawHeap raw = RawHeap.of(heap);
      for (long byteSize : SIZES) {
        long witness = raw.allocate(byteSize);
        fill(witness, byteSize);
        long block = raw.allocate(byteSize);
        raw.free(block);
        assertRefused(raw, block, Kind.NOT_LIVE, Kind.FOREIGN);
        for (long offset = 1; offset < raw.usableSize(witness); offset = offset * 3 / 2 + 1) {
          assertRefused(raw, witness + offset, Kind.INTERIOR);
        }
        assertRefused(raw, other.allocate(byteSize, 1).address(), Kind.FOREIGN);
        assertRefused(raw, arena.allocate(byteSize, 16).address(), Kind.FOREIGN);
        requireFilled(witness, byteSize);
        raw.free(witness);
      }
      for (long address : new long[] {0, 1, 8, 16, -1, -16, 1L << 47, -(1L << 47), 1L << 62}) {
        assertRefused(raw, address, Kind.NULL, Kind.FOREIGN);
      }
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(other.stats().liveBlocks()).isEqualTo(SIZES.length);
    }
  }

  @Test
  void inAHeapOfSeveralPiecesWrongAddressesAreRefusedToo() {
    try (Heap heap = Heap.builder().fromArenas().growable(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      long small = raw.allocate(100);
      long large = raw.allocate(5 * MIB);
      assertRefused(raw, small + 16, Kind.INTERIOR);
      assertRefused(raw, large + 16, Kind.INTERIOR);
      for (long address : new long[] {0, 16, 4 * MIB, 4 * MIB + 16, -16, 1L << 47, 1L << 62}) {
        assertRefused(raw, address, Kind.NULL, Kind.FOREIGN);
      }
      raw.free(small);
      raw.free(large);
      assertRefused(raw, small, Kind.NOT_LIVE);
      heap.validate();
    }
  }

  @Test
  void anAddressThatNoMemoryCanHaveIsRefusedInAHeapOfSeveralPieces() {
    try (Heap heap = Heap.builder().fromArenas().growable(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      long block = raw.allocate(100);
      // The first block of a heap is at position 4 MiB.
      assertRefused(raw, Long.MIN_VALUE + 4 * MIB, Kind.FOREIGN);
      raw.free(block);
    }
  }

  private static void assertRefused(RawHeap raw, long address, Kind... kinds) {
    Map<String, LongConsumer> calls =
        Map.of(
            "free", raw::free,
            "usableSize", raw::usableSize,
            "resize", wrong -> raw.resize(wrong, 10),
            "resize to more", wrong -> raw.resize(wrong, 2 * MIB),
            "reallocate", wrong -> raw.reallocate(wrong, 10));
    calls.forEach(
        (name, call) -> {
          InvalidBlockException refusal =
              catchThrowableOfType(InvalidBlockException.class, () -> call.accept(address));
          assertThat(refusal).as("%s of 0x%x is accepted", name, address).isNotNull();
          assertThat(refusal.kind()).as(refusal.getMessage()).isIn(Set.of(kinds));
          assertThat(refusal.address()).isEqualTo(address);
          assertThat(refusal).hasMessageContaining("0x" + Long.toHexString(address));
        });
  }

  @Test
  void blocksChangeTheirSizeWhereTheyStandOrMoveWithTheirBytes() {
    try (Heap heap = Heap.fixed(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      for (long from : SIZES) {
        for (long to : SIZES) {
          long block = raw.allocate(from);
          fill(block, from);
          boolean resized = raw.resize(block, to);
          assertThat(raw.usableSize(block)).isGreaterThanOrEqualTo(resized ? to : from);
          requireFilled(block, Math.min(from, to));
          long moved = raw.reallocate(block, to);
          assertThat(moved == block).isEqualTo(resized);
          requireFilled(moved, Math.min(from, to));
          assertThat(heap.stats().liveBlocks()).isEqualTo(1);
          raw.free(moved);
        }
      }
      heap.validate();
    }
  }

  @Test
  void whatThereIsNoRoomForIsRefusedAndChangesNothing() {
    try (Heap heap = Heap.fixed(8 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      long block = raw.allocate(5 * MIB);
      fill(block, 5 * MIB);
      long neighbour = raw.allocate(MIB);
      assertThatThrownBy(() -> raw.allocate(4 * MIB))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContainingAll("4194304 bytes", "2097152 bytes free");
      assertThatThrownBy(() -> raw.allocate(4 * MIB, 4096))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThatThrownBy(() -> raw.allocateZeroed(4 * MIB))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(raw.resize(block, 7 * MIB)).isFalse();
      assertThatThrownBy(() -> raw.reallocate(block, 7 * MIB))
          .isInstanceOf(MemoryExhaustedException.class);
      requireFilled(block, 5 * MIB);
      raw.free(neighbour);
      assertThat(raw.reallocate(block, 7 * MIB)).isEqualTo(block);
      requireFilled(block, 5 * MIB);
    }
  }

  @Test
  void sizesAndAlignmentsThatAreNoneAreRefused() {
    try (Heap heap = Heap.fixed(8 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      long block = raw.allocate(10);
      for (long negative = -1; negative > -100; negative--) {
        long byteSize = negative;
        assertThatThrownBy(() -> raw.allocate(byteSize)).isInstanceOf(LayoutException.class);
        assertThatThrownBy(() -> raw.allocateZeroed(byteSize)).isInstanceOf(LayoutException.class);
      }
      assertThatThrownBy(() -> raw.allocate(Long.MIN_VALUE)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.allocate(-1, 16)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.allocate(1, 3)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.allocate(1, 0)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.resize(block, -1)).isInstanceOf(LayoutException.class);
      assertThatThrownBy(() -> raw.reallocate(block, -1)).isInstanceOf(LayoutException.class);
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @Test
  void aHeapInAnArrayHasNoAddresses() {
    try (Heap heap = Heap.over(MemorySegment.ofArray(new long[1000]))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RawHeap.of(heap))
          .withMessageContainingAll("Java array", "segments");
    }
  }

  @Test
  void afterClosingEveryCallIsRefused() {
    Heap heap = Heap.fixed(8 * MIB);
    RawHeap raw = RawHeap.of(heap);
    long block = raw.allocate(100);
    heap.close();
    assertThatThrownBy(() -> raw.allocate(100)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> raw.allocate(100, 64)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> raw.allocateZeroed(100)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> raw.free(block)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> raw.resize(block, 50)).isInstanceOf(AllocatorClosedException.class);
    assertThatThrownBy(() -> raw.usableSize(block)).isInstanceOf(AllocatorClosedException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {16, 1000, 8_000})
  void pairsMakeNoGarbage(long byteSize) throws Throwable {
    try (Heap heap = Heap.fixed(64 * MIB)) {
      RawHeap raw = RawHeap.of(heap);
      MethodHandle allocatedBytes = allocatedBytes();
      pairs(raw, byteSize, 20_000);
      // The JVM itself allocates a little on a thread now and then, but not in every round.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = (long) allocatedBytes.invokeExact();
        pairs(raw, byteSize, 100_000);
        least = Math.min(least, (long) allocatedBytes.invokeExact() - before);
      }
      assertThat(least).isZero();
    }
  }

  private static void pairs(RawHeap raw, long byteSize, int count) {
    for (int i = 0; i < count; i++) {
      long first = raw.allocate(byteSize);
      long second = raw.allocate(byteSize);
      raw.free(first);
      raw.free(second);
    }
  }

  /// What this thread has allocated on the Java heap. No module of Cairn reads that of management.
  static MethodHandle allocatedBytes() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
    return MethodHandles.publicLookup()
        .findVirtual(type, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
        .bindTo(bean);
  }

  private static void fill(long address, long byteSize) {
    segment(address, byteSize).copyFrom(pattern(byteSize));
  }

  private static void requireFilled(long address, long byteSize) {
    assertThat(segment(address, byteSize).mismatch(pattern(byteSize))).isEqualTo(-1);
  }

  private static MemorySegment pattern(long byteSize) {
    byte[] bytes = new byte[(int) byteSize];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 12));
    }
    return MemorySegment.ofArray(bytes);
  }

  private static MemorySegment zeros(long byteSize) {
    return MemorySegment.ofArray(new byte[(int) byteSize]);
  }

  private static MemorySegment segment(long address, long byteSize) {
    return new Pointer(address).toSegment(byteSize);
  }
}
