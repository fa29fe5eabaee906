package dev.cairn.engine;

/// Slots for one thread: a stack of free ones, linked by number.
final class PlainSlots extends Slots {
  // Of a free slot: one more than the number of the slot below it; 0 at the bottom.
  private final int[] below;
  // Of a taken slot: one more than the bytes in use; 0 of a free one.
  private final long[] held;
  private int top;
  private int used;
  private long takes;

  PlainSlots(int count) {
    super(count);
    this.below = new int[count];
    this.held = new long[count];
  }

  @Override
  public int take(long byteSize) {
    int slot = top - 1;
    if (slot != NONE) {
      top = below[slot];
    } else if (used < count) {
      slot = used++;
    } else {
      return NONE;
    }
    held[slot] = byteSize + 1;
    takes++;
    return slot;
  }

  @Override
  public boolean give(int slot, long byteSize) {
    if (!resize(slot, byteSize, -1)) {
      return false;
    }
    below[slot] = top;
    top = slot + 1;
    return true;
  }

  @Override
  public boolean resize(int slot, long byteSize, long newByteSize) {
    if (held[slot] != byteSize + 1) {
      return false;
    }
    held[slot] = newByteSize + 1;
    return true;
  }

  @Override
  public long byteSize(int slot) {
    return held[slot] - 1;
  }

  @Override
  public int used() {
    return used;
  }

  @Override
  public long takes() {
    return takes;
  }

  @Override
  int following(int slot) {
    return (slot == NONE ? top : below[slot]) - 1;
  }
}
