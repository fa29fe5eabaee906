package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.telemetry.Sampler;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Where the blocks of a [CheckedAllocator] come from: from the allocator below, and if that has
/// none, from it once more when the quarantine has been given up.
///
/// As many threads may use it as may use the allocator below.
final class CheckedRequests {
  private final Allocator below;
  private final CheckPlan plan;
  private final CheckedBlocks blocks;
  private final Sampler sampler;
  private final @Nullable Thread owner;
  // Requests that were put to the allocator below twice, and those that were not put to it at all.
  private final LongAdder retries = new LongAdder();
  private final LongAdder refusals = new LongAdder();

  /// @param below where raw blocks come from
  /// @param plan what is checked
  /// @param blocks where checked blocks go
  /// @param sampler which are checked, where they are sampled
  /// @param owner the thread whose scopes of their own checked blocks are to have; null for none
  CheckedRequests(
      Allocator below,
      CheckPlan plan,
      CheckedBlocks blocks,
      Sampler sampler,
      @Nullable Thread owner) {
    this.below = below;
    this.plan = plan;
    this.blocks = blocks;
    this.sampler = sampler;
    this.owner = owner;
  }

  MemorySegment allocate(long byteSize, long byteAlignment) {
    if (isChecked(byteSize)) {
      return allocateChecked(byteSize, byteAlignment, Poison.FRESH);
    }
    try {
      return below.allocate(byteSize, byteAlignment);
    } catch (MemoryExhaustedException exhausted) {
      if (!makesRoom()) {
        throw exhausted;
      }
      return below.allocate(byteSize, byteAlignment);
    }
  }

  @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    if (isChecked(byteSize)) {
      return tryAllocateChecked(byteSize, byteAlignment, Poison.FRESH);
    }
    MemorySegment block = below.tryAllocate(byteSize, byteAlignment);
    return block == null && makesRoom() ? below.tryAllocate(byteSize, byteAlignment) : block;
  }

  MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    if (isChecked(byteSize)) {
      return allocateChecked(byteSize, byteAlignment, (byte) 0);
    }
    try {
      return below.allocateZeroed(byteSize, byteAlignment);
    } catch (MemoryExhaustedException exhausted) {
      if (!makesRoom()) {
        throw exhausted;
      }
      return below.allocateZeroed(byteSize, byteAlignment);
    }
  }

  /// How many failures of the allocator below the program has not seen; negative if there were more
  /// that it has seen, and the allocator below has not.
  long unseenFailures() {
    return retries.sum() - refusals.sum();
  }

  private boolean isChecked(long byteSize) {
    return switch (plan.level()) {
      case OFF -> false;
      case SAMPLED -> sampler.picks(byteSize);
      case FULL -> true;
    };
  }

  /// Makes room by giving up the quarantine; answers whether it is worth trying again.
  private boolean makesRoom() {
    boolean drained = blocks.drain();
    if (drained) {
      retries.increment();
    }
    return drained;
  }

  private MemorySegment allocateChecked(long byteSize, long byteAlignment, byte fill) {
    MemorySegment block = tryAllocateChecked(byteSize, byteAlignment, fill);
    if (block == null) {
      throw new MemoryExhaustedException(
          byteSize,
          byteAlignment,
          "this checked "
              + below
              + " has none for it and for redzones of "
              + plan.redzoneBytes()
              + " bytes, and its quarantine is empty; free blocks, or give it more memory");
    }
    return block;
  }

  private @Nullable MemorySegment tryAllocateChecked(long byteSize, long byteAlignment, byte fill) {
    Layout.requireValid(byteSize, byteAlignment);
    long redzone = plan.redzoneBytes();
    long front = (redzone + byteAlignment - 1) & -byteAlignment;
    if (byteSize > Long.MAX_VALUE - front - redzone - byteAlignment) {
      refusals.increment();
      return null;
    }
    CallStack caller = CallStack.here(plan.stackDepth());
    long rawSize = front + byteSize + redzone;
    MemorySegment raw = below.tryAllocate(rawSize, byteAlignment);
    if (raw == null && makesRoom()) {
      raw = below.tryAllocate(rawSize, byteAlignment);
    }
    if (raw == null) {
      return null;
    }
    try {
      CheckedBlock block = new CheckedBlock(raw, front, byteSize, fill, caller, owner);
      blocks.add(block);
      return block.segment();
    } catch (Throwable failure) {
      // Memory that is not this thread's, or the Java heap is full.
      below.free(raw);
      throw failure;
    }
  }
}
