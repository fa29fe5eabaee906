package dev.cairn.bench;

/// An allocator in a benchmark of throughput.
abstract class Contestant extends Slots {
  /// Allocates a block, touches it, and frees it.
  ///
  /// @param byteSize the size of the block in bytes, at least 8
  abstract void pair(long byteSize);

  /// Allocates a zeroed block, touches it, and frees it.
  ///
  /// @param byteSize the size of the block in bytes, at least 8
  abstract void zeroedPair(long byteSize);

  /// Refuses if blocks cannot be freed by another thread than the one that allocated them.
  ///
  /// @throws UnsupportedOperationException with the reason
  void requireHandOver() {}
}
