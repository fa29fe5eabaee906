package dev.cairn.check;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The bytes that memory is filled with where the program may not, or does not yet, know what is
/// there.
final class Poison {
  /// In a new block.
  static final byte FRESH = (byte) 0xA5;

  /// Before and behind a block.
  static final byte REDZONE = (byte) 0xFA;

  /// In a block that was freed.
  static final byte FREED = (byte) 0xFD;

  /// That there is no other byte.
  static final long NONE = -1;

  private static final int ROW = 4096;
  private static final MemorySegment REDZONES = row(REDZONE);
  private static final MemorySegment FREED_BYTES = row(FREED);

  private Poison() {}

  /// The offset of the first byte that is not as it was filled, or [#NONE].
  ///
  /// @param memory the memory
  /// @param from the first offset to look at
  /// @param to the offset after the last
  /// @param poison what it was filled with: [#REDZONE] or [#FREED]
  static long firstOther(MemorySegment memory, long from, long to, byte poison) {
    MemorySegment row = poison == REDZONE ? REDZONES : FREED_BYTES;
    for (long at = from; at < to; at += ROW) {
      long end = Math.min(at + ROW, to);
      long other = MemorySegment.mismatch(memory, at, end, row, 0, end - at);
      if (other != NONE) {
        return at + other;
      }
    }
    return NONE;
  }

  /// The offset of the last byte that is not as it was filled; there is one.
  static long lastOther(MemorySegment memory, long to, byte poison) {
    long at = to - 1;
    while (memory.get(ValueLayout.JAVA_BYTE, at) == poison) {
      at--;
    }
    return at;
  }

  private static MemorySegment row(byte poison) {
    return MemorySegment.ofArray(new byte[ROW]).fill(poison);
  }
}
