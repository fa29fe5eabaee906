package dev.cairn.engine;

import java.util.Arrays;

/// Which fragments of a run of granules are free: each is as large as a power of two, and at a
/// multiple of its size. One of 2^n granules is of order n.
///
/// Every call takes a number of steps that only the size of the run bounds, and [#MAX_STEPS] for
/// any size; it makes no object. It is not thread-safe.
final class Fragments {
  // A buddy system joins fragments in pairs, one doubling after the other. Here six doublings are
  // one step. Level 0 has a bit for each granule: it is free. Level l has a bit for each word of
  // level l - 1: all of its bits were set, and what they stand for is free. So
  //
  // - a fragment of 2^(6l + s) granules is 2^s neighbouring bits in one word of level l;
  // - a word that is all ones says nothing of its own: the bit above tells whether all of it is
  //   free, or lies in a fragment that is live;
  // - joining is setting bits, and going up one level if the word is all ones then.
  //
  // `pieces[6l + s]` has the words of level l in which a free fragment of 2^s bits is whole: its
  // other half is not free. `orders` has a bit for each of these sets that is not empty.

  /// What [#take(int)] answers when there is none.
  static final int NONE = -1;

  /// The most steps of a call on the largest run, of 2^31 granules less one.
  ///
  /// It has six levels. To change a word is a step, and up to six of a level's sets change with it,
  /// by a step for each row of theirs: five rows at level 0, then four, three, two and one. The
  /// most are those of a granule that grows to 16 GiB: level 5 has no set then that would change,
  /// but each level is looked at before.
  static final int MAX_STEPS = 6 + 6 + 6 * (5 + 4 + 3 + 2 + 1);

  private static final long FULL = -1;
  private static final int PER_LEVEL = 6;

  // Every 2nd bit, every 4th, and so on up to every 32nd.
  private static final long[] EVEN = {
    0x5555555555555555L,
    0x1111111111111111L,
    0x0101010101010101L,
    0x0001000100010001L,
    0x0000000100000001L
  };

  final long[][] free;
  final BitTree[] pieces;
  private final int end;
  private final Work work;
  private long orders;

  /// Makes the fragments of a run, all of it free.
  ///
  /// @param lead where the run begins, in granules from a multiple of every size
  /// @param end where it ends
  Fragments(int lead, int end, Work work) {
    this.end = end;
    this.work = work;
    this.free = levels(end);
    this.pieces = new BitTree[free.length * PER_LEVEL];
    for (int order = 0; order < pieces.length; order++) {
      pieces[order] = new BitTree(free[order / PER_LEVEL].length, work);
    }
    fill(lead);
  }

  /// How many orders there are.
  int orders() {
    return pieces.length;
  }

  /// The sizes of the free fragments, by a bit for each order that has any.
  long freeOrders() {
    return orders;
  }

  /// The bytes of bookkeeping on the Java heap.
  long metadataBytes() {
    long bytes = 0;
    for (long[] level : free) {
      bytes += (long) level.length * Long.BYTES;
    }
    for (BitTree words : pieces) {
      bytes += words.byteSize();
    }
    return bytes;
  }

  /// Makes a fragment live: a part of the smallest free one that is large enough, and of the lowest
  /// of those.
  ///
  /// @return its first granule, or [#NONE]
  int take(int order) {
    work.step();
    // A shift by more than 63 would be one by less.
    long enough = order < pieces.length ? orders & FULL << order : 0;
    return enough == 0 ? NONE : take(order, Long.numberOfTrailingZeros(enough));
  }

  /// Makes a live fragment free, and joins it with what is free beside it.
  void give(int granule, int order) {
    int level = order / PER_LEVEL;
    int index = granule >>> (level * PER_LEVEL);
    long now = free[level][index >>> 6] | ones(order) << index;
    change(level, index >>> 6, now);
    while (now == FULL) {
      level++;
      index >>>= 6;
      now = free[level][index >>> 6] | 1L << index;
      change(level, index >>> 6, now);
    }
  }

  /// Makes a live fragment larger where it stands, if all of the rest is free.
  boolean grow(int granule, int from, int to) {
    if ((granule & (1L << to) - 1) != 0 || 1L << to > end - granule) {
      return false;
    }
    int last = to / PER_LEVEL;
    long own = ones(from);
    for (int level = from / PER_LEVEL; level <= last; level++) {
      work.step();
      int index = granule >>> (level * PER_LEVEL);
      long wanted = (level == last ? ones(to) : FULL) << index;
      if (((free[level][index >>> 6] | own << index) & wanted) != wanted) {
        return false;
      }
      own = 1;
    }
    for (int level = from / PER_LEVEL; level <= last; level++) {
      int index = granule >>> (level * PER_LEVEL);
      long word = free[level][index >>> 6];
      change(level, index >>> 6, level == last ? word & ~(ones(to) << index) : FULL);
    }
    return true;
  }

  /// Whether a granule is free.
  boolean isFree(int granule) {
    int level = 0;
    int index = granule;
    while (free[level][index >>> 6] == FULL) {
      work.step();
      level++;
      index >>>= 6;
    }
    return (free[level][index >>> 6] & 1L << index) != 0;
  }

  private int take(int order, int found) {
    int last = order / PER_LEVEL;
    int level = found / PER_LEVEL;
    int word = pieces[found].first();
    int index = word << 6 | firstOf(free[level][word], found % PER_LEVEL);
    for (; level > last; level--) {
      change(level, index >>> 6, free[level][index >>> 6] & ~(1L << index));
      index <<= 6;
    }
    change(level, index >>> 6, free[level][index >>> 6] & ~(ones(order) << index));
    return index << (level * PER_LEVEL);
  }

  /// Changes a word, and keeps the sets of pieces true.
  private void change(int level, int word, long now) {
    work.step();
    int before = sizes(free[level][word]);
    int after = sizes(now);
    free[level][word] = now;
    for (int sizes = before ^ after; sizes != 0; sizes &= sizes - 1) {
      int size = Integer.numberOfTrailingZeros(sizes);
      int order = level * PER_LEVEL + size;
      BitTree words = pieces[order];
      if ((after & 1 << size) != 0) {
        words.add(word);
        orders |= 1L << order;
      } else {
        words.remove(word);
        if (words.isEmpty()) {
          orders &= ~(1L << order);
        }
      }
    }
  }

  /// Which sizes the whole free fragments of a word have: bit s for those of 2^s bits.
  static int sizes(long word) {
    if (word == FULL) {
      return 0;
    }
    int sizes = 0;
    long groups = word;
    for (int size = 0; size < PER_LEVEL; size++) {
      long larger = joined(groups, size);
      // What is part of a larger one is not whole.
      sizes |= groups == (larger | larger << (1 << size)) ? 0 : 1 << size;
      groups = larger;
    }
    return sizes;
  }

  /// The groups of 2^(size + 1) bits, each by its first bit, from those of 2^size.
  private static long joined(long groups, int size) {
    return size < EVEN.length ? groups & groups >>> (1 << size) & EVEN[size] : 0;
  }

  /// The first bit of the first whole free fragment of 2^size bits.
  private static int firstOf(long word, int size) {
    long groups = word;
    for (int smaller = 0; smaller < size; smaller++) {
      groups = joined(groups, smaller);
    }
    long larger = joined(groups, size);
    return Long.numberOfTrailingZeros(groups & ~(larger | larger << (1 << size)));
  }

  private static long ones(int order) {
    return (1L << (1 << order % PER_LEVEL)) - 1;
  }

  /// Makes all of the run free.
  private void fill(int lead) {
    int last = end >>> 6;
    Arrays.fill(free[0], lead >>> 6, last, FULL);
    if ((end & 63) != 0) {
      free[0][last] = ~(FULL << end);
    }
    free[0][lead >>> 6] &= FULL << lead;
    for (int level = 0; level < free.length; level++) {
      for (int word = 0; word < free[level].length; word++) {
        if (free[level][word] == FULL) {
          free[level + 1][word >>> 6] |= 1L << word;
        }
      }
    }
    for (int level = 0; level < free.length; level++) {
      for (int word = 0; word < free[level].length; word++) {
        for (int sizes = sizes(free[level][word]); sizes != 0; sizes &= sizes - 1) {
          int order = level * PER_LEVEL + Integer.numberOfTrailingZeros(sizes);
          pieces[order].add(word);
          orders |= 1L << order;
        }
      }
    }
  }

  /// The levels of a run of so many granules. The word of the last one is never all ones.
  private static long[][] levels(int granules) {
    int count = 1;
    for (int bits = granules; bits >= 64; bits = (bits + 63) >>> 6) {
      count++;
    }
    long[][] levels = new long[count][];
    for (int level = 0, bits = granules; level < count; level++) {
      levels[level] = new long[Math.max((bits + 63) >>> 6, 1)];
      bits = levels[level].length;
    }
    return levels;
  }
}
