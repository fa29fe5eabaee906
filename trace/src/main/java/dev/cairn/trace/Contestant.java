package dev.cairn.trace;

import dev.cairn.unsafe.Pointer;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// An allocator as a replay sees it: a table of slots, each of which holds a live block or is
/// empty.
///
/// It is the contestant who keeps the blocks, so that each can keep them as suits it: segments,
/// addresses, arenas. A replay says only which slot it means, and pays for no conversion.
///
/// A contestant is used by one thread, the one that opened it.
public interface Contestant extends AutoCloseable {
  /// The distance at which [#touch(int, long)] writes: the usual size of a page, in bytes.
  long PAGE_BYTES = 4096;

  /// Allocates a block into an empty slot.
  ///
  /// @param slot the index of the slot
  /// @param byteSize the size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return whether there was room; the slot stays empty if not
  boolean allocate(int slot, long byteSize, long byteAlignment);

  /// Allocates a zeroed block into an empty slot.
  ///
  /// @param slot the index of the slot
  /// @param byteSize the size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return whether there was room; the slot stays empty if not
  boolean allocateZeroed(int slot, long byteSize, long byteAlignment);

  /// Changes the size of the block in a slot, moving it if need be.
  ///
  /// @param slot the index of the slot
  /// @param byteSize the new size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return whether there was room; the slot holds the block as it was if not. False also
  ///     where the slot is empty
  boolean reallocate(int slot, long byteSize, long byteAlignment);

  /// Frees the block in a slot, which is empty from then on. An empty slot stays as it is.
  ///
  /// @param slot the index of the slot
  void free(int slot);

  /// What the recorded program's `free(NULL)` is to this allocator: nothing, unless it is a call.
  default void freeNull() {}

  /// The memory of the block in a slot.
  ///
  /// @param slot the index of a slot that is not empty
  /// @return the block, of exactly the size that was asked for
  MemorySegment block(int slot);

  /// Writes to a block as a program would that uses all of it: one byte in each page.
  ///
  /// @param slot the index of a slot that is not empty
  /// @param from the offset to begin at; nothing is written if the block ends there
  default void touch(int slot, long from) {
    // By address, so that every contestant pays the same for it.
    MemorySegment block = block(slot);
    long begin = block.address();
    long end = begin + block.byteSize();
    for (long address = begin + from; address < end; address += PAGE_BYTES) {
      new Pointer(address).setByte((byte) 1);
    }
  }

  /// The largest footprint so far, where the allocator knows it.
  ///
  /// @return the peak in bytes; empty where it does not know
  OptionalLong peakFootprintBytes();

  /// Ends every block and gives back what it can.
  @Override
  void close();

  /// Opens contestants of one kind: each pass of a replay begins with a fresh one.
  interface Factory {
    /// The name of this kind of allocator.
    ///
    /// @return the name
    String name();

    /// Opens a contestant with empty slots.
    ///
    /// @param slots the number of slots
    /// @param byteLimit the most memory to take, for those who must be told
    /// @return the contestant
    Contestant open(int slots, long byteLimit);
  }
}
