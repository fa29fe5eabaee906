package dev.cairn.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A live block whose bytes hold a stamp that no other block has: whoever writes to the block, or
/// is handed the same memory, is found out by it.
///
/// Of a large block only both ends are stamped, so that the stamping costs less than the
/// allocator's own work; of one in sixteen, every byte.
///
/// @param block the block
/// @param stamp a number drawn for this block
record Stamped(MemorySegment block, long stamp) {
  private static final long END = 64;
  private static final long WHOLE = 15;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /// Writes the stamp to a new block.
  static Stamped of(MemorySegment block, long stamp) {
    Stamped stamped = new Stamped(block, stamp);
    long byteSize = block.byteSize();
    long head = stamped.head();
    stamped.write(0, head);
    if (head < byteSize) {
      stamped.write(byteSize - END, byteSize);
    }
    return stamped;
  }

  /// Checks that every byte that was stamped is as it was.
  void requireIntact() {
    requireKept(block);
  }

  /// Checks that a block which this one has become holds all that was stamped within its size.
  void requireKept(MemorySegment now) {
    long byteSize = block.byteSize();
    long head = head();
    require(now, 0, Math.min(head, now.byteSize()));
    if (head < byteSize && byteSize <= now.byteSize()) {
      require(now, byteSize - END, byteSize);
    }
  }

  /// How many bytes from the start are stamped.
  private long head() {
    long byteSize = block.byteSize();
    return byteSize <= 2 * END || (stamp & WHOLE) == 0 ? byteSize : END;
  }

  private void write(long from, long to) {
    long offset = from;
    for (; offset <= to - Long.BYTES; offset += Long.BYTES) {
      block.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, stamp);
    }
    for (; offset < to; offset++) {
      block.set(ValueLayout.JAVA_BYTE, offset, byteAt(offset));
    }
  }

  private void require(MemorySegment now, long from, long to) {
    long offset = from;
    for (; offset <= to - Long.BYTES; offset += Long.BYTES) {
      long found = now.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
      if (found != stamp) {
        throw corrupted(now, offset, found);
      }
    }
    // Bytes that were stamped as part of a word are the same here: see byteAt.
    for (; offset < to; offset++) {
      byte found = now.get(ValueLayout.JAVA_BYTE, offset);
      if (found != byteAt(offset)) {
        throw corrupted(now, offset, found & 0xFFL);
      }
    }
  }

  /// The byte that a word in native order has at an offset.
  private byte byteAt(long offset) {
    int shift = (int) (offset % Long.BYTES) * Byte.SIZE;
    return (byte) (stamp >>> (LITTLE_ENDIAN ? shift : Long.SIZE - Byte.SIZE - shift));
  }

  private AssertionError corrupted(MemorySegment now, long offset, long found) {
    return new AssertionError(
        "at offset %d of %s should be the stamp 0x%016x, but is 0x%x: another block is there too"
            .formatted(offset, now, stamp, found));
  }
}
