package dev.cairn.trace;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Replays until the first request that is refused, and leaves the memory of blocks alone.
///
/// Where a block lies does not depend on what is in it: nothing is zeroed, nothing written, and
/// what moves is not copied. So a large heap costs no more memory than its bookkeeping.
final class FittingPass {
  /// The answer where no request was refused.
  static final int NONE = -1;

  private final Script script;

  FittingPass(Script script) {
    this.script = script;
  }

  /// Replays against an allocator without live blocks. Some are live when it ends.
  ///
  /// @return the index of the first operation that was refused, or [#NONE]
  int firstRefused(Allocator allocator) {
    @Nullable MemorySegment[] blocks = new MemorySegment[script.slots];
    for (int i = 0; i < script.operations; i++) {
      int slot = script.slotOf[i];
      long size = script.byteSizes[i];
      long alignment = 1L << script.alignmentShifts[i];
      switch (script.codes[i]) {
        case Trace.ALLOCATE, Trace.ALLOCATE_ZEROED ->
            blocks[slot] = allocator.tryAllocate(size, alignment);
        case Trace.REALLOCATE ->
            blocks[slot] = reallocated(allocator, blocks[slot], size, alignment);
        case Trace.FREE -> {
          free(allocator, blocks[slot]);
          continue;
        }
        default -> {
          continue;
        }
      }
      if (blocks[slot] == null) {
        return i;
      }
    }
    return NONE;
  }

  /// As [Allocator#reallocate(MemorySegment, long, long)] does it, but for the copy.
  private static @Nullable MemorySegment reallocated(
      Allocator allocator, @Nullable MemorySegment block, long byteSize, long byteAlignment) {
    if (block != null && (block.address() & (byteAlignment - 1)) == 0) {
      MemorySegment resized = allocator.resize(block, byteSize);
      if (resized != null) {
        return resized;
      }
    }
    MemorySegment moved = allocator.tryAllocate(byteSize, byteAlignment);
    if (moved != null) {
      free(allocator, block);
    }
    return moved;
  }

  private static void free(Allocator allocator, @Nullable MemorySegment block) {
    if (block != null) {
      allocator.free(block);
    }
  }
}
