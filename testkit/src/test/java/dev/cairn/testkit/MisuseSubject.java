package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Pool;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.memory.WipingAllocator;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;

/// The allocators that the tests of misuse run with, and what each promises beyond refusing what is
/// not a live block. Where one does not promise something, the tests show what happens instead.
enum MisuseSubject {
  FIXED_HEAP(Promise.ARENAS),
  GROWABLE_HEAP(Promise.ARENAS),
  SMALL_GROWABLE_HEAP(Promise.ARENAS),
  TINY_FIXED_HEAP(Promise.ARENAS),
  TINY_GROWABLE_HEAP(Promise.ARENAS),
  HEAP_OVER_NATIVE_MEMORY(Promise.BLOCKS_STAY),
  HEAP_OVER_LONGS(Promise.BLOCKS_STAY),
  CONFINED_REALTIME_HEAP(Promise.ARENAS, Promise.ONE_THREAD),
  SHARED_REALTIME_HEAP(Promise.ARENAS),
  REALTIME_HEAP_OVER_MEMORY(Promise.BLOCKS_STAY),
  CONFINED_POOL(Promise.ARENAS, Promise.ONE_THREAD, Promise.EXACT_SIZES),
  SHARED_POOL(Promise.ARENAS, Promise.EXACT_SIZES),
  FIXED_REGION(Promise.ARENAS, Promise.ONE_THREAD, Promise.ZEROED),
  GROWABLE_REGION(Promise.ARENAS, Promise.ONE_THREAD, Promise.ZEROED),
  REGION_OVER_MEMORY(Promise.BLOCKS_STAY, Promise.ONE_THREAD, Promise.ZEROED),
  CONFINED_MALLOC(
      Promise.ARENAS,
      Promise.ONE_THREAD,
      Promise.EXACT_SIZES,
      Promise.ENDS_WITH_FREE,
      Promise.TOLD_AFTER_REUSE,
      Promise.BOOKKEEPING_AMONG_BLOCKS),
  SHARED_MALLOC(
      Promise.ARENAS,
      Promise.EXACT_SIZES,
      Promise.ENDS_WITH_FREE,
      Promise.TOLD_AFTER_REUSE,
      Promise.BOOKKEEPING_AMONG_BLOCKS),
  CHECKED_HEAP(
      Promise.ARENAS, Promise.EXACT_SIZES, Promise.TOLD_AFTER_REUSE, Promise.FINDS_STRAY_WRITES),
  CHECKED_HEAP_OF_A_THREAD(
      Promise.ARENAS,
      Promise.ONE_THREAD,
      Promise.EXACT_SIZES,
      Promise.ENDS_WITH_FREE,
      Promise.TOLD_AFTER_REUSE,
      Promise.FINDS_STRAY_WRITES),
  CHECKED_HEAP_OVER_LONGS(
      Promise.BLOCKS_STAY,
      Promise.EXACT_SIZES,
      Promise.TOLD_AFTER_REUSE,
      Promise.FINDS_STRAY_WRITES),
  CHECKED_REALTIME_HEAP(
      Promise.ARENAS, Promise.EXACT_SIZES, Promise.TOLD_AFTER_REUSE, Promise.FINDS_STRAY_WRITES),
  CHECKED_POOL(
      Promise.ARENAS, Promise.EXACT_SIZES, Promise.TOLD_AFTER_REUSE, Promise.FINDS_STRAY_WRITES),
  CHECKED_REGION(
      Promise.ARENAS,
      Promise.ONE_THREAD,
      Promise.EXACT_SIZES,
      Promise.TOLD_AFTER_REUSE,
      Promise.FINDS_STRAY_WRITES),
  CHECKED_MALLOC(
      Promise.ARENAS,
      Promise.EXACT_SIZES,
      Promise.TOLD_AFTER_REUSE,
      Promise.FINDS_STRAY_WRITES,
      Promise.BOOKKEEPING_AMONG_BLOCKS),
  WIPING_HEAP(Promise.ARENAS, Promise.EXACT_SIZES, Promise.WIPES),
  WIPING_MALLOC(
      Promise.ARENAS,
      Promise.EXACT_SIZES,
      Promise.ENDS_WITH_FREE,
      Promise.TOLD_AFTER_REUSE,
      Promise.WIPES,
      Promise.BOOKKEEPING_AMONG_BLOCKS);

  /// What an allocator says of itself.
  enum Promise {
    /// It opens arenas.
    ARENAS,
    /// It lies in memory of the caller, where blocks can be accessed after it has closed.
    BLOCKS_STAY,
    /// It is for one thread, and refuses all others.
    ONE_THREAD,
    /// It compares sizes exactly, and not as it rounds them.
    EXACT_SIZES,
    /// New blocks are zero.
    ZEROED,
    /// Access to a block that was freed throws.
    ENDS_WITH_FREE,
    /// A second free is refused also if another block has the place by now.
    TOLD_AFTER_REUSE,
    /// Writes beside blocks, and to those that were freed, are found and told with the stacks.
    FINDS_STRAY_WRITES,
    /// Blocks are zero when they go back.
    WIPES,
    /// A stray write can destroy the allocator itself, as in a malloc of C.
    BOOKKEEPING_AMONG_BLOCKS
  }

  static final int CAPACITY = 8 << 20;
  private static final int TINY = 1 << 20;
  private static final Layout SLOT = new Layout(1 << 17, 64);
  private static final int SLOTS = CAPACITY / (1 << 17);

  @SuppressWarnings("ImmutableEnumChecker") // it is a copy that nobody can change
  private final Set<Promise> promises;

  MisuseSubject(Promise... promises) {
    this.promises = Set.of(promises);
  }

  boolean promises(Promise promise) {
    return promises.contains(promise);
  }

  /// The allocator below the one that is misused.
  ///
  /// @param memory what it is over, if it is over memory of the caller
  Allocator openBelow(MemorySegment memory) {
    return switch (this) {
      case FIXED_HEAP -> Heap.builder().onLeak(_ -> {}).fixed(64 << 20);
      case GROWABLE_HEAP, CHECKED_HEAP, CHECKED_HEAP_OF_A_THREAD, WIPING_HEAP ->
          Heap.builder().onLeak(_ -> {}).growable(1L << 30);
      case SMALL_GROWABLE_HEAP -> Heap.builder().onLeak(_ -> {}).growable(4 << 20);
      case TINY_FIXED_HEAP -> Heap.builder().onLeak(_ -> {}).fixed(TINY);
      case TINY_GROWABLE_HEAP -> Heap.builder().onLeak(_ -> {}).growable(TINY);
      case HEAP_OVER_NATIVE_MEMORY, HEAP_OVER_LONGS, CHECKED_HEAP_OVER_LONGS ->
          Heap.builder().onLeak(_ -> {}).over(memory);
      case CONFINED_REALTIME_HEAP -> RealtimeHeap.confined(CAPACITY).onLeak(_ -> {});
      case SHARED_REALTIME_HEAP, CHECKED_REALTIME_HEAP ->
          RealtimeHeap.shared(CAPACITY).onLeak(_ -> {});
      case REALTIME_HEAP_OVER_MEMORY -> RealtimeHeap.sharedOver(memory).onLeak(_ -> {});
      case CONFINED_POOL -> Pool.confined(SLOT, SLOTS);
      case SHARED_POOL, CHECKED_POOL -> Pool.shared(SLOT, SLOTS);
      case FIXED_REGION, CHECKED_REGION -> Region.fixed(CAPACITY);
      case GROWABLE_REGION -> Region.growable(CAPACITY);
      case REGION_OVER_MEMORY -> Region.over(memory);
      case CONFINED_MALLOC -> SystemAllocator.ofConfined();
      case SHARED_MALLOC, CHECKED_MALLOC, WIPING_MALLOC -> SystemAllocator.ofShared();
    };
  }

  /// The allocator that is misused.
  Allocator openOver(Allocator below) {
    if (promises(Promise.WIPES)) {
      return WipingAllocator.over(below);
    }
    if (!promises(Promise.FINDS_STRAY_WRITES)) {
      return below;
    }
    var builder = CheckedAllocator.builder().onLeak(_ -> {});
    return (this == CHECKED_HEAP_OF_A_THREAD ? builder.confined() : builder).over(below);
  }

  boolean isOverArray() {
    return this == HEAP_OVER_LONGS || this == CHECKED_HEAP_OVER_LONGS;
  }

  boolean isPool() {
    return this == CONFINED_POOL || this == SHARED_POOL || this == CHECKED_POOL;
  }

  /// Of some sizes those of which it has room for several blocks.
  long[] sizes(long... sizes) {
    long most =
        switch (this) {
          case CONFINED_POOL, SHARED_POOL, CHECKED_POOL, TINY_FIXED_HEAP, TINY_GROWABLE_HEAP ->
              100_000;
          default -> Long.MAX_VALUE;
        };
    return LongStream.of(sizes).filter(size -> size <= most).toArray();
  }

  /// What it says of a block that was freed.
  Set<Kind> ofFreed() {
    return switch (this) {
      // The memory may have been given back.
      case GROWABLE_HEAP, SMALL_GROWABLE_HEAP, TINY_GROWABLE_HEAP, GROWABLE_REGION, WIPING_HEAP ->
          EnumSet.of(Kind.NOT_LIVE, Kind.FOREIGN);
      default -> EnumSet.of(Kind.NOT_LIVE);
    };
  }

  /// What it says of memory that it has never handed out.
  Set<Kind> ofForeign() {
    // A malloc does not know which memory is its own.
    return promises(Promise.BOOKKEEPING_AMONG_BLOCKS)
        ? EnumSet.of(Kind.NOT_LIVE, Kind.FOREIGN)
        : EnumSet.of(Kind.FOREIGN);
  }
}
