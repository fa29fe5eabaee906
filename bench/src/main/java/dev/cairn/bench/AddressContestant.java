package dev.cairn.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An allocator whose blocks are addresses.
abstract class AddressContestant extends Contestant {
  @SuppressWarnings("restricted") // SAFETY: only live blocks are written to, within their sizes.
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final long[] blocks;

  AddressContestant(int slots) {
    blocks = new long[slots];
  }

  /// Allocates a block.
  ///
  /// @param byteSize its size in bytes
  /// @return its address
  abstract long allocate(long byteSize);

  /// Allocates a zeroed block.
  ///
  /// @param byteSize its size in bytes
  /// @return its address
  abstract long allocateZeroed(long byteSize);

  /// Frees a block.
  ///
  /// @param address its address
  abstract void free(long address);

  @Override
  final void pair(long byteSize) {
    long block = allocate(byteSize);
    touch(block);
    free(block);
  }

  @Override
  final void zeroedPair(long byteSize) {
    long block = allocateZeroed(byteSize);
    touch(block);
    free(block);
  }

  @Override
  final void allocate(int slot, long byteSize) {
    long block = allocate(byteSize);
    touch(block);
    blocks[slot] = block;
  }

  @Override
  final void free(int slot) {
    free(blocks[slot]);
  }

  /// Writes to the beginning of a block.
  ///
  /// @param block the address of a live block of at least eight bytes
  static void touch(long block) {
    MEMORY.set(ValueLayout.JAVA_LONG, block, TOUCH);
  }
}
