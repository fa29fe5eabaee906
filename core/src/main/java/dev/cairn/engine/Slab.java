package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A few pages of blocks of one size, side by side.
///
/// It knows which blocks are free and not in a stack of its cache. Blocks are *carved* in the order
/// of their addresses, as they are needed for the first time. The lock of its cache guards it.
final class Slab {
  /// How much is carved at once, in bytes: a page of the system.
  private static final int CARVED = 4096;

  final ThreadCache cache;
  final int sizeClass;
  // In granules.
  final long start;
  final int blockGranules;
  final int blocks;

  /// Whether it is, or is about to be, among those that others have freed blocks of.
  final AtomicBoolean isPending = new AtomicBoolean();

  /// Whether other threads than its owner may free its blocks, and the owner is known to look.
  volatile boolean isShared;

  @Nullable Slab nextPending;
  boolean isReleased;

  private final long[] free;
  private int freeBlocks;
  private int carvedBlocks;

  // Its places in the lists of its cache.
  @Nullable Slab nextPartial;
  @Nullable Slab previousPartial;
  boolean isPartial;
  @Nullable Slab next;
  @Nullable Slab previous;

  Slab(ThreadCache cache, int sizeClass, long start) {
    this.cache = cache;
    this.sizeClass = sizeClass;
    this.start = start;
    this.blockGranules = SizeClasses.size(sizeClass) / BlockMap.GRANULE;
    this.blocks = (SizeClasses.slabPages(sizeClass) << Chunk.PAGE_OF_GRANULE) / blockGranules;
    this.free = new long[(blocks + 63) >>> 6];
    this.isShared = cache.isShared[sizeClass];
  }

  /// The number of pages.
  int pages() {
    return SizeClasses.slabPages(sizeClass);
  }

  int freeBlocks() {
    return freeBlocks;
  }

  int carvedBlocks() {
    return carvedBlocks;
  }

  boolean isExhausted() {
    return freeBlocks == 0 && carvedBlocks == blocks;
  }

  /// Whether no block is live or in a stack.
  boolean isUnused() {
    return freeBlocks == carvedBlocks;
  }

  /// How many blocks to carve next, so that a whole page is in use.
  int toCarve() {
    int size = blockGranules * BlockMap.GRANULE;
    int carved = carvedBlocks * size;
    int pageEnd = (carved + size + CARVED - 1) & -CARVED;
    return Math.min(blocks, Math.max(carvedBlocks + 1, pageEnd / size)) - carvedBlocks;
  }

  /// Carves blocks: they are free then.
  void carve(int count) {
    for (int i = 0; i < count; i++) {
      free[carvedBlocks >>> 6] |= 1L << carvedBlocks;
      carvedBlocks++;
    }
    freeBlocks += count;
  }

  /// Moves free blocks, the lowest first, into cells.
  ///
  /// @return how many were moved
  int take(long[] cells, int from, int most) {
    int taken = 0;
    for (int word = 0; taken < most && freeBlocks > 0; word++) {
      long bits = free[word];
      while (bits != 0 && taken < most) {
        int block = (word << 6) + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        cells[from + taken++] = start + (long) block * blockGranules;
        freeBlocks--;
      }
      free[word] = bits;
    }
    // What is taken last is allocated first: let that be the lowest.
    for (int low = from, high = from + taken - 1; low < high; low++, high--) {
      long cell = cells[low];
      cells[low] = cells[high];
      cells[high] = cell;
    }
    return taken;
  }

  /// Takes a block back.
  void put(long granule) {
    int block = (int) (granule - start) / blockGranules;
    free[block >>> 6] |= 1L << block;
    freeBlocks++;
  }

  boolean isFree(long granule) {
    int block = (int) (granule - start) / blockGranules;
    return (free[block >>> 6] & (1L << block)) != 0;
  }

  /// Where the block begins that has a granule; it may be one that is not carved.
  long blockAt(long granule) {
    return granule - (granule - start) % blockGranules;
  }

  void validate() {
    int count = 0;
    for (int word = 0; word < free.length; word++) {
      count += Long.bitCount(free[word]);
    }
    if (count != freeBlocks || freeBlocks > carvedBlocks || carvedBlocks > blocks) {
      throw new AssertionError(
          this + " has " + count + " free blocks of " + carvedBlocks + ", says " + freeBlocks);
    }
  }

  @Override
  public String toString() {
    return "slab of "
        + blocks
        + " blocks of "
        + blockGranules * BlockMap.GRANULE
        + " bytes at position "
        + (start << Chunk.GRANULE_SHIFT);
  }
}
