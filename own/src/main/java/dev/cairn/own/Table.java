package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An owner whose block is a hash table. It places entries, finds room for them and moves them;
/// what an entry is, and which one is wanted, its kinds know.
abstract class Table extends Entries {
  // A Swiss table, after Matt Kulukundis' talk "Designing a Fast, Efficient, Cache-friendly Hash
  // Table, Step by Step" (CppCon 2017), Abseil's design notes (abseil.io/about/design/swisstables)
  // and hashbrown, the table of Rust's standard library.
  //
  // A hash is split in two: 7 bits are the tag, kept in the slot's control byte; the others say in
  // which group of 8 slots a search begins. It compares all tags of the group at once, as bytes of
  // a long (Java has no vectors without an incubating module), and looks only at entries whose tag
  // fits. If no slot of the group is empty, it goes on, 1 group further, then 2, then 3: over a
  // number of groups that is a power of two, this comes to each of them once. At most 7/8 of the
  // slots are not empty, so it comes to an end.
  //
  // Groups do not overlap. So whether a search goes beyond a group depends on that group alone, and
  // a slot that is emptied is EMPTY if its group has another one that is: no search went beyond it.
  // Only in a group without any does it become DELETED. When those have used up the room they are
  // swept out in place, if that gains a tenth of the table; else the table doubles.
  //
  // Hashes are not kept: elements that would be slow to hash keep their hash themselves. So code of
  // a user may run, and throw, when entries get another place. In another block that changes
  // nothing; in place, see `sweep`.

  static final long ABSENT = -1;

  /// The bytes from one entry to the next.
  final long stride;

  /// The number of groups, less one; -1 where there is no block.
  long groupMask = -1;

  /// How many slots that are empty may still be taken.
  private long room;

  /// Makes an owner without a block.
  Table(Allocator allocator, long stride) {
    super(allocator);
    this.stride = stride;
  }

  /// Makes an owner of what another one has, and ends that.
  Table(Table from) {
    super(from);
    this.stride = from.stride;
    this.groupMask = from.groupMask;
    this.room = from.room;
  }

  /// The hash of an entry, [mixed][#mix(long)].
  abstract long hashOf(MemorySegment memory, long entry);

  /// Ends what an entry owns.
  abstract void dropEntry(long entry);

  /// Spreads what is in any bit of a hash code over all bits: both halves of its product with 2^64
  /// divided by the golden ratio.
  static long mix(long hashCode) {
    return hashCode * 0x9e3779b97f4a7c15L ^ Math.multiplyHigh(hashCode, 0x9e3779b97f4a7c15L);
  }

  static long tag(long hash) {
    return hash & 0x7f;
  }

  /// The group in which a search begins, before the mask is applied.
  static long home(long hash) {
    return hash >>> 7;
  }

  /// How many entries there can be before the block grows.
  ///
  /// @return the number of entries, those that are there included
  /// @throws OwnershipException if this dict has ended or is another thread's
  public final long capacity() {
    requireUsable("capacity");
    return (groupMask + 1) * TableBlock.LOAD_PER_GROUP;
  }

  /// Makes sure that some entries more fit without another allocation.
  ///
  /// @param more how many entries
  /// @throws IllegalArgumentException if `more` is negative
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public final void reserve(long more) {
    requireUnborrowed("reserve");
    requireMore(more);
    if (more <= room) {
      return;
    }
    long groups = TableBlock.groupsFor(Math.min(size, Long.MAX_VALUE - more) + more);
    if (groups <= groupMask + 1) {
      sweep();
    } else {
      moveTo(groups);
    }
  }

  /// Gives back what memory it can: the block becomes the smallest that holds the entries.
  ///
  /// @throws dev.cairn.alloc.MemoryExhaustedException if there is no room for the smaller block
  ///     beside this one; nothing has changed
  /// @throws OwnershipException if this dict has ended, is another thread's, or is borrowed
  public final void shrinkToFit() {
    requireUnborrowed("shrinkToFit");
    if (size == 0) {
      groupMask = -1;
      room = 0;
      changes++;
      replaceMemory(NO_BLOCK);
    } else if (TableBlock.groupsFor(size) <= groupMask) {
      moveTo(TableBlock.groupsFor(size));
    }
  }

  /// Where the entry of a slot begins.
  final long entry(long slot) {
    return TableBlock.entry(groupMask + 1, stride, slot);
  }

  /// An entry's worth of memory that belongs to no slot.
  final long spare() {
    return entry((groupMask + 1) * TableBlock.SLOTS_PER_GROUP);
  }

  /// The first slot from one on that is taken.
  ///
  /// @return the slot, or ABSENT
  final long taken(long from) {
    MemorySegment memory = this.memory;
    long notBefore = -1L << (from << 3);
    for (long group = from >>> 3; group <= groupMask; group++) {
      long taken = TableBlock.taken(TableBlock.controls(memory, group)) & notBefore;
      if (taken != 0) {
        return group * TableBlock.SLOTS_PER_GROUP + TableBlock.first(taken);
      }
      notBefore = -1;
    }
    return ABSENT;
  }

  /// A free slot for an entry that is not in the table. There is one, or this makes room.
  ///
  /// The caller writes the entry, and then [takes][#take(long, long)] the slot.
  final long freeSlot(long hash) {
    if (groupMask >= 0) {
      long slot = firstFree(memory, groupMask, hash);
      if (room > 0 || TableBlock.control(memory, slot) == TableBlock.DELETED) {
        return slot;
      }
    }
    makeRoom();
    return firstFree(memory, groupMask, hash);
  }

  final void take(long slot, long hash) {
    if (TableBlock.control(memory, slot) == TableBlock.EMPTY) {
      room--;
    }
    TableBlock.setControl(memory, slot, (byte) tag(hash));
    size++;
    changes++;
  }

  /// Makes a slot free. What was in it still lies there.
  final void release(long slot) {
    if (TableBlock.empty(TableBlock.controls(memory, slot >>> 3)) != 0) {
      TableBlock.setControl(memory, slot, TableBlock.EMPTY);
      room++;
    } else {
      TableBlock.setControl(memory, slot, TableBlock.DELETED);
    }
    size--;
    changes++;
  }

  /// Makes every slot free.
  final void releaseAll() {
    if (groupMask >= 0) {
      empty(memory, groupMask + 1);
    }
    size = 0;
    room = (groupMask + 1) * TableBlock.LOAD_PER_GROUP;
    changes++;
  }

  private void makeRoom() {
    long groups = groupMask + 1;
    // A sweep pays if it gains 3/32 of the slots at least. Abseil draws the line there.
    if (groups > 0 && size <= groups * TableBlock.SLOTS_PER_GROUP / 32 * 25) {
      sweep();
      return;
    }
    try {
      moveTo(Math.max(1, 2 * groups));
    } catch (MemoryExhaustedException exhausted) {
      if (size == groups * TableBlock.LOAD_PER_GROUP) {
        throw exhausted;
      }
      sweep();
    }
  }

  /// Moves all entries to a block of another size.
  private void moveTo(long groups) {
    MemorySegment to;
    borrowed(1);
    try {
      to = allocator.allocate(TableBlock.byteSize(groups, stride), 1);
    } finally {
      borrowed(-1);
    }
    try {
      copyTo(to, groups);
    } catch (Throwable failure) {
      allocator.free(to);
      throw failure;
    }
    groupMask = groups - 1;
    room = groups * TableBlock.LOAD_PER_GROUP - size;
    changes++;
    replaceMemory(to);
  }

  private void copyTo(MemorySegment to, long groups) {
    MemorySegment from = memory;
    empty(to, groups);
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      long entry = entry(slot);
      long hash = hashOf(from, entry);
      long target = firstFree(to, groups - 1, hash);
      TableBlock.setControl(to, target, (byte) tag(hash));
      copy(from, entry, to, TableBlock.entry(groups, stride, target), stride);
    }
  }

  /// Places all entries anew where they are, so that no slot is DELETED.
  private void sweep() {
    // A hash that throws does so here, where nothing has changed. One that throws only when it is
    // asked again cannot be helped: what is not placed by then is lost, but it does not leak.
    for (long slot = taken(0); slot != ABSENT; slot = taken(slot + 1)) {
      long _ = hashOf(memory, entry(slot));
    }
    // From here on DELETED says that a slot has an entry that is not placed yet.
    for (long group = 0; group <= groupMask; group++) {
      long controls = TableBlock.controls(memory, group);
      TableBlock.setControls(memory, group, TableBlock.takenAsDeleted(controls));
    }
    Drops drops = new Drops();
    drops.attempt(this::placeAll);
    dropUnplaced(drops);
    room = (groupMask + 1) * TableBlock.LOAD_PER_GROUP - size;
    changes++;
    drops.rethrow();
  }

  private void placeAll() {
    long slots = (groupMask + 1) * TableBlock.SLOTS_PER_GROUP;
    for (long slot = 0; slot < slots; slot++) {
      while (TableBlock.control(memory, slot) == TableBlock.DELETED) {
        place(memory, slot);
      }
    }
  }

  private void dropUnplaced(Drops drops) {
    long slots = (groupMask + 1) * TableBlock.SLOTS_PER_GROUP;
    for (long slot = 0; slot < slots; slot++) {
      if (TableBlock.control(memory, slot) == TableBlock.DELETED) {
        TableBlock.setControl(memory, slot, TableBlock.EMPTY);
        size--;
        long entry = entry(slot);
        drops.attempt(() -> dropEntry(entry));
      }
    }
  }

  /// Places the entry of a slot. If another one was in its place, that is in the slot now.
  private void place(MemorySegment memory, long slot) {
    long hash = hashOf(memory, entry(slot));
    long target = firstFree(memory, groupMask, hash);
    if (target >>> 3 == slot >>> 3) {
      TableBlock.setControl(memory, slot, (byte) tag(hash));
      return;
    }
    if (TableBlock.control(memory, target) == TableBlock.EMPTY) {
      TableBlock.setControl(memory, slot, TableBlock.EMPTY);
      copy(memory, entry(slot), memory, entry(target), stride);
    } else {
      copy(memory, entry(target), memory, spare(), stride);
      copy(memory, entry(slot), memory, entry(target), stride);
      copy(memory, spare(), memory, entry(slot), stride);
    }
    TableBlock.setControl(memory, target, (byte) tag(hash));
  }

  /// The first free slot that a search for a hash comes to.
  private static long firstFree(MemorySegment memory, long groupMask, long hash) {
    long group = home(hash) & groupMask;
    for (long step = 1; ; step++) {
      long free = TableBlock.free(TableBlock.controls(memory, group));
      if (free != 0) {
        return group * TableBlock.SLOTS_PER_GROUP + TableBlock.first(free);
      }
      group = (group + step) & groupMask;
    }
  }

  private static void empty(MemorySegment memory, long groups) {
    var _ = memory.asSlice(0, groups * TableBlock.SLOTS_PER_GROUP).fill(TableBlock.EMPTY);
  }

  /// Copies an entry or a part of one. They are too short for a call of MemorySegment.copy to be
  /// worth it.
  static void copy(
      MemorySegment from, long fromEntry, MemorySegment to, long toEntry, long byteSize) {
    long at = 0;
    for (; at <= byteSize - Long.BYTES; at += Long.BYTES) {
      to.set(
          ValueLayout.JAVA_LONG_UNALIGNED,
          toEntry + at,
          from.get(ValueLayout.JAVA_LONG_UNALIGNED, fromEntry + at));
    }
    for (; at < byteSize; at++) {
      to.set(ValueLayout.JAVA_BYTE, toEntry + at, from.get(ValueLayout.JAVA_BYTE, fromEntry + at));
    }
  }

  /// Looks at the whole table.
  ///
  /// @throws AssertionError if anything in it contradicts anything else
  void validate() {
    TableSurvey.of(this).requireSound(room);
  }
}
