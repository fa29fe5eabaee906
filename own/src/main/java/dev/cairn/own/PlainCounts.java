package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Counts for one thread.
final class PlainCounts extends Counts {
  private static final ValueLayout.OfInt COUNT = ValueLayout.JAVA_INT_UNALIGNED;

  @Override
  long byteAlignment() {
    return 1;
  }

  @Override
  Thread newcomer() {
    return Thread.currentThread();
  }

  @Override
  void begin(MemorySegment block) {
    block.set(COUNT, SharedBlock.STRONG, 0);
    block.set(COUNT, SharedBlock.WEAK, 1);
  }

  @Override
  void beginStrong(MemorySegment block) {
    block.set(COUNT, SharedBlock.STRONG, 1);
  }

  @Override
  void addStrong(MemorySegment block) {
    add(block, SharedBlock.STRONG, "strong");
  }

  @Override
  boolean tryAddStrong(MemorySegment block) {
    if (strong(block) == 0) {
      return false;
    }
    addStrong(block);
    return true;
  }

  @Override
  boolean removeStrong(MemorySegment block) {
    return remove(block, SharedBlock.STRONG);
  }

  @Override
  boolean tryRemoveOnlyStrong(MemorySegment block) {
    return strong(block) == 1 && removeStrong(block);
  }

  @Override
  void addWeakToStrong(MemorySegment block) {
    add(block, SharedBlock.WEAK, "weak");
  }

  @Override
  void addWeakToWeak(MemorySegment block) {
    add(block, SharedBlock.WEAK, "weak");
  }

  @Override
  boolean removeWeak(MemorySegment block) {
    return remove(block, SharedBlock.WEAK);
  }

  @Override
  boolean isUnique(MemorySegment block) {
    return weak(block) == 1 && strong(block) == 1;
  }

  @Override
  int strong(MemorySegment block) {
    return block.get(COUNT, SharedBlock.STRONG);
  }

  @Override
  int weak(MemorySegment block) {
    return block.get(COUNT, SharedBlock.WEAK);
  }

  private static void add(MemorySegment block, long offset, String kind) {
    int count = block.get(COUNT, offset);
    if (count >= MOST) {
      throw tooMany(kind);
    }
    block.set(COUNT, offset, count + 1);
  }

  private static boolean remove(MemorySegment block, long offset) {
    int count = block.get(COUNT, offset) - 1;
    block.set(COUNT, offset, count);
    return count == 0;
  }
}
