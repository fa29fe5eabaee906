package dev.cairn.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// How many bytes and blocks are out of slabs: live, or in the stacks of caches.
///
/// It is kept where stacks meet slabs, not at each call. So peaks count what is in stacks as live.
final class Usage {
  private final AtomicLongArray blocks = new AtomicLongArray(SizeClasses.COUNT);
  private final AtomicLongArray peakBlocks = new AtomicLongArray(SizeClasses.COUNT);
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong peakBytes = new AtomicLong();

  /// Blocks went from slabs to a stack.
  void taken(int sizeClass, int count) {
    long now = blocks.addAndGet(sizeClass, count);
    if (now > peakBlocks.get(sizeClass)) {
      long _ = peakBlocks.accumulateAndGet(sizeClass, now, Math::max);
    }
    added((long) count * SizeClasses.size(sizeClass));
  }

  /// Blocks went from a stack, or from a thread that freed them, to slabs.
  void returned(int sizeClass, int count) {
    long _ = blocks.addAndGet(sizeClass, -count);
    added(-(long) count * SizeClasses.size(sizeClass));
  }

  /// The bytes of blocks that are not in slabs have changed.
  void added(long byteSize) {
    long now = bytes.addAndGet(byteSize);
    if (byteSize > 0 && now > peakBytes.get()) {
      long _ = peakBytes.accumulateAndGet(now, Math::max);
    }
  }

  long blocks(int sizeClass) {
    return blocks.get(sizeClass);
  }

  long peakBlocks(int sizeClass) {
    return peakBlocks.get(sizeClass);
  }

  long peakBytes() {
    return peakBytes.get();
  }
}
