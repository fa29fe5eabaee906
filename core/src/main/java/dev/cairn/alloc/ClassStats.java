package dev.cairn.alloc;

/// A snapshot of the blocks of one size class of an allocator.
///
/// @param blockBytes the size that blocks of the class are rounded up to, in bytes; zero for all
///     blocks that are larger than every class together
/// @param liveBlocks the number of live blocks
/// @param liveBytes the bytes in live blocks, as they were rounded up
/// @param peakBlocks the largest number so far of blocks that were live, or cached by a thread
/// @param allocations the number of blocks handed out so far
public record ClassStats(
    long blockBytes, long liveBlocks, long liveBytes, long peakBlocks, long allocations) {}
