package dev.cairn.unsafe;

import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.engine.BuddyHeap;
import dev.cairn.engine.BuddyHeapAccess;
import dev.cairn.engine.Refusals;
import dev.cairn.memory.RealtimeHeap;

/// A real-time heap by addresses: no call makes any object, unless it is refused.
///
/// The blocks are those of the [RealtimeHeap]: what one hands out the other takes back.
///
/// ## Safety
///
/// Every address that is handed back is checked as by the heap, and refused in the same way, except
/// that no size is known to be checked. Access to a block is not checked at all: it is for
/// [Pointer], or a segment over all memory.
///
/// ## Cost
///
/// As the heap's: each call takes a bounded time.
///
/// ## Threads
///
/// The threads that may use the heap.
public final class RawRealtimeHeap {
  /// The address that is none: what [#allocate(long, long)] answers when there is no room.
  public static final long NO_ROOM = 0;

  private final BuddyHeap blocks;
  private final long base;

  private RawRealtimeHeap(BuddyHeap blocks) {
    this.blocks = blocks;
    this.base = blocks.base();
  }

  /// The view of a heap.
  ///
  /// @param heap a heap in native memory
  /// @return the view, which is open for as long as the heap
  /// @throws IllegalArgumentException if the heap is in a Java array, where nothing has an address
  public static RawRealtimeHeap of(RealtimeHeap heap) {
    BuddyHeap blocks = BuddyHeapAccess.of(heap);
    if (!blocks.isNative()) {
      throw new IllegalArgumentException(
          heap + " is in a Java array, which has no address: use its segments");
    }
    return new RawRealtimeHeap(blocks);
  }

  /// Hands out a block, or nothing. Its bytes are unspecified.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes, a power of two; blocks are aligned to 16 bytes in
  ///     any case
  /// @return the address, or [#NO_ROOM]
  /// @throws LayoutException if the size is negative, the alignment is not a power of two, or the
  ///     two overflow
  public long allocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    long offset = blocks.allocate(byteSize, byteAlignment);
    return offset == BuddyHeap.NO_ROOM ? NO_ROOM : base + offset;
  }

  /// Takes a live block back.
  ///
  /// @param address what this view, or a segment of the heap, has as its address
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of the heap begins there
  public void free(long address) {
    blocks.free(address - base, Refusals.UNKNOWN);
  }

  /// Changes the size of a live block where it stands, or not at all.
  ///
  /// @param address the address of the block
  /// @param newByteSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of the heap begins there
  /// @throws LayoutException if the size is negative
  public boolean resize(long address, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    return blocks.resize(address - base, Refusals.UNKNOWN, newByteSize);
  }

  /// The size a live block really has.
  ///
  /// @param address the address of the block
  /// @return the size in bytes
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of the heap begins there
  public long usableSize(long address) {
    return blocks.usableSize(address - base, Refusals.UNKNOWN);
  }
}
