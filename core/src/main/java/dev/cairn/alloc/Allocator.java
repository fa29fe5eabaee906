package dev.cairn.alloc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/// A source of blocks that are freed one by one.
///
/// An allocator is a [SegmentAllocator], so whatever takes one (jextract's code, the `allocateFrom`
/// methods) takes it as it is. In addition a block can be freed, resized, and measured, and the
/// allocator says what it holds.
///
/// A request of zero bytes is legal: it makes a live block of size zero, with an address that no
/// other live block has, to be freed like any other. Every method refuses bad input with an
/// exception that carries the values, and then nothing has changed.
///
/// ## Safety
///
/// Access outside a block's bounds throws [IndexOutOfBoundsException]. Access after the allocator
/// closed throws [IllegalStateException]. Handing back anything that is not a live block throws
/// [InvalidBlockException]. Whether access to a block after it was freed throws, while its
/// allocator is open, each allocator states.
///
/// ## Threads
///
/// Each allocator states which threads may use it and its blocks.
///
/// {@snippet :
/// MemorySegment block = allocator.allocate(Layout.of(ValueLayout.JAVA_SHORT));
/// block.set(ValueLayout.JAVA_SHORT, 0, (short) 42);
/// allocator.free(block);
/// }
public interface Allocator extends SegmentAllocator, AutoCloseable {

  /// Hands out a block. Its bytes are unspecified, unless the allocator states more.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes
  /// @return a block of exactly `byteSize` bytes whose address is a multiple of `byteAlignment`
  /// @throws LayoutException if the size is negative, the alignment is not a power of two, or the
  ///     two overflow
  /// @throws IllegalArgumentException if the memory is in a Java array whose elements have a
  ///     smaller alignment
  /// @throws MemoryExhaustedException if there is no room
  /// @throws AllocatorClosedException if the allocator is closed
  @Override
  MemorySegment allocate(long byteSize, long byteAlignment);

  /// Hands out a block as [#allocate(long, long)] does, or null if there is no room.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes
  /// @return the block, or null if there is no room
  /// @throws LayoutException as [#allocate(long, long)] does
  /// @throws AllocatorClosedException if the allocator is closed
  @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment);

  /// Hands out a zeroed block.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes
  /// @return a block as [#allocate(long, long)] answers it, every byte of it zero
  /// @throws LayoutException as [#allocate(long, long)] does
  /// @throws MemoryExhaustedException if there is no room
  /// @throws AllocatorClosedException if the allocator is closed
  default MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    MemorySegment block = allocate(byteSize, byteAlignment);
    try {
      return block.fill((byte) 0);
    } catch (Throwable failure) {
      // Memory that is not this thread's, or has ended.
      free(block);
      throw failure;
    }
  }

  /// Hands out a block of a layout.
  ///
  /// @param layout the size and alignment
  /// @return a block as [#allocate(long, long)] answers it
  /// @throws MemoryExhaustedException if there is no room
  /// @throws AllocatorClosedException if the allocator is closed
  default MemorySegment allocate(Layout layout) {
    return allocate(layout.byteSize(), layout.byteAlignment());
  }

  /// Takes a live block back. It may not be used from then on.
  ///
  /// @param block the segment that this allocator returned
  /// @throws InvalidBlockException if `block` is not a live block of this allocator, or its size
  ///     does not fit the block
  /// @throws AllocatorClosedException if the allocator is closed
  void free(MemorySegment block);

  /// Takes a live block back, checking that it is of the layout that the caller believes it is.
  ///
  /// @param block the segment that this allocator returned
  /// @param layout the layout it was allocated with
  /// @throws InvalidBlockException if `block` is not a live block of this allocator, or `layout`
  ///     does not fit it
  /// @throws AllocatorClosedException if the allocator is closed
  default void free(MemorySegment block, Layout layout) {
    var _ = InvalidBlockException.requireNonNull("free", block);
    if (block.byteSize() != layout.byteSize()) {
      throw new InvalidBlockException(
          InvalidBlockException.Kind.WRONG_SIZE,
          block.address(),
          "free of a block of " + block.byteSize() + " bytes as one of " + layout);
    }
    if ((block.address() & (layout.byteAlignment() - 1)) != 0) {
      throw new InvalidBlockException(
          InvalidBlockException.Kind.WRONG_ALIGNMENT,
          block.address(),
          "free of the block at 0x"
              + Long.toHexString(block.address())
              + " as one of "
              + layout
              + ", of which its address is not a multiple");
    }
    free(block);
  }

  /// Changes the size of a live block where it stands, or not at all. It never moves.
  ///
  /// On success `block` has ended: use the segment that is returned. The bytes that both sizes
  /// cover are kept; bytes gained are unspecified.
  ///
  /// @param block the segment that this allocator returned
  /// @param newByteSize the size wanted, in bytes
  /// @return the block at its new size, at the same address; or null if it cannot have that size
  ///     without moving, and then `block` is as it was
  /// @throws InvalidBlockException as [#free(MemorySegment)] does
  /// @throws LayoutException if `newByteSize` is negative
  /// @throws AllocatorClosedException if the allocator is closed
  @Nullable MemorySegment resize(MemorySegment block, long newByteSize);

  /// Changes the size of a live block, moving it if it must.
  ///
  /// On success `block` has ended: use the segment that is returned. The bytes that both sizes
  /// cover are kept; bytes gained are unspecified. On failure `block` is as it was, and still live.
  ///
  /// @param block the segment that this allocator returned
  /// @param newByteSize the size wanted, in bytes
  /// @param byteAlignment the alignment wanted, in bytes
  /// @return the block at its new size, whose address is a multiple of `byteAlignment`
  /// @throws InvalidBlockException as [#free(MemorySegment)] does
  /// @throws LayoutException as [#allocate(long, long)] does
  /// @throws MemoryExhaustedException if there is no room
  /// @throws AllocatorClosedException if the allocator is closed
  default MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    var _ = InvalidBlockException.requireNonNull("reallocate", block);
    try {
      if ((block.address() & (byteAlignment - 1)) == 0) {
        MemorySegment resized = resize(block, newByteSize);
        if (resized != null) {
          return resized;
        }
      } else {
        // Refuses a block that is not live before anything is allocated for it.
        long _ = usableSize(block);
      }
    } catch (InvalidBlockException refusal) {
      throw refusal.as("reallocate");
    }
    MemorySegment moved = allocate(newByteSize, byteAlignment);
    try {
      MemorySegment.copy(block, 0, moved, 0, Math.min(block.byteSize(), newByteSize));
      free(block);
      return moved;
    } catch (InvalidBlockException refusal) {
      // Another thread has freed the block meanwhile.
      free(moved);
      throw refusal.as("reallocate");
    } catch (Throwable failure) {
      // Its memory is not this thread's, or has ended.
      free(moved);
      throw failure;
    }
  }

  /// The size a live block really has: as much as [#resize(MemorySegment, long)] can always give.
  ///
  /// @param block the segment that this allocator returned
  /// @return the size in bytes; at least the size that was asked for
  /// @throws InvalidBlockException as [#free(MemorySegment)] does
  /// @throws AllocatorClosedException if the allocator is closed
  long usableSize(MemorySegment block);

  /// The live block that begins at an address, for whoever keeps addresses in memory and no
  /// segments.
  ///
  /// @param address the block's address; for memory in a Java array, its offset there
  /// @param byteSize the block's size in bytes
  /// @return the block, as this allocator returned it
  /// @throws InvalidBlockException if no live block of this allocator begins there, or the size
  ///     does not fit it
  /// @throws LayoutException if `byteSize` is negative
  /// @throws AllocatorClosedException if the allocator is closed
  /// @throws UnsupportedOperationException if the allocator does not know its blocks by address, as
  ///     here
  default MemorySegment blockAt(long address, long byteSize) {
    throw new UnsupportedOperationException(
        "blockAt of 0x"
            + Long.toHexString(address)
            + ": "
            + this
            + " does not know its blocks by address; keep their segments, or use a Heap");
  }

  /// What this allocator holds and has done.
  ///
  /// @return a snapshot; after closing, the last figures, with nothing live and no footprint
  Stats stats();

  /// Ends every block that is still live and gives all memory back. Closing again does nothing.
  ///
  /// Access to any block of this allocator throws [IllegalStateException] from then on.
  ///
  /// @throws IllegalStateException if an arena over this allocator is open; nothing has changed
  ///     then
  @Override
  void close();

  /// Opens an arena whose blocks come from this allocator, for use by the current thread.
  ///
  /// It does what [Arena#ofConfined()] does: blocks are zeroed, and closing it ends all of them
  /// and frees them at once. This allocator cannot be closed before it.
  ///
  /// Implementations open it by [OpenArenas].
  ///
  /// ## Cost
  /// A list entry per block beyond this allocator's own cost.
  ///
  /// @return the arena
  /// @throws UnsupportedOperationException if the blocks of this allocator cannot be given another
  ///     scope, because their memory is in a Java array, or is the caller's and may end
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  Arena confinedArena();

  /// Opens an arena whose blocks come from this allocator, for use by any thread.
  ///
  /// It does what [Arena#ofShared()] does: blocks are zeroed, and closing it ends all of them
  /// and frees them at once. This allocator cannot be closed before it.
  ///
  /// Implementations open it by [OpenArenas].
  ///
  /// ## Cost
  /// Closing stops every thread of the JVM for a moment: some microseconds.
  ///
  /// @return the arena
  /// @throws UnsupportedOperationException as [#confinedArena()] does; also if this allocator is
  ///     confined to a thread
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  Arena sharedArena();
}
