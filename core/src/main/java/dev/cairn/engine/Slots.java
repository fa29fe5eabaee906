package dev.cairn.engine;

/// Which of a number of slots are taken, and which to take next.
///
/// Both kinds take and give in O(1): what was given last is taken first, and slots that were never
/// taken only when no other is left. So as many were taken at once, at most, as were ever taken.
public abstract sealed class Slots permits PlainSlots, AtomicSlots {
  /// What [#take(long)] answers when every slot is taken.
  public static final int NONE = -1;

  final int count;

  Slots(int count) {
    this.count = count;
  }

  /// Slots for one thread.
  ///
  /// @param count how many there are
  /// @return the slots, all of them free
  public static Slots plain(int count) {
    return new PlainSlots(count);
  }

  /// Slots for any thread.
  ///
  /// @param count how many there are
  /// @return the slots, all of them free
  public static Slots atomic(int count) {
    return new AtomicSlots(count);
  }

  /// Takes a slot.
  ///
  /// @param byteSize how much of it is in use, in bytes
  /// @return its number, from 0; or [#NONE]
  public abstract int take(long byteSize);

  /// Gives a slot back.
  ///
  /// @param slot its number
  /// @param byteSize how much of it was in use
  /// @return false if that is not so, and then nothing has changed
  public abstract boolean give(int slot, long byteSize);

  /// Changes how much of a slot is in use.
  ///
  /// @param slot its number
  /// @param byteSize how much it was
  /// @param newByteSize how much it is to be
  /// @return false if it was not so much, and then nothing has changed
  public abstract boolean resize(int slot, long byteSize, long newByteSize);

  /// How much of a slot is in use.
  ///
  /// @param slot its number
  /// @return the size in bytes; -1 if it is free
  public abstract long byteSize(int slot);

  /// How many slots were ever taken.
  ///
  /// @return the number of different ones: the most that were taken at once
  public abstract int used();

  /// How many times a slot was taken.
  ///
  /// @return the number of successful calls of [#take(long)]
  public abstract long takes();

  /// Whether a slot is taken.
  ///
  /// @param slot its number
  /// @return true if it is
  public final boolean isTaken(int slot) {
    return byteSize(slot) >= 0;
  }

  /// The slot that was given before one, among those that are free.
  ///
  /// @param slot its number, or [#NONE] for the last that was given
  /// @return the number of the slot that would be taken after it, or [#NONE]
  abstract int following(int slot);

  /// How many slots are taken.
  ///
  /// @return the number
  public int taken() {
    int taken = 0;
    for (int slot = 0; slot < used(); slot++) {
      taken += isTaken(slot) ? 1 : 0;
    }
    return taken;
  }

  /// The bytes of bookkeeping on the Java heap.
  ///
  /// @return a link and a size for each slot
  public long metadataBytes() {
    return 12L * count;
  }

  /// Checks every invariant. No other thread may be using the slots.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    int free = 0;
    for (int slot = following(NONE); slot != NONE; slot = following(slot)) {
      if (slot < 0 || slot >= used() || isTaken(slot) || ++free > used()) {
        throw new AssertionError("the free slots lead to slot " + slot + ", which is not free");
      }
    }
    if (free + taken() != used()) {
      throw new AssertionError(
          used() + " slots were used, but " + free + " are free and " + taken() + " taken");
    }
  }
}
