package dev.cairn.engine;

import dev.cairn.platform.Zeros;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Blocks that are runs of granules by themselves: those too large for a slab, and all of a heap
/// that has no slabs.
///
/// Each call takes the lock of [Grounds].
final class LargeBlocks {
  private final HeapPlan plan;
  private final Grounds grounds;
  private final Directory directory;
  private final Usage usage;
  private final OddSizes oddSizes;
  private final Refusals refusals;
  // All guarded by the lock of the grounds.
  private long blocks;
  private long peakBlocks;
  private long bytes;
  private long allocations;
  private long failures;

  LargeBlocks(
      HeapPlan plan,
      Grounds grounds,
      Directory directory,
      Usage usage,
      OddSizes oddSizes,
      Refusals refusals) {
    this.plan = plan;
    this.grounds = grounds;
    this.directory = directory;
    this.usage = usage;
    this.oddSizes = oddSizes;
    this.refusals = refusals;
  }

  /// Makes a block live.
  ///
  /// @return its position, or [Grounds#NO_ROOM]
  long allocate(long byteSize, long byteAlignment) {
    synchronized (grounds) {
      long position = claim(byteSize, byteAlignment);
      if (position != Grounds.NO_ROOM) {
        grounds.touch(position, byteSize);
      }
      return position;
    }
  }

  /// Makes a block live, all of it zero.
  ///
  /// @return its position, or [Grounds#NO_ROOM]
  long allocateZeroed(long byteSize, long byteAlignment) {
    long position;
    long[] dirty;
    MemorySegment memory;
    synchronized (grounds) {
      position = claim(byteSize, byteAlignment);
      if (position == Grounds.NO_ROOM) {
        return position;
      }
      Ground ground = grounds.at(position);
      dirty = ground.dirtyPart(position - ground.start, byteSize);
      memory = ground.memory;
      grounds.touch(position, byteSize);
    }
    try {
      // What the system has just given is zero.
      Zeros.fill(memory, dirty[0], dirty[1] - dirty[0]);
      return position;
    } catch (Throwable failure) {
      // Memory that is not this thread's, or has ended.
      synchronized (grounds) {
        end(position);
      }
      throw failure;
    }
  }

  private long claim(long byteSize, long byteAlignment) {
    grounds.requireOpen();
    long position = grounds.claim(byteSize, byteAlignment);
    if (position != Grounds.NO_ROOM) {
      count(usableSize(position));
      blocks++;
      peakBlocks = Math.max(peakBlocks, blocks);
      allocations++;
      if (isOdd(byteSize)) {
        try {
          oddSizes.note(position, byteSize);
        } catch (Throwable failure) {
          // The Java heap is full.
          end(position);
          throw failure;
        }
      }
    }
    return position;
  }

  /// Ends a live block.
  ///
  /// @return false if it is in a slab
  boolean free(String call, long address, long byteSize, long position) {
    synchronized (grounds) {
      if (!isHere(call, address, byteSize, position)) {
        return false;
      }
      end(position);
      return true;
    }
  }

  private void end(long position) {
    oddSizes.forget(position);
    count(-usableSize(position));
    blocks--;
    grounds.release(position);
  }

  /// The usable size of a live block, or -1 if it is in a slab.
  long usableSize(String call, long address, long byteSize, long position) {
    synchronized (grounds) {
      return isHere(call, address, byteSize, position) ? usableSize(position) : -1;
    }
  }

  /// Changes the size of a live block where it stands, if that can be done.
  ///
  /// @return whether it was, or null if it is in a slab
  @Nullable Boolean resize(
      String call, long address, long byteSize, long position, long newByteSize) {
    synchronized (grounds) {
      if (!isHere(call, address, byteSize, position)) {
        return null;
      }
      long before = usableSize(position);
      if (!grounds.resize(position, newByteSize)) {
        return false;
      }
      count(usableSize(position) - before);
      oddSizes.forget(position);
      if (isOdd(newByteSize)) {
        oddSizes.note(position, newByteSize);
      }
      return true;
    }
  }

  /// Counts a request that found no room.
  void failed() {
    synchronized (grounds) {
      failures++;
    }
  }

  long blocks() {
    return blocks;
  }

  long peakBlocks() {
    return peakBlocks;
  }

  long bytes() {
    return bytes;
  }

  long allocations() {
    return allocations;
  }

  long failures() {
    return failures;
  }

  void validate(long countedBlocks, long countedBytes) {
    if (blocks != countedBlocks || bytes != countedBytes) {
      throw new AssertionError(
          countedBlocks
              + " large blocks of "
              + countedBytes
              + " bytes are live, but the count says "
              + blocks
              + " of "
              + bytes);
    }
  }

  /// Whether a size would be in a slab if there were room.
  private boolean isOdd(long byteSize) {
    return byteSize <= plan.largestInSlabs();
  }

  private void count(long more) {
    bytes += more;
    usage.added(more);
  }

  private long usableSize(long position) {
    Ground ground = grounds.at(position);
    return ground.map.usableSize(position - ground.start);
  }

  /// Whether a live block of this kind begins at a position; if none does, and it is in no slab, it
  /// is refused.
  private boolean isHere(String call, long address, long byteSize, long position) {
    grounds.requireOpen();
    if (directory.note(position >>> Chunk.GRANULE_SHIFT) != 0) {
      return false;
    }
    Ground ground = grounds.at(position);
    if (position + ground.origin() != address) {
      // Another ground has come in place of the one in which the address was.
      throw refusals.notLive(call, address, byteSize);
    }
    long offset = position - ground.start;
    switch (ground.map.at(offset)) {
      case FREE -> throw refusals.notLive(call, address, byteSize);
      case INSIDE -> throw refusals.interior(call, address, byteSize);
      case START -> {
        long usable = ground.map.usableSize(offset);
        if (byteSize != Refusals.UNKNOWN
            && (isOdd(byteSize)
                ? !oddSizes.isNoted(position, byteSize)
                : ground.map.roundedAt(offset, byteSize) != usable)) {
          throw refusals.wrongSize(call, address, byteSize, usable);
        }
      }
    }
    return true;
  }
}
