package dev.cairn.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Live blocks of one allocator, each filled with a byte of its own, that a test looks at again
/// later: whoever wrote to them or lost their bytes is found out.
final class Witnesses {
  private final Allocator allocator;
  private final List<MemorySegment> blocks = new ArrayList<>();

  Witnesses(Allocator allocator) {
    this.allocator = allocator;
  }

  /// A dozen small blocks.
  static Witnesses of(Allocator allocator) {
    Witnesses witnesses = new Witnesses(allocator);
    for (int size : new int[] {0, 1, 8, 16, 24, 40, 64, 100, 256, 500, 1024, 3000}) {
      witnesses.add(allocator.allocate(size, 1));
    }
    return witnesses;
  }

  /// Takes a block in and fills it.
  MemorySegment add(MemorySegment block) {
    blocks.add(block.fill(Mark.of(blocks.size())));
    return block;
  }

  int size() {
    return blocks.size();
  }

  MemorySegment get(int index) {
    return blocks.get(index);
  }

  /// The last block, which the caller frees.
  MemorySegment removeLast() {
    return blocks.removeLast();
  }

  /// Checks that every block holds its bytes.
  void assertIntact() {
    for (int i = 0; i < blocks.size(); i++) {
      assertMarked(blocks.get(i), Mark.of(i));
    }
  }

  /// Checks that every block holds its bytes, that no other block is live, and that the allocator
  /// still hands out blocks.
  void assertAlone() {
    assertIntact();
    assertEquals(blocks.size(), allocator.stats().liveBlocks(), "live blocks");
    MemorySegment another = allocator.allocate(48, 1).fill((byte) 0x5A);
    assertIntact();
    assertMarked(another, (byte) 0x5A);
    allocator.free(another);
    assertIntact();
  }

  /// Frees every block, the last one first.
  void free() {
    assertIntact();
    for (MemorySegment block : blocks.reversed()) {
      allocator.free(block);
    }
    blocks.clear();
  }

  static void assertMarked(MemorySegment block, byte mark) {
    assertMarked(block, block.byteSize(), mark);
  }

  static void assertMarked(MemorySegment block, long byteSize, byte mark) {
    long offset = Mark.firstOther(block, byteSize, mark);
    if (offset != Mark.NONE) {
      fail(
          "byte "
              + offset
              + " of "
              + block
              + " should be "
              + mark
              + ", but is "
              + block.get(ValueLayout.JAVA_BYTE, offset));
    }
  }

  /// Whether blocks of this allocator can be given the scope of an arena.
  static boolean hasArenas(Allocator allocator) {
    try (Arena arena = allocator.confinedArena()) {
      return arena.scope().isAlive();
    } catch (UnsupportedOperationException refused) {
      return false;
    }
  }
}
