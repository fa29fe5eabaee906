package dev.cairn.trace;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Any [Allocator].
final class AllocatorContestant implements Contestant {
  /// Whether an allocator knows its footprint.
  enum Footprint {
    /// Its stats say.
    KNOWN,
    /// Its stats know only what is live.
    UNKNOWN
  }

  private final Allocator allocator;
  private final Footprint footprint;
  private final @Nullable MemorySegment[] blocks;

  AllocatorContestant(Allocator allocator, int slots, Footprint footprint) {
    this.allocator = allocator;
    this.footprint = footprint;
    this.blocks = new MemorySegment[slots];
  }

  @Override
  public boolean allocate(int slot, long byteSize, long byteAlignment) {
    MemorySegment block = allocator.tryAllocate(byteSize, byteAlignment);
    blocks[slot] = block;
    return block != null;
  }

  @Override
  public boolean allocateZeroed(int slot, long byteSize, long byteAlignment) {
    try {
      blocks[slot] = allocator.allocateZeroed(byteSize, byteAlignment);
      return true;
    } catch (MemoryExhaustedException _) {
      return false;
    }
  }

  @Override
  public boolean reallocate(int slot, long byteSize, long byteAlignment) {
    MemorySegment block = blocks[slot];
    if (block == null) {
      return false;
    }
    try {
      blocks[slot] = allocator.reallocate(block, byteSize, byteAlignment);
      return true;
    } catch (MemoryExhaustedException _) {
      return false;
    }
  }

  @Override
  public void free(int slot) {
    MemorySegment block = blocks[slot];
    if (block != null) {
      blocks[slot] = null;
      allocator.free(block);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // the slot is not empty
  public MemorySegment block(int slot) {
    return blocks[slot];
  }

  @Override
  public OptionalLong peakFootprintBytes() {
    return footprint == Footprint.KNOWN
        ? OptionalLong.of(allocator.stats().peakFootprintBytes())
        : OptionalLong.empty();
  }

  @Override
  public void close() {
    allocator.close();
  }
}
