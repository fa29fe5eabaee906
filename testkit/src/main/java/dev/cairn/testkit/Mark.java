package dev.cairn.testkit;

import java.lang.foreign.MemorySegment;

/// The byte that a test fills a block with, and how it finds one that differs.
final class Mark {
  /// What [#firstOther] answers when every byte is as it should be.
  static final long NONE = -1;

  // Whole rows are compared at once: that stays fast when one JVM tests memory of all kinds.
  private static final int ROW = 1024;
  private static final MemorySegment[] ROWS = new MemorySegment[256];

  static {
    for (int mark = 0; mark < ROWS.length; mark++) {
      ROWS[mark] = MemorySegment.ofArray(new byte[ROW]).fill((byte) mark);
    }
  }

  private Mark() {}

  /// The mark of the n-th block: never zero, and different for neighbours.
  static byte of(int n) {
    return (byte) (1 + n % 255);
  }

  /// The offset of the first of `byteSize` bytes that is not `mark`, or [#NONE].
  static long firstOther(MemorySegment block, long byteSize, byte mark) {
    return firstOther(block, byteSize, mark, ROW);
  }

  /// As [#firstOther], but looks at some rows of a large block only: the last one, and others at
  /// equal distances.
  static long sampleOther(MemorySegment block, long byteSize, byte mark) {
    return firstOther(block, byteSize, mark, Math.max(byteSize / 8, ROW));
  }

  private static long firstOther(MemorySegment block, long byteSize, byte mark, long stride) {
    MemorySegment row = ROWS[mark & 0xFF];
    long last = Math.max(byteSize - ROW, 0);
    for (long offset = 0; ; offset = Math.min(offset + stride, last)) {
      long end = Math.min(offset + ROW, byteSize);
      long other = MemorySegment.mismatch(block, offset, end, row, 0, end - offset);
      if (other >= 0) {
        return offset + other;
      }
      if (offset == last) {
        return NONE;
      }
    }
  }
}
