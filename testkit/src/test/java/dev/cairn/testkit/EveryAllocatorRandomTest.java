package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.memory.WipingAllocator;
import dev.cairn.testkit.RandomPrograms.Tally;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of allocator withstands ten million calls of random programs; checked ones, which are
/// slow, fewer. This runs a hundred million with each real-time heap:
///
///     ./mvnw test -pl testkit -am -Dtest='EveryAllocatorRandomTest#*ealtime*' \
///         -Dsurefire.failIfNoSpecifiedTests=false -Ddev.cairn.operations=100000000
class EveryAllocatorRandomTest {
  private static final long OPERATIONS = Long.getLong("dev.cairn.operations", 10_000_000);
  private static final int CAPACITY = 1 << 20;
  // The least with slabs, so that it is full at times.
  private static final int SLABS = 2 << 20;

  @Test
  void fixedHeap() {
    run(heaps(() -> Heap.fixed(CAPACITY)));
  }

  @Test
  void growableHeap() {
    run(heaps(() -> Heap.growable(CAPACITY)));
  }

  @Test
  void heapOverNativeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      run(heapsOver(arena.allocate(CAPACITY + 4, 16).asSlice(4)));
    }
  }

  @Test
  void heapOverAMappedFile(@TempDir Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      run(heapsOver(HeapContractTest.map(directory.resolve("heap"), CAPACITY, arena)));
    }
  }

  @Test
  void heapOverBytes() {
    run(heapsOver(MemorySegment.ofArray(new byte[CAPACITY])).alignmentsUpTo(1));
  }

  @Test
  void heapOverLongs() {
    run(heapsOver(MemorySegment.ofArray(new long[CAPACITY / Long.BYTES])).alignmentsUpTo(8));
  }

  @Test
  void fixedHeapWithSlabs() {
    run(heaps(() -> Heap.fixed(SLABS)));
  }

  @Test
  void growableHeapWithSlabs() {
    run(heaps(() -> Heap.growable(SLABS)));
  }

  @Test
  void growableHeapWithSlabsFromArenas() {
    run(heaps(() -> Heap.builder().fromArenas().growable(SLABS)));
  }

  @Test
  void heapWithSlabsOverNativeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      run(heapsOver(arena.allocate(SLABS + 4096, 16).asSlice(4)));
    }
  }

  @Test
  void heapWithSlabsOverBytes() {
    run(heapsOver(MemorySegment.ofArray(new byte[SLABS])).alignmentsUpTo(1));
  }

  @Test
  void fixedRegion() {
    run(regions(() -> Region.fixed(CAPACITY)));
  }

  @Test
  void growableRegion() {
    run(regions(() -> Region.growable(CAPACITY)));
  }

  @Test
  void regionOverNativeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(CAPACITY + 4, 16).asSlice(4);
      run(regions(() -> Region.over(memory)).within(memory));
    }
  }

  @Test
  void regionOverBytes() {
    MemorySegment memory = MemorySegment.ofArray(new byte[CAPACITY]);
    run(regions(() -> Region.over(memory)).within(memory).alignmentsUpTo(1));
  }

  @Test
  void confinedRealtimeHeap() {
    run(realtimeHeaps(() -> RealtimeHeap.confined(CAPACITY)));
  }

  @Test
  void sharedRealtimeHeap() {
    run(realtimeHeaps(() -> RealtimeHeap.shared(CAPACITY)));
  }

  @Test
  void realtimeHeapOverNativeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(CAPACITY + 4, 16).asSlice(4);
      run(realtimeHeaps(() -> RealtimeHeap.confinedOver(memory)).within(memory));
    }
  }

  @Test
  void realtimeHeapOverBytes() {
    MemorySegment memory = MemorySegment.ofArray(new byte[CAPACITY]);
    run(realtimeHeaps(() -> RealtimeHeap.sharedOver(memory)).within(memory).alignmentsUpTo(1));
  }

  @Test
  void systemAllocatorOfOneThread() {
    run(RandomPrograms.of(SystemAllocator::ofConfined));
  }

  @Test
  void systemAllocatorOfAllThreads() {
    // Slow: each of its frees stops every thread of the JVM for a moment.
    run(RandomPrograms.of(SystemAllocator::ofShared));
  }

  @Test
  void checkedHeap() {
    run(checked(CheckedAllocator.builder()), OPERATIONS / 10);
  }

  @Test
  void checkedHeapForOneThread() {
    run(checked(CheckedAllocator.builder().confined()), OPERATIONS / 10);
  }

  @Test
  void checkedHeapWithSlabsAndFewInQuarantine() {
    CheckedAllocatorBuilder builder = CheckedAllocator.builder().quarantine(1 << 16, 10);
    run(checked(builder, () -> Heap.growable(SLABS)), OPERATIONS / 10);
  }

  @Test
  void checkedRegion() {
    run(
        checked(CheckedAllocator.builder().quarantine(0, 0), () -> Region.fixed(CAPACITY)),
        OPERATIONS / 10);
  }

  @Test
  void heapOfWhichSomeIsChecked() {
    run(checked(CheckedAllocator.builder().sampledEvery(4096).seed(7)), OPERATIONS / 2);
  }

  @Test
  void wipingHeap() {
    run(RandomPrograms.of(() -> WipingAllocator.over(Heap.growable(SLABS))), OPERATIONS / 10);
  }

  @Test
  void wipingRegion() {
    run(RandomPrograms.of(() -> WipingAllocator.over(Region.fixed(CAPACITY))), OPERATIONS / 10);
  }

  private static RandomPrograms<CheckedAllocator> checked(CheckedAllocatorBuilder builder) {
    return checked(builder, () -> Heap.growable(CAPACITY));
  }

  private static RandomPrograms<CheckedAllocator> checked(
      CheckedAllocatorBuilder builder, Supplier<? extends Allocator> below) {
    return RandomPrograms.of(() -> builder.onLeak(_ -> {}).over(below.get()))
        .validatingEvery(1000, CheckedAllocator::validate);
  }

  private static RandomPrograms<Heap> heapsOver(MemorySegment memory) {
    return heaps(() -> Heap.over(memory)).within(memory);
  }

  private static RandomPrograms<Heap> heaps(Supplier<Heap> opener) {
    return RandomPrograms.of(opener).validatingEvery(1000, Heap::validate);
  }

  private static RandomPrograms<RealtimeHeap> realtimeHeaps(Supplier<RealtimeHeap> opener) {
    return RandomPrograms.of(opener).validatingEvery(1000, RealtimeHeap::validate);
  }

  private static RandomPrograms<Region> regions(Supplier<Region> opener) {
    return RandomPrograms.of(opener).validatingEvery(1000, Region::validate);
  }

  private static void run(RandomPrograms<?> programs) {
    run(programs, OPERATIONS);
  }

  private static void run(RandomPrograms<?> programs, long operations) {
    Tally tally = programs.operations(operations).run();
    assertThat(tally.operations()).isGreaterThanOrEqualTo(operations);
    assertThat(tally.exhausted()).isPositive().isLessThan(operations / 10);
  }
}
