package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The descriptor of a table's block: where things lie in it, and what its control bytes say.
///
/// ```
/// control bytes, 8 to a group | entries, 8 to a group | a spare entry
/// ```
///
/// A control byte tells of one slot: it is empty, it was emptied while its group was full, or it is
/// taken, and then the byte is a *tag*: 7 bits of the hash.
final class TableBlock {
  /// Says that a slot is free, and that no search goes beyond its group.
  static final byte EMPTY = (byte) 0xff;

  /// Says that a slot is free, but that searches go on beyond its group.
  static final byte DELETED = (byte) 0x80;

  static final int SLOTS_PER_GROUP = 8;

  /// How many slots of each group are taken, on average, when a table is full.
  static final int LOAD_PER_GROUP = 7;

  // More groups than any block has room for, so that no sum overflows.
  private static final long MOST_GROUPS = 1L << 58;

  // A request that every allocator refuses, and can refuse in so many words.
  private static final long NO_SUCH_SIZE = 1L << 62;

  // The first slot of a group is in the low byte.
  private static final ValueLayout.OfLong CONTROLS =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private TableBlock() {}

  /// The size of a block.
  static long byteSize(long groups, long stride) {
    long slots = groups * SLOTS_PER_GROUP;
    // A bound on the slots for which nothing below overflows.
    return slots >= NO_SUCH_SIZE / (stride + 2) ? NO_SUCH_SIZE : slots + (slots + 1) * stride;
  }

  /// The fewest groups that have room for some entries: a power of two.
  static long groupsFor(long entries) {
    long groups = entries / LOAD_PER_GROUP + (entries % LOAD_PER_GROUP == 0 ? 0 : 1);
    return groups >= MOST_GROUPS ? MOST_GROUPS : Math.max(1, Long.highestOneBit(2 * groups - 1));
  }

  /// Where the entry of a slot begins. The spare one is that of the slot after the last.
  static long entry(long groups, long stride, long slot) {
    return groups * SLOTS_PER_GROUP + slot * stride;
  }

  /// The control bytes of a group.
  static long controls(MemorySegment memory, long group) {
    return memory.get(CONTROLS, group * SLOTS_PER_GROUP);
  }

  static void setControls(MemorySegment memory, long group, long controls) {
    memory.set(CONTROLS, group * SLOTS_PER_GROUP, controls);
  }

  static byte control(MemorySegment memory, long slot) {
    return memory.get(ValueLayout.JAVA_BYTE, slot);
  }

  static void setControl(MemorySegment memory, long slot, byte control) {
    memory.set(ValueLayout.JAVA_BYTE, slot, control);
  }

  // What follows looks at 8 control bytes at once. Each answers a word in which the high bit of
  // each byte says yes or no: `first` tells the first slot with a yes, `word & (word - 1)` is the
  // word without it.

  static int first(long bits) {
    return Long.numberOfTrailingZeros(bits) >>> 3;
  }

  /// The slots with a tag. Now and then one more, above a slot that has it.
  static long tagged(long controls, long tag) {
    long zeroWhereEqual = controls ^ (tag * LOW_BITS);
    return (zeroWhereEqual - LOW_BITS) & ~zeroWhereEqual & HIGH_BITS;
  }

  static long empty(long controls) {
    // EMPTY alone has both of the two highest bits.
    return controls & (controls << 1) & HIGH_BITS;
  }

  static long free(long controls) {
    return controls & HIGH_BITS;
  }

  static long taken(long controls) {
    return ~controls & HIGH_BITS;
  }

  /// Control bytes that say of each taken slot that it is deleted, and of each free one that it is
  /// empty.
  static long takenAsDeleted(long controls) {
    long taken = taken(controls);
    return ~taken + (taken >>> 7);
  }
}
