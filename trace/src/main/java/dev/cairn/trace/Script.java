package dev.cairn.trace;

import java.util.Arrays;

/// A trace, made ready to replay: its operations with slots in place of blocks.
///
/// The slot of a block that ended is taken by the next one that begins, the one that ended last
/// first, so that there are as many slots as blocks are ever live and the table of them is no
/// larger than it must be.
///
/// What would make more bytes live than the limit is left out, and so is all that depends on it.
final class Script {
  final byte[] codes;
  final byte[] alignmentShifts;
  final int[] slotOf;
  final int[] blockOf;
  final long[] byteSizes;
  final int operations;
  final int slots;
  final long leftOut;
  final long peakLiveBytes;

  private static final int NONE = -1;

  Script(Trace trace, long byteLimit) {
    int capacity = trace.operations();
    codes = new byte[capacity];
    alignmentShifts = new byte[capacity];
    slotOf = new int[capacity];
    blockOf = new int[capacity];
    byteSizes = new long[capacity];

    int[] slotOfBlock = new int[trace.blocks()];
    Arrays.fill(slotOfBlock, NONE);
    long[] liveSize = new long[trace.blocks()];
    int[] vacant = new int[trace.blocks()];
    int vacancies = 0;
    int used = 0;
    int count = 0;
    long live = 0;
    long peak = 0;
    long tooLarge = 0;
    for (int i = 0; i < capacity; i++) {
      byte code = trace.code(i);
      int block = trace.block(i);
      int slot = NONE;
      if (code == Trace.ALLOCATE || code == Trace.ALLOCATE_ZEROED) {
        if (trace.byteSize(i) > byteLimit - live) {
          tooLarge++;
          continue;
        }
        slot = vacancies > 0 ? vacant[--vacancies] : used++;
        slotOfBlock[block] = slot;
      } else if (code != Trace.FREE_NULL) {
        slot = slotOfBlock[block];
        if (slot == NONE) {
          continue;
        }
        if (code == Trace.FREE) {
          vacant[vacancies++] = slot;
        } else if (trace.byteSize(i) > byteLimit - (live - liveSize[block])) {
          tooLarge++;
          continue;
        }
      }
      if (block != Trace.NO_BLOCK) {
        live += trace.byteSize(i) - liveSize[block];
        liveSize[block] = trace.byteSize(i);
        peak = Math.max(peak, live);
      }
      codes[count] = code;
      alignmentShifts[count] = (byte) Long.numberOfTrailingZeros(trace.byteAlignment(i));
      slotOf[count] = slot;
      blockOf[count] = block;
      byteSizes[count] = trace.byteSize(i);
      count++;
    }
    operations = count;
    slots = used;
    leftOut = tooLarge;
    peakLiveBytes = peak;
  }
}
