package dev.cairn.bench;

/// An allocator that keeps its blocks itself, in slots, so that each can have its own kind of
/// handle: an address, a segment, an arena, a buffer, an array.
///
/// Every block is touched when it is allocated: its first eight bytes are written. There is one
/// implementation in a JVM that measures, so that calls of these methods have one target.
abstract class Slots implements AutoCloseable {
  /// What is written to every block.
  static final long TOUCH = 42;

  /// Allocates a block and touches it.
  ///
  /// @param slot where to keep it; a slot that holds none
  /// @param byteSize the size of the block in bytes, at least 8
  abstract void allocate(int slot, long byteSize);

  /// Frees a block.
  ///
  /// @param slot where it is; another thread may have put it there
  abstract void free(int slot);

  /// Gives all memory back.
  @Override
  public void close() {}
}
