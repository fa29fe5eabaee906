package dev.cairn.memory;

import dev.cairn.alloc.Layout;

/// How the memory of a pool is divided: slots of one layout, side by side.
///
/// @param slot the layout of each, as of an element of an array
/// @param count how many there are
record SlotRow(Layout slot, int count) {
  /// Slots of a layout.
  ///
  /// @throws IllegalArgumentException if the number is negative, or they are more than memory can
  ///     be
  static SlotRow of(Layout slot, int count) {
    Layout whole = whole(slot);
    if (count < 0 || count > Long.MAX_VALUE / whole.byteSize()) {
      throw new IllegalArgumentException(
          "a pool of "
              + count
              + " slots of "
              + whole
              + ": choose 0 slots or more, of 2^63 bytes together at most");
    }
    return new SlotRow(whole, count);
  }

  /// As many slots of a layout as fit into memory.
  ///
  /// @throws IllegalArgumentException if they are more than an int counts
  static SlotRow within(long byteSize, Layout slot) {
    Layout whole = whole(slot);
    long count = byteSize / whole.byteSize();
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a pool over "
              + byteSize
              + " bytes, which are "
              + count
              + " slots of "
              + whole
              + ": bring memory for "
              + Integer.MAX_VALUE
              + " at most, or choose larger slots");
    }
    return new SlotRow(whole, (int) count);
  }

  /// The bytes of all slots.
  long byteSize() {
    return slot.byteSize() * count;
  }

  private static Layout whole(Layout slot) {
    return new Layout(Math.max(slot.byteSize(), 1), slot.byteAlignment()).padToAlign();
  }
}
