package dev.cairn.memory;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.engine.BlockMap;
import dev.cairn.platform.Zeros;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One run of memory, and the map of the blocks in it.
final class Extent {
  /// A line of the cache: what holds so many aligned blocks holds them wherever it lies.
  static final long BASE_ALIGNMENT = 64;

  final MemorySegment memory;
  final BlockMap map;
  final long base;
  private final @Nullable Object array;
  // The arena that owns the memory; null where the caller does.
  private final @Nullable Arena owner;

  // The bytes from here on have been zero since the memory was taken.
  private long fresh;

  private Extent(BlockMap map, MemorySegment memory, @Nullable Arena owner, long fresh) {
    this.map = map;
    this.memory = memory;
    this.owner = owner;
    this.fresh = fresh;
    this.array = memory.heapBase().orElse(null);
    this.base = memory.address();
  }

  /// Takes zeroed memory from the system, for any thread.
  ///
  /// @throws OutOfMemoryError if the system does not have that much
  @SuppressWarnings("MustBeClosedChecker") // release() closes it
  static Extent reserve(long byteSize) {
    // First the map: if the Java heap has no room for it, no memory is taken.
    BlockMap map = new BlockMap(byteSize);
    Arena arena = Arena.ofShared();
    return new Extent(map, arena.allocate(byteSize, BASE_ALIGNMENT), arena, 0);
  }

  /// Takes zeroed memory from the system that an arena gives back.
  ///
  /// @throws OutOfMemoryError if the system does not have that much
  static Extent reserveIn(Arena ground, long byteSize) {
    BlockMap map = new BlockMap(byteSize);
    return new Extent(map, ground.allocate(byteSize, BASE_ALIGNMENT), null, 0);
  }

  /// Divides memory of the caller into blocks. What lies before the first multiple of a granule is
  /// left out.
  ///
  /// @throws IllegalArgumentException if the memory is read-only, has ended, or is not for this
  ///     thread
  static Extent over(MemorySegment memory) {
    MemorySegment aligned = writable(memory, BlockMap.GRANULE);
    return new Extent(new BlockMap(aligned.byteSize()), aligned, null, aligned.byteSize());
  }

  /// Memory of the caller from the first multiple of an alignment on.
  ///
  /// @throws IllegalArgumentException if the memory is read-only, has ended, or is not for this
  ///     thread
  static MemorySegment writable(MemorySegment memory, long alignment) {
    if (memory.isReadOnly()
        || !memory.scope().isAlive()
        || !memory.isAccessibleBy(Thread.currentThread())) {
      throw new IllegalArgumentException(
          memory
              + (memory.isReadOnly()
                  ? " is read-only"
                  : memory.scope().isAlive() ? " is another thread's" : " has ended")
              + ": bring memory that this thread can write to");
    }
    long skipped = -memory.address() & (alignment - 1);
    return memory.asSlice(Math.min(skipped, memory.byteSize()));
  }

  /// Whether the memory stays until this extent gives it back, or for ever: then its blocks can
  /// have a scope of their own. Memory of the caller may end before such a scope does.
  boolean canRescope() {
    return array == null && (owner != null || memory.scope().equals(Arena.global().scope()));
  }

  /// Gives the memory back, if it is this extent's own, and so ends every use of it.
  ///
  /// @throws IllegalStateException if a native call is using the memory; nothing has changed then
  void release() {
    if (owner != null) {
      owner.close();
    }
  }

  /// Makes a block live.
  ///
  /// @return its offset, or [BlockMap#NO_ROOM]
  long allocate(long byteSize, long alignment) {
    return map.allocate(byteSize, alignment, base);
  }

  /// A block in this extent's own scope.
  MemorySegment slice(long offset, long byteSize) {
    fresh = Math.max(fresh, offset + BlockMap.rounded(byteSize));
    return memory.asSlice(offset, byteSize);
  }

  /// A zeroed block in this extent's own scope.
  MemorySegment zeroedSlice(long offset, long byteSize) {
    long dirty = Math.min(fresh - offset, byteSize);
    MemorySegment block = slice(offset, byteSize);
    if (dirty > 0) {
      Zeros.fill(block, 0, dirty);
    }
    return block;
  }

  /// The offset at which the last granule ends.
  long end() {
    return memory.byteSize() & -BlockMap.GRANULE;
  }

  /// The first offset from `offset` on whose address is a multiple of `alignment`.
  long aligned(long offset, long alignment) {
    // Offsets are multiples of a granule, and so are the addresses there, unless in an array that
    // has no alignment beyond its elements' anyway.
    return alignment <= BlockMap.GRANULE
        ? offset
        : ((base + offset + alignment - 1) & -alignment) - base;
  }

  /// Whether a block has room at an offset, or at the first aligned one after it.
  boolean fits(long offset, long byteSize, long alignment) {
    return byteSize <= end() && aligned(offset, alignment) <= end() - BlockMap.rounded(byteSize);
  }

  /// Refuses an alignment that addresses in this memory cannot be sure to have.
  ///
  /// @throws IllegalArgumentException if the memory is in an array of smaller elements
  void requireAlignment(long alignment) {
    requireAlignment(array, alignment);
  }

  /// Refuses an alignment that addresses in an array cannot be sure to have.
  ///
  /// @param array the array; null if the memory is native
  static void requireAlignment(@Nullable Object array, long alignment) {
    // Where in memory a Java array begins is known only up to the size of its elements.
    if (array != null && alignment > elementSize(array)) {
      throw new IllegalArgumentException(
          "alignment "
              + alignment
              + " in memory of a "
              + array.getClass().getSimpleName()
              + ", whose elements are aligned to "
              + elementSize(array)
              + " and no more: use unaligned value layouts and an alignment of 1, a long[] for up to 8, or"
              + " native memory for any");
    }
  }

  /// Whether an address of `segment` is in this memory.
  @SuppressWarnings("ReferenceEquality") // the very same array, not one that is alike
  boolean contains(MemorySegment segment) {
    return segment.heapBase().orElse(null) == array && contains(segment.address());
  }

  /// Whether an address, or an offset in the array, is in this memory.
  boolean contains(long address) {
    return address - base >= 0 && address - base < memory.byteSize();
  }

  /// The memory at an offset, or null if there is not so much.
  @Nullable MemorySegment tryView(long offset, long byteSize) {
    return byteSize <= memory.byteSize() - offset ? memory.asSlice(offset, byteSize) : null;
  }

  /// The offset of a live block, for a call that is about to act on it.
  ///
  /// @throws InvalidBlockException if no live block begins where the segment does, or the segment's
  ///     size does not fit it
  long requireLive(String call, MemorySegment block) {
    if (block.isReadOnly()) {
      throw invalid(Kind.FOREIGN, call, block, "it is a read-only view");
    }
    long offset = block.address() - base;
    switch (map.at(offset)) {
      case FREE -> throw invalid(Kind.NOT_LIVE, call, block, "no live block is there");
      case INSIDE -> throw invalid(Kind.INTERIOR, call, block, "it lies inside a live block");
      case START -> {
        long usable = map.usableSize(offset);
        if (BlockMap.rounded(block.byteSize()) != usable) {
          throw invalid(
              Kind.WRONG_SIZE, call, block, "the live block there has a usable size of " + usable);
        }
      }
    }
    return offset;
  }

  /// Refuses a size that no allocator of a kind can have.
  static void requireSize(String kind, long byteSize, long most) {
    if (byteSize < 0 || byteSize > most) {
      throw new IllegalArgumentException(
          "a " + kind + " of " + byteSize + " bytes: its size is from 0 to " + most + " bytes");
    }
  }

  /// The refusal of something that is not a live block.
  static InvalidBlockException invalid(Kind kind, String call, MemorySegment block, String what) {
    return invalidIn(block, kind, call, block.address(), block.byteSize(), what);
  }

  /// The exception for an address where no block is, or an offset if the memory is in an array.
  static InvalidBlockException invalidIn(
      MemorySegment memory, Kind kind, String call, long address, long byteSize, String what) {
    if (memory.isNative()) {
      return invalidAt(kind, call, address, byteSize, what);
    }
    String place = "offset " + address + " of an array";
    return because(kind, call, address, byteSize, place, what);
  }

  /// The exception for an address where no block is.
  static InvalidBlockException invalidAt(
      Kind kind, String call, long address, long byteSize, String what) {
    return because(kind, call, address, byteSize, "0x" + Long.toHexString(address), what);
  }

  private static InvalidBlockException because(
      Kind kind, String call, long address, long byteSize, String place, String what) {
    return new InvalidBlockException(
        kind, address, call + " of " + byteSize + " bytes at " + place + ", but " + what);
  }

  private static long elementSize(Object array) {
    return switch (array) {
      case byte[] bytes -> Byte.BYTES;
      case short[] shorts -> Short.BYTES;
      case char[] chars -> Character.BYTES;
      case int[] ints -> Integer.BYTES;
      case float[] floats -> Float.BYTES;
      default -> Long.BYTES;
    };
  }
}
