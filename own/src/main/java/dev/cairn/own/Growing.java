package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;

/// An owner whose contents lie at the start of a block that grows as needed.
///
/// The block grows where it stands if the allocator can do that, else it moves. It doubles, so that
/// adding a byte costs O(1) on average.
abstract class Growing extends Owner {
  private static final long FIRST_BYTES = 64;

  private final long byteAlignment;

  // The size of the block; or less than any, while it is borrowed. So one comparison tells whether
  // something may be added, which is the shortest of calls.
  private long room;

  /// Makes an owner without a block.
  Growing(Allocator allocator, long byteAlignment) {
    super(allocator, NO_BLOCK);
    this.byteAlignment = byteAlignment;
  }

  /// Makes an owner of what another one has, and ends that.
  Growing(Growing from) {
    super(from);
    this.byteAlignment = from.byteAlignment;
    this.room = from.room;
  }

  @Override
  final void setMemory(MemorySegment memory) {
    super.setMemory(memory);
    room = memory.byteSize();
  }

  @Override
  final void borrowed(int more) {
    super.borrowed(more);
    room = isBorrowed() ? -1 : memory.byteSize();
  }

  /// Makes sure that some bytes more can be in use, and leaves room for others after them.
  ///
  /// What is lent has its size, so it is refused during a borrow even if there is room.
  ///
  /// @param call the method that was called, for the message
  /// @param more how many bytes
  final void makeRoom(String call, long more) {
    makeRoomTo(call, sum(usedBytes(), more));
  }

  /// Makes sure that all bytes up to an offset can be in use, and leaves room for others after
  /// them.
  ///
  /// @param call the method that was called, for the message
  /// @param end the offset
  final void makeRoomTo(String call, long end) {
    requireUsable(call);
    if (end > room) {
      requireUnborrowed(call);
      grow(end);
    }
  }

  private void grow(long needed) {
    long wanted = Math.max(sum(memory.byteSize(), memory.byteSize()), FIRST_BYTES);
    long spare = Math.max(0, wanted - needed);
    while (true) {
      try {
        setCapacity(sum(needed, spare));
        return;
      } catch (MemoryExhaustedException full) {
        // Less may do, but not so little that the next bytes need all of this again.
        if (spare == 0) {
          throw full;
        }
        spare = spare < FIRST_BYTES ? 0 : spare / 4;
      }
    }
  }

  /// Makes sure that some bytes more can be in use, and no more than those if it must grow.
  ///
  /// @param call the method that was called, for the message
  /// @param more how many bytes
  final void makeExactRoom(String call, long more) {
    requireUnborrowed(call);
    long needed = sum(usedBytes(), more);
    if (needed > memory.byteSize()) {
      setCapacity(needed);
    }
  }

  /// Gives back what is not in use, but for some bytes.
  ///
  /// @param call the method that was called, for the message
  /// @param capacity how many bytes to keep at least, if there are so many
  final void shrink(String call, long capacity) {
    requireUnborrowed(call);
    long wanted = Math.max(usedBytes(), capacity);
    if (wanted == 0) {
      replaceMemory(NO_BLOCK);
    } else if (wanted < memory.byteSize()) {
      setCapacity(wanted);
    }
  }

  private void setCapacity(long byteSize) {
    // What no layout has is asked for as the largest one, so that the allocator refuses it.
    long wanted = Math.min(byteSize, Long.MAX_VALUE - byteAlignment + 1);
    MemorySegment block;
    borrowed(1);
    try {
      block =
          memory.equals(NO_BLOCK)
              ? allocator.allocate(wanted, byteAlignment)
              : allocator.reallocate(memory, wanted, byteAlignment);
    } finally {
      borrowed(-1);
    }
    setMemory(block);
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
