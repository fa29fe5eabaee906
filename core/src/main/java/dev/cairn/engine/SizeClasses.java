package dev.cairn.engine;

/// The sizes that small blocks are rounded up to.
///
/// Multiples of 16 bytes up to 128, then eight sizes per doubling, so that rounding adds an eighth
/// at most. Blocks of one size lie side by side in a *slab*, a few pages of 64 KiB.
final class SizeClasses {
  /// The number of classes.
  static final int COUNT = 80;

  /// The largest size that has a class.
  static final int LARGEST = 64 * 1024;

  /// [#LARGEST] in units of 16 bytes.
  static final int LARGEST_UNITS = LARGEST / BlockMap.GRANULE;

  /// The largest alignment that blocks of a class can be sure to have, and those of no other size.
  static final int LARGEST_ALIGNMENT = 4096;

  /// The class of a size, by the size in units of 16 bytes, rounded up.
  static final byte[] CLASS_OF = new byte[LARGEST_UNITS + 1];

  private static final int[] SIZES = new int[COUNT];
  private static final int[] SLAB_PAGES = new int[COUNT];
  // A slab loses at most one part in so many at its end.
  private static final int LOSS = 16;
  private static final int FEWEST_BLOCKS = 4;

  static {
    int unit = 0;
    for (int sizeClass = 0; sizeClass < COUNT; sizeClass++) {
      SIZES[sizeClass] =
          sizeClass < 8 ? (sizeClass + 1) << 4 : ((sizeClass & 7) + 9) << ((sizeClass >> 3) + 3);
      SLAB_PAGES[sizeClass] = slabPagesFor(SIZES[sizeClass]);
      for (; unit * BlockMap.GRANULE <= SIZES[sizeClass]; unit++) {
        CLASS_OF[unit] = (byte) sizeClass;
      }
    }
  }

  private SizeClasses() {}

  /// The size of the blocks of a class, in bytes.
  static int size(int sizeClass) {
    return SIZES[sizeClass];
  }

  /// The pages of 64 KiB that a slab of a class has.
  static int slabPages(int sizeClass) {
    return SLAB_PAGES[sizeClass];
  }

  /// The class of blocks with a size and an alignment, or -1 if none is sure to have them.
  static int of(long byteSize, long byteAlignment) {
    if (byteSize > LARGEST || byteAlignment > LARGEST_ALIGNMENT) {
      return -1;
    }
    // In a slab, which begins at a page, blocks have every alignment that their size is a multiple
    // of; and every power of two is a size.
    int sizeClass = CLASS_OF[(int) (byteSize + 15) >>> 4];
    while (sizeClass < COUNT && (SIZES[sizeClass] & (byteAlignment - 1) & -BlockMap.GRANULE) != 0) {
      sizeClass++;
    }
    return sizeClass < COUNT ? sizeClass : -1;
  }

  /// Whether blocks of a size are of a class.
  ///
  /// @param byteSize the size in bytes; [Refusals#UNKNOWN] may be any
  static boolean isOf(long byteSize, int sizeClass) {
    if (byteSize == Refusals.UNKNOWN) {
      return true;
    }
    long units = (byteSize + 15) >>> Chunk.GRANULE_SHIFT;
    return units <= LARGEST_UNITS && CLASS_OF[(int) units] == sizeClass;
  }

  private static int slabPagesFor(int byteSize) {
    for (int pages = 1; ; pages++) {
      int bytes = pages << Chunk.PAGE_SHIFT;
      if (bytes / byteSize >= FEWEST_BLOCKS && bytes % byteSize <= bytes / LOSS) {
        return pages;
      }
    }
  }
}
