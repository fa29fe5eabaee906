package dev.cairn.trace;

import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A kind of allocator that has an exact size, which a trace can be fitted to.
///
/// @param name what it is called
/// @param least the smallest size that it has, in bytes
/// @param most the largest size that it has, in bytes
/// @param granule what its sizes are multiples of
/// @param opener replays against one
record FixedKind(String name, long least, long most, long granule, Opener opener) {
  // A heap of less is another one: it has no size classes and no caches.
  private static final long LEAST_WITH_CLASSES = 2L << 20;
  private static final long PAGE = 4096;
  private static final long GRANULE = 16;

  /// Opens an allocator of a size and replays against it.
  @FunctionalInterface
  interface Opener {
    int firstRefused(FittingPass pass, long byteSize);
  }

  /// The real-time heap with memory of its own.
  static FixedKind realtime(long most) {
    return new FixedKind(
        "RealtimeHeap",
        GRANULE,
        most,
        GRANULE,
        (pass, byteSize) -> inRealtimeHeap(pass, byteSize, 0));
  }

  /// The real-time heap in memory that begins where it can use the least of it: just after a
  /// multiple of its largest fragment.
  static FixedKind realtimeOver(long most) {
    return new FixedKind(
        "RealtimeHeap, over",
        GRANULE,
        most,
        GRANULE,
        (pass, byteSize) -> inRealtimeHeap(pass, byteSize, GRANULE));
  }

  /// Those whose size nobody has computed.
  ///
  /// @param memoryBytes the memory that there is
  static List<FixedKind> others(long memoryBytes) {
    return List.of(
        new FixedKind(
            "Heap below 2 MiB", GRANULE, LEAST_WITH_CLASSES - 1, GRANULE, FixedKind::inHeap),
        new FixedKind(
            "Heap",
            LEAST_WITH_CLASSES,
            Math.min(memoryBytes, Heap.MAX_BYTES),
            PAGE,
            FixedKind::inHeap),
        // It zeroes what it hands out: so it is the one that takes the memory.
        new FixedKind(
            "Region",
            GRANULE,
            Math.min(memoryBytes / 4, RealtimeHeap.MAX_BYTES),
            GRANULE,
            FixedKind::inRegion));
  }

  private static int inHeap(FittingPass pass, long byteSize) {
    // Its own memory would begin at a multiple of as much, and by chance of more.
    long lead = byteSize < LEAST_WITH_CLASSES ? GRANULE : PAGE;
    try (Heap ground = ground(byteSize + lead);
        Heap heap = Heap.builder().onLeak(_ -> {}).over(memory(ground, byteSize, lead))) {
      return pass.firstRefused(heap);
    }
  }

  private static int inRegion(FittingPass pass, long byteSize) {
    try (Heap ground = ground(byteSize + GRANULE);
        Region region = Region.over(memory(ground, byteSize, GRANULE))) {
      return pass.firstRefused(region);
    }
  }

  private static int inRealtimeHeap(FittingPass pass, long byteSize, long lead) {
    try (Heap ground = ground(byteSize + lead);
        RealtimeHeap heap =
            RealtimeHeap.confinedOver(memory(ground, byteSize, lead)).onLeak(_ -> {})) {
      return pass.firstRefused(heap);
    }
  }

  /// Address space with room for aligned memory of a size. It is not zeroed, as memory from the JDK
  /// is, so it takes none until it is touched.
  private static Heap ground(long byteSize) {
    return Heap.builder()
        .onLeak(_ -> {})
        .fixed(Math.ceilDiv(byteSize, PAGE) * PAGE + 2 * RealtimeHeap.MAX_ALIGNMENT);
  }

  /// Memory that begins so many bytes after a multiple of the largest alignment, wherever the
  /// ground is: so each replay at a size gives the same.
  private static MemorySegment memory(Heap ground, long byteSize, long lead) {
    return ground.allocate(byteSize + lead, RealtimeHeap.MAX_ALIGNMENT).asSlice(lead);
  }
}
