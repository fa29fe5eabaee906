package dev.cairn.alloc;

/// A snapshot of the blocks of one size class of an allocator.
///
/// @param blockBytes the size that blocks of the class are rounded up to, in bytes; zero for all
///     blocks that are larger than every class together
/// @param liveBlocks the number of live blocks
/// @param liveBytes the bytes in live blocks, as they were rounded up
/// @param heldBytes the bytes set aside for blocks of the class: live ones, free ones, what was
///     not needed so far, and what is lost where blocks do not fill their slab
/// @param peakBlocks the largest number so far of blocks that were live, or cached by a thread
/// @param allocations the number of blocks handed out so far
public record ClassStats(
    long blockBytes,
    long liveBlocks,
    long liveBytes,
    long heldBytes,
    long peakBlocks,
    long allocations) {

  /// The part of what is set aside for the class that no live block has: its internal
  /// fragmentation.
  ///
  /// @return from 0 to 1; 0 where nothing is set aside
  public double internalFragmentation() {
    return heldBytes == 0 ? 0 : 1 - (double) liveBytes / heldBytes;
  }

  /// The same class with other live blocks.
  ///
  /// @param blocks the number of live blocks
  /// @param bytes the bytes in them, as they were rounded up
  /// @return the class
  public ClassStats withLive(long blocks, long bytes) {
    return new ClassStats(blockBytes, blocks, bytes, heldBytes, peakBlocks, allocations);
  }
}
