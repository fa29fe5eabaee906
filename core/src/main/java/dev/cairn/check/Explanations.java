package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What can be said of an address, from the checked blocks that are there or nearby.
///
/// @param below where blocks come from
/// @param plan what is checked
/// @param blocks the checked blocks, live and in quarantine
record Explanations(Allocator below, CheckPlan plan, CheckedBlocks blocks) {
  /// How far from a raw block an address may be to be told from it, in bytes.
  private static final long NEARBY = 4096;

  /// What an address is, in words.
  String of(MemorySegment segment) {
    CheckedBlock nearest = blocks.nearestTo(segment);
    if (nearest == null) {
      return "unknown";
    }
    synchronized (nearest) {
      return nearest.distanceTo(segment) <= NEARBY ? nearest.whatIs(segment.address()) : "unknown";
    }
  }

  /// The exception to throw instead of another one, which an access has thrown.
  RuntimeException of(MemorySegment segment, RuntimeException failure) {
    CheckedBlock nearest = blocks.nearestTo(segment);
    if (nearest == null) {
      return failure;
    }
    synchronized (nearest) {
      return nearest.distanceTo(segment) == 0 ? nearest.usedAfterFree(segment, failure) : failure;
    }
  }

  /// What was handed in is no checked block, although every block is one.
  ///
  /// @param lookup asks the allocator below
  InvalidBlockException unknown(String call, MemorySegment block, long byteSize, Runnable lookup) {
    try {
      lookup.run();
    } catch (InvalidBlockException refusal) {
      return of(call, block, byteSize, refusal.as(call));
    } catch (UnsupportedOperationException unknowable) {
      String nothing = "no block that was allocated through the checks begins there";
      return of(call, block, byteSize, foreign(call, block, byteSize, nothing));
    }
    String what = "that is a block that " + below + " has handed out by itself, past the checks";
    return foreign(call, block, byteSize, what);
  }

  private static InvalidBlockException foreign(
      String call, MemorySegment block, long byteSize, String what) {
    String shown = CheckedBlock.shown(block.address(), block);
    return new InvalidBlockException(
        Kind.FOREIGN,
        block.address(),
        call + " of " + byteSize + " bytes at " + shown + ", but " + what);
  }

  /// Says more of what the allocator below has refused, if it lies in or near a checked block.
  InvalidBlockException of(
      String call, MemorySegment block, long byteSize, InvalidBlockException refusal) {
    CheckedBlock nearest = blocks.nearestTo(block);
    if (nearest == null) {
      return refusal;
    }
    synchronized (nearest) {
      long at = block.address();
      long distance = nearest.distanceTo(block);
      @Nullable Kind kind =
          distance == 0
              ? nearest.kindOf(at)
              : distance <= NEARBY && plan.level() == CheckLevel.FULL ? refusal.kind() : null;
      return kind == null ? refusal : nearest.refusal(kind, call, at, byteSize);
    }
  }
}
