package dev.cairn.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What every heap can do, wherever its memory comes from: blocks of many sizes come, change their
/// size and go, and keep their bytes meanwhile. It needs no library, so that any JVM can run it.
final class HeapScenario {
  private static final int BLOCKS = 100;

  private final Heap heap;
  private final int largest;
  private final SplittableRandom random;
  private final List<MemorySegment> blocks = new ArrayList<>();

  private HeapScenario(Heap heap, int largest, long seed) {
    this.heap = heap;
    this.largest = largest;
    this.random = new SplittableRandom(seed);
  }

  /// Plays it in a heap that has room for some blocks of a size, and leaves nothing behind.
  static void play(Heap heap, int steps, int largest, long seed) {
    HeapScenario scenario = new HeapScenario(heap, largest, seed);
    for (int step = 0; step < steps; step++) {
      scenario.step();
    }
    for (MemorySegment block : scenario.blocks) {
      scenario.free(block);
    }
  }

  private void step() {
    int dice = random.nextInt(8);
    if (blocks.size() < BLOCKS && (dice < 4 || blocks.isEmpty())) {
      int byteSize =
          random.nextInt(16 << random.nextInt(28 - Integer.numberOfLeadingZeros(largest)));
      boolean zeroed = dice == 0;
      MemorySegment block =
          zeroed ? heap.allocateZeroed(byteSize, 1) : heap.tryAllocate(byteSize, 1);
      if (block != null) {
        check(!zeroed || isFilled(block, (byte) 0), "is not zero", block);
        blocks.add(mark(block));
      }
      return;
    }
    MemorySegment block = blocks.removeLast();
    if (!blocks.isEmpty()) {
      block = blocks.set(random.nextInt(blocks.size()), block);
    }
    if (dice < 7) {
      free(block);
    } else {
      requireMarked(block);
      byte mark = mark(block.address());
      long kept = Math.min(block.byteSize(), random.nextInt(largest));
      MemorySegment moved = heap.reallocate(block, kept, 1);
      check(isFilled(moved, mark), "has lost bytes", moved);
      blocks.add(mark(moved));
    }
  }

  private void free(MemorySegment block) {
    requireMarked(block);
    heap.free(block);
  }

  private static MemorySegment mark(MemorySegment block) {
    return block.fill(mark(block.address()));
  }

  private static void requireMarked(MemorySegment block) {
    check(isFilled(block, mark(block.address())), "has other bytes than it was given", block);
  }

  private static byte mark(long address) {
    return (byte) (1 + (address >>> 4) % 100);
  }

  private static boolean isFilled(MemorySegment block, byte value) {
    long byteSize = block.byteSize();
    return byteSize == 0
        || (block.get(ValueLayout.JAVA_BYTE, 0) == value
            && block.asSlice(1).mismatch(block.asSlice(0, byteSize - 1)) == -1);
  }

  private static void check(boolean holds, String otherwise, MemorySegment block) {
    if (!holds) {
      throw new AssertionError(block + " " + otherwise);
    }
  }
}
