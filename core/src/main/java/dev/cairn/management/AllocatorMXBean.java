package dev.cairn.management;

/// What JMX shows of an open allocator: its [dev.cairn.alloc.Stats], and what can be done about it.
///
/// The figures are taken anew for each attribute. An attribute of an allocator that has closed in
/// that moment throws [IllegalStateException].
public interface AllocatorMXBean {
  /// What it is called.
  ///
  /// @return the name
  String getName();

  /// What it is, and its limit.
  ///
  /// @return the words with which it names itself
  String getKind();

  /// The number of live blocks.
  ///
  /// @return the number
  long getLiveBlocks();

  /// The bytes in live blocks, as they were rounded up.
  ///
  /// @return the number of bytes
  long getLiveBytes();

  /// The bytes that are free for any request they are large enough for.
  ///
  /// @return the number of bytes
  long getFreeBytes();

  /// The bytes that wait in caches for their threads.
  ///
  /// @return the number of bytes
  long getCachedBytes();

  /// The bytes not in use that will be given back to the system.
  ///
  /// @return the number of bytes
  long getRetainedBytes();

  /// Every byte it holds from the system.
  ///
  /// @return live, free, cached and retained bytes together
  long getFootprintBytes();

  /// The largest request that can be met without more memory from the system.
  ///
  /// @return the number of bytes
  long getLargestFreeBytes();

  /// The most the footprint may become.
  ///
  /// @return the number of bytes; [Long#MAX_VALUE] where there is no limit
  long getLimitBytes();

  /// The bookkeeping on the Java heap, outside the footprint.
  ///
  /// @return the number of bytes
  long getMetadataBytes();

  /// The largest number of live bytes so far.
  ///
  /// @return the number of bytes
  long getPeakLiveBytes();

  /// The largest footprint so far.
  ///
  /// @return the number of bytes
  long getPeakFootprintBytes();

  /// The number of blocks handed out so far.
  ///
  /// @return the number
  long getAllocations();

  /// The number of blocks given back so far.
  ///
  /// @return the number
  long getFrees();

  /// The number of requests refused so far because there was no room.
  ///
  /// @return the number
  long getFailures();

  /// The part of the footprint that is live.
  ///
  /// @return from 0 to 1
  double getUtilization();

  /// How far the free bytes are from being one run.
  ///
  /// @return 0 where they are, towards 1 where they are many small ones
  double getExternalFragmentation();

  /// Gives back to the system what is not in use. Allocators that cannot do nothing.
  void trim();
}
