package dev.cairn.alloc;

/// A snapshot of what an allocator holds and has done.
///
/// Every byte held from the system is in one of four places: in a live block, free, cached by a
/// thread, or retained to be given back later. Their sum is the [footprint][#footprintBytes()].
///
/// Sizes are in bytes. The figures of one snapshot are of one moment where the allocator is
/// thread-safe. Metadata is what the allocator keeps on the Java heap; it is not in the footprint.
///
/// @param liveBlocks the number of live blocks
/// @param liveBytes the bytes in live blocks, as the allocator has rounded them up; as they were
///     asked for, where it cannot know
/// @param freeBytes the bytes that are free for any request they are large enough for
/// @param cachedBytes the bytes that wait in caches for their threads
/// @param retainedBytes the bytes not in use that will be given back to the system
/// @param largestFreeBytes the largest run of free bytes: the largest request that can be met
///     without more memory from the system, at an alignment of 1
/// @param limitBytes the most the footprint may become; [Long#MAX_VALUE] where there is no limit
/// @param metadataBytes the bytes of bookkeeping on the Java heap, outside the footprint
/// @param peakLiveBytes the largest `liveBytes` so far
/// @param peakFootprintBytes the largest footprint so far
/// @param allocations the number of blocks handed out so far
/// @param frees the number of blocks given back so far
/// @param failures the number of requests refused so far because there was no room
public record Stats(
    long liveBlocks,
    long liveBytes,
    long freeBytes,
    long cachedBytes,
    long retainedBytes,
    long largestFreeBytes,
    long limitBytes,
    long metadataBytes,
    long peakLiveBytes,
    long peakFootprintBytes,
    long allocations,
    long frees,
    long failures) {

  /// Every byte the allocator holds from the system.
  ///
  /// @return live, free, cached and retained bytes together
  public long footprintBytes() {
    return liveBytes + freeBytes + cachedBytes + retainedBytes;
  }

  /// These figures once the allocator has closed: nothing is live, and nothing held.
  ///
  /// @return the figures, of which only limits, peaks and totals are left
  public Stats closed() {
    return new Stats(
        0,
        0,
        0,
        0,
        0,
        0,
        limitBytes,
        0,
        peakLiveBytes,
        peakFootprintBytes,
        allocations,
        allocations,
        failures);
  }

  /// The part of the footprint that is live.
  ///
  /// @return live bytes over footprint, from 0 to 1; 1 where the footprint is zero
  public double utilization() {
    return footprintBytes() == 0 ? 1 : (double) liveBytes / footprintBytes();
  }

  /// How far the free bytes, and those that are retained, are from being one run.
  ///
  /// @return 0 where they are one run, towards 1 where they are many small ones
  public double externalFragmentation() {
    long free = freeBytes + retainedBytes;
    return free == 0 ? 0 : 1 - (double) largestFreeBytes / free;
  }
}
