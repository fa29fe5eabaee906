package dev.cairn.unsafe;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.LayoutException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.engine.HeapAddresses;
import dev.cairn.engine.PagedHeap;
import dev.cairn.engine.Refusals;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;

/// A heap by addresses, for code in which even a segment is too much.
///
/// The blocks are those of the [Heap]: what one hands out the other takes back. Unless the heap is
/// checked: then those of this view go past the checks, and each takes back its own alone.
///
/// ## Safety
///
/// Every address that is handed back is checked as by the heap, and refused in the same way, except
/// that no size is known to be checked. Access to a block is not checked at all: it is for
/// [Pointer], or a segment over all memory.
///
/// ## Cost
///
/// As the heap's, without garbage where the cache of the thread serves the call. To free a block
/// that is too large for slabs, or that another thread has allocated, makes 40 bytes.
///
/// ## Threads
///
/// Any thread may use it.
public final class RawHeap {
  private final PagedHeap pages;

  private RawHeap(Heap heap) {
    this.pages = HeapAddresses.of(heap);
  }

  /// The view of a heap.
  ///
  /// @param heap a heap in native memory
  /// @return the view, which is open for as long as the heap
  /// @throws IllegalArgumentException if the heap is in a Java array, where nothing has an address
  public static RawHeap of(Heap heap) {
    RawHeap view = new RawHeap(heap);
    if (!view.pages.isNative()) {
      throw new IllegalArgumentException(
          heap + " is in a Java array, which has no address: use its segments");
    }
    return view;
  }

  /// Hands out a block that is aligned to 16 bytes. Its bytes are unspecified.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @return the address
  /// @throws LayoutException if the size is negative
  /// @throws MemoryExhaustedException if there is no room
  public long allocate(long byteSize) {
    Layout.requireValid(byteSize, 1);
    long position = pages.allocate(byteSize);
    return address(position, byteSize, 1);
  }

  /// Hands out a block. Its bytes are unspecified.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes, a power of two
  /// @return the address, a multiple of `byteAlignment`
  /// @throws LayoutException if the size is negative, the alignment is not a power of two, or the
  ///     two overflow
  /// @throws MemoryExhaustedException if there is no room
  public long allocate(long byteSize, long byteAlignment) {
    // A size that is a multiple of the alignment has a class of its own: then nothing more need be
    // known of the block to free it by its address.
    long padded = new Layout(byteSize, byteAlignment).padToAlign().byteSize();
    long position = pages.allocate(padded, byteAlignment);
    return address(position, byteSize, byteAlignment);
  }

  /// Hands out a zeroed block that is aligned to 16 bytes.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @return the address
  /// @throws LayoutException if the size is negative
  /// @throws MemoryExhaustedException if there is no room
  public long allocateZeroed(long byteSize) {
    Layout.requireValid(byteSize, 1);
    long position = pages.allocateZeroed(byteSize, 1);
    return address(position, byteSize, 1);
  }

  private long address(long position, long byteSize, long byteAlignment) {
    if (position == PagedHeap.NO_ROOM) {
      throw pages.census().exhausted(byteSize, byteAlignment);
    }
    pages.sampled(position, byteSize);
    return pages.address(position);
  }

  /// Takes a live block back.
  ///
  /// @param address what this view, or a segment of the heap, has as its address
  /// @throws InvalidBlockException if no live block of the heap begins there
  public void free(long address) {
    if (address < 0) {
      // No memory is there; but a heap of several grounds could take it for a position of its own.
      long _ = pages.usableSize("free", address, Refusals.UNKNOWN);
    }
    pages.free(address, Refusals.UNKNOWN);
  }

  /// Changes the size of a live block where it stands, or not at all.
  ///
  /// @param address the address of the block
  /// @param newByteSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  /// @throws InvalidBlockException if no live block of the heap begins there
  /// @throws LayoutException if the size is negative
  public boolean resize(long address, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    return pages.resize(address, Refusals.UNKNOWN, newByteSize);
  }

  /// Changes the size of a live block, moving it if it must. It is aligned to 16 bytes then.
  ///
  /// @param address the address of the block
  /// @param newByteSize the size wanted, in bytes
  /// @return the address of the block at its new size; bytes that both sizes cover are kept
  /// @throws InvalidBlockException if no live block of the heap begins there
  /// @throws LayoutException if the size is negative
  /// @throws MemoryExhaustedException if there is no room; the block is as it was
  public long reallocate(long address, long newByteSize) {
    long usable;
    try {
      if (resize(address, newByteSize)) {
        return address;
      }
      usable = usableSize(address);
    } catch (InvalidBlockException refusal) {
      throw refusal.as("reallocate");
    }
    long moved = allocate(newByteSize);
    try {
      MemorySegment.copy(
          AllMemory.SEGMENT, address, AllMemory.SEGMENT, moved, Math.min(usable, newByteSize));
      free(address);
      return moved;
    } catch (InvalidBlockException refusal) {
      // Another thread has freed the block meanwhile.
      free(moved);
      throw refusal.as("reallocate");
    } catch (Throwable failure) {
      free(moved);
      throw failure;
    }
  }

  /// The size a live block really has.
  ///
  /// @param address the address of the block
  /// @return the size in bytes
  /// @throws InvalidBlockException if no live block of the heap begins there
  public long usableSize(long address) {
    return pages.usableSize("usableSize", address, Refusals.UNKNOWN);
  }
}
