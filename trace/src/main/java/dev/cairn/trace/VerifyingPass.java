package dev.cairn.trace;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Replays once to see that the contestant keeps its word, and counts where it does not.
///
/// Every block is filled with a pattern of its own, which must be there when it is reallocated or
/// freed, and at the end. Two live blocks that overlap show by this: whichever was filled first has
/// lost bytes. Besides, each block must have the size and alignment that were asked for, and zeroed
/// ones must be zero. An operation counts once, however much is wrong with it.
final class VerifyingPass {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final int NONE = -1;

  private final Script script;
  private final Contestant contestant;
  // Per slot: the number of the block in it, or NONE, and its size.
  private final int[] blockIn;
  private final long[] sizeIn;
  private long refused;
  private long wrong;

  VerifyingPass(Script script, Contestant contestant) {
    this.script = script;
    this.contestant = contestant;
    this.blockIn = new int[script.slots];
    this.sizeIn = new long[script.slots];
    Arrays.fill(blockIn, NONE);
  }

  /// The number of requests that were not met.
  long refused() {
    return refused;
  }

  /// The number of operations that went wrong in any other way.
  long wrong() {
    return wrong;
  }

  void run(Meter meter) {
    for (int i = 0; i < script.operations; i++) {
      meter.at(i, script.operations);
      if (!isRight(i)) {
        wrong++;
      }
    }
    for (int slot = 0; slot < blockIn.length; slot++) {
      if (blockIn[slot] != NONE && !survived(slot, sizeIn[slot])) {
        wrong++;
      }
    }
  }

  private boolean isRight(int i) {
    int slot = script.slotOf[i];
    try {
      return switch (script.codes[i]) {
        case Trace.ALLOCATE, Trace.ALLOCATE_ZEROED -> allocates(i, slot);
        case Trace.REALLOCATE -> blockIn[slot] == NONE || reallocates(i, slot);
        case Trace.FREE -> blockIn[slot] == NONE || frees(slot);
        default -> {
          contestant.freeNull();
          yield true;
        }
      };
    } catch (RuntimeException | OutOfMemoryError | AssertionError _) {
      // Whatever the contestant threw, its slot cannot be relied on from here.
      if (slot != NONE) {
        blockIn[slot] = NONE;
      }
      return false;
    }
  }

  private boolean allocates(int i, int slot) {
    long size = script.byteSizes[i];
    long alignment = 1L << script.alignmentShifts[i];
    boolean zeroed = script.codes[i] == Trace.ALLOCATE_ZEROED;
    boolean met =
        zeroed
            ? contestant.allocateZeroed(slot, size, alignment)
            : contestant.allocate(slot, size, alignment);
    if (!met) {
      refused++;
      return true;
    }
    boolean right = isAsAsked(slot, size, alignment) && (!zeroed || isZero(slot, size));
    blockIn[slot] = script.blockOf[i];
    fill(slot, 0, size);
    return right;
  }

  private boolean reallocates(int i, int slot) {
    long size = script.byteSizes[i];
    long before = sizeIn[slot];
    boolean right = survived(slot, before);
    if (!contestant.reallocate(slot, size, 1L << script.alignmentShifts[i])) {
      refused++;
      return right && survived(slot, before);
    }
    long kept = Math.min(before, size);
    right &= isAsAsked(slot, size, 1L << script.alignmentShifts[i]) && survived(slot, kept);
    fill(slot, kept & -Long.BYTES, size);
    return right;
  }

  private boolean frees(int slot) {
    boolean right = survived(slot, sizeIn[slot]);
    blockIn[slot] = NONE;
    contestant.free(slot);
    return right;
  }

  private boolean isAsAsked(int slot, long size, long alignment) {
    MemorySegment block = contestant.block(slot);
    return block.byteSize() == size && (block.address() & (alignment - 1)) == 0;
  }

  private boolean isZero(int slot, long size) {
    MemorySegment block = contestant.block(slot);
    for (long offset = 0; offset < size; offset++) {
      if (block.get(ValueLayout.JAVA_BYTE, offset) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Writes the pattern from an offset that is a multiple of 8 to the end, and notes the size.
  private void fill(int slot, long from, long size) {
    MemorySegment block = contestant.block(slot);
    long seed = blockIn[slot] * GOLDEN;
    long offset = from;
    for (; offset <= size - Long.BYTES; offset += Long.BYTES) {
      block.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, seed + offset);
    }
    for (; offset < size; offset++) {
      block.set(ValueLayout.JAVA_BYTE, offset, byteAt(seed, offset));
    }
    sizeIn[slot] = size;
  }

  /// Whether the first `size` bytes of a block are as [#fill(int, long, long)] left them.
  private boolean survived(int slot, long size) {
    MemorySegment block = contestant.block(slot);
    long seed = blockIn[slot] * GOLDEN;
    long offset = 0;
    for (; offset <= size - Long.BYTES; offset += Long.BYTES) {
      if (block.get(ValueLayout.JAVA_LONG_UNALIGNED, offset) != seed + offset) {
        return false;
      }
    }
    for (; offset < size; offset++) {
      if (block.get(ValueLayout.JAVA_BYTE, offset) != byteAt(seed, offset)) {
        return false;
      }
    }
    return true;
  }

  /// One byte of the pattern: that of the word it lies in, in the machine's order, so that a word
  /// that was cut short reads the same.
  private static byte byteAt(long seed, long offset) {
    long word = seed + (offset & -Long.BYTES);
    int index = (int) (offset & (Long.BYTES - 1));
    boolean littleEndian = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return (byte) (word >>> (Byte.SIZE * (littleEndian ? index : Long.BYTES - 1 - index)));
  }
}
