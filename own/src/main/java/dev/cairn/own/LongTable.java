package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An owner whose block is a hash table of `long` keys and `long` values.
abstract class LongTable extends Entries {
  // Linear probing (Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R): an entry is
  // in the slot that its hash says, or in the next that was free. Key and value lie side by side,
  // so that most searches touch one cache line, where a table with control bytes touches two.
  // Removing moves the entries after it back, so that nothing is left of it. A slot whose key is 0
  // is free; the entry of the key 0 itself has a slot of its own, the last, where it is noted as 1.
  //
  // Entries are named by their offsets in the block.

  static final long ABSENT = -1;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int ENTRY_SHIFT = 4;
  private static final long ENTRY = 1 << ENTRY_SHIFT;
  private static final long VALUE = Long.BYTES;
  private static final long FREE = 0;
  private static final long FEWEST_SLOTS = 4;
  // Three of four slots may be taken: a search then looks at 2.5 on average for a key that is
  // there, and at 8.5 for one that is not (Knuth).
  private static final long SLOTS_PER_FREE = 4;
  private static final long MOST_SLOTS = 1L << 58;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  // The number of slots, a power of two, without the one of the key 0; 0 where there is no block.
  private long slots;
  // How far to the right a hash is shifted to be the number of a slot.
  private int shift;

  /// Makes an owner without a block.
  LongTable(Allocator allocator) {
    super(allocator);
  }

  /// Makes an owner of what another one has, and ends that.
  LongTable(LongTable from) {
    super(from);
    this.slots = from.slots;
    this.shift = from.shift;
  }

  @Override
  final void drop() {}

  /// How many entries there can be before the block grows.
  ///
  /// @return the number of entries, those that are there included
  /// @throws OwnershipException if this dict has ended or is another thread's
  public final long capacity() {
    requireUsable("capacity");
    return capacityOf(slots);
  }

  /// Makes sure that some entries more fit without another allocation.
  ///
  /// @param more how many entries
  /// @throws IllegalArgumentException if `more` is negative
  /// @throws MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public final void reserve(long more) {
    requireUnborrowed("reserve");
    requireMore(more);
    if (more > capacityOf(slots) - size) {
      moveTo(slotsFor(Math.min(size, Long.MAX_VALUE - more) + more));
    }
  }

  /// Gives back what memory it can: the block becomes the smallest that holds the entries.
  ///
  /// @throws MemoryExhaustedException if there is no room for the smaller block beside this one;
  ///     nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public final void shrinkToFit() {
    requireUnborrowed("shrinkToFit");
    if (size == 0) {
      slots = 0;
      changes++;
      replaceMemory(NO_BLOCK);
    } else if (slotsFor(size) < slots) {
      moveTo(slotsFor(size));
    }
  }

  static long key(MemorySegment memory, long entry) {
    return memory.get(LONG, entry);
  }

  static long value(MemorySegment memory, long entry) {
    return memory.get(LONG, entry + VALUE);
  }

  static void setValue(MemorySegment memory, long entry, long value) {
    memory.set(LONG, entry + VALUE, value);
  }

  /// The key of an entry that is there.
  final long keyOf(long entry) {
    return entry == zeroEntry() ? 0 : key(memory, entry);
  }

  /// The slot in which a search for a key begins: the highest bits of its product with 2^64 divided
  /// by the golden ratio.
  private static long home(long key, int shift) {
    return (key * GOLDEN) >>> shift;
  }

  /// The entry of a key; or, negated bit by bit, the place where it would be added.
  final long find(long key) {
    if (slots == 0) {
      return ABSENT;
    }
    MemorySegment memory = this.memory;
    long mask = slots - 1;
    if (key == FREE) {
      return key(memory, zeroEntry()) == FREE ? ~zeroEntry() : zeroEntry();
    }
    for (long slot = home(key, shift); ; slot = (slot + 1) & mask) {
      long entry = slot << ENTRY_SHIFT;
      long found = key(memory, entry);
      if (found == key) {
        return entry;
      }
      if (found == FREE) {
        return ~entry;
      }
    }
  }

  /// Adds an entry whose key is not there.
  ///
  /// @param found what [#find(long)] has answered
  final void add(long found, long key, long value) {
    long entry = ~found;
    if (size == capacityOf(slots)) {
      moveTo(slots == 0 ? FEWEST_SLOTS : 2 * slots);
      entry = ~find(key);
    }
    write(memory, entry, key, value);
    size++;
    changes++;
  }

  private static void write(MemorySegment memory, long entry, long key, long value) {
    memory.set(LONG, entry, key == FREE ? 1 : key);
    setValue(memory, entry, value);
  }

  /// Removes an entry. The one after it may be in its place then.
  final void release(long entry) {
    MemorySegment memory = this.memory;
    long hole = entry;
    if (entry != zeroEntry()) {
      long mask = zeroEntry() - 1;
      for (long at = entry; ; ) {
        at = (at + ENTRY) & mask;
        long key = key(memory, at);
        if (key == FREE) {
          break;
        }
        long home = home(key, shift) << ENTRY_SHIFT;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
          // Two words: a copy of a range costs more than all else here.
          write(memory, hole, key, value(memory, at));
          hole = at;
        }
      }
    }
    memory.set(LONG, hole, FREE);
    size--;
    changes++;
  }

  /// Removes every entry.
  final void releaseAll() {
    MemorySegment _ = memory.fill((byte) 0);
    size = 0;
    changes++;
  }

  /// Where a round over the entries begins and ends: in a slot that is free. No entry is ever moved
  /// across it.
  final long start() {
    long start = 0;
    while (size > 0 && key(memory, start) != FREE) {
      start += ENTRY;
    }
    return start;
  }

  /// The entry that comes after a place in the round. The round goes to lower offsets: so what
  /// moves when an entry is removed was visited before.
  ///
  /// @param start where the round began
  /// @param place where it is: at the start, or at the entry that was visited last
  /// @return the entry, or ABSENT
  final long next(long start, long place) {
    long zero = zeroEntry();
    if (size == 0 || place == zero) {
      return ABSENT;
    }
    MemorySegment memory = this.memory;
    long at = (place - ENTRY) & (zero - 1);
    while (at != start) {
      if (key(memory, at) != FREE) {
        return at;
      }
      at = (at - ENTRY) & (zero - 1);
    }
    return key(memory, zero) == FREE ? ABSENT : zero;
  }

  private long zeroEntry() {
    return slots << ENTRY_SHIFT;
  }

  private static long capacityOf(long slots) {
    return slots - slots / SLOTS_PER_FREE;
  }

  private static long slotsFor(long entries) {
    long slots = FEWEST_SLOTS;
    // The largest makes a request that no allocator meets.
    while (capacityOf(slots) < entries && slots < MOST_SLOTS) {
      slots *= 2;
    }
    return slots;
  }

  /// Moves all entries to a block of another size.
  private void moveTo(long newSlots) {
    MemorySegment to;
    borrowed(1);
    try {
      to = allocator.allocateZeroed((newSlots + 1) << ENTRY_SHIFT, 1);
    } finally {
      borrowed(-1);
    }
    int newShift = Long.SIZE - Long.numberOfTrailingZeros(newSlots);
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      long slot = newSlots;
      if (entry != zeroEntry()) {
        slot = home(key(memory, entry), newShift);
        while (key(to, slot << ENTRY_SHIFT) != FREE) {
          slot = (slot + 1) & (newSlots - 1);
        }
      }
      write(to, slot << ENTRY_SHIFT, keyOf(entry), value(memory, entry));
    }
    slots = newSlots;
    shift = newShift;
    changes++;
    replaceMemory(to);
  }

  /// How many slots a search for a key that is there looks at, on average.
  final double slotsPerHit() {
    long looked = 0;
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      long home = home(keyOf(entry), shift) << ENTRY_SHIFT;
      looked +=
          entry == zeroEntry() ? 1 : (((entry - home) & (zeroEntry() - 1)) >> ENTRY_SHIFT) + 1;
    }
    return (double) looked / size;
  }

  /// Checks every invariant of the table.
  final void validate() {
    long found = 0;
    long start = start();
    for (long entry = next(start, start); entry != ABSENT; entry = next(start, entry)) {
      if (find(keyOf(entry)) != entry) {
        throw new AssertionError(
            "the entry of " + keyOf(entry) + " at " + entry + " is looked for elsewhere");
      }
      found++;
    }
    if (found != size || size > capacityOf(slots)) {
      throw new AssertionError(
          size + " entries are counted, and " + found + " found in " + slots + " slots");
    }
  }
}
