package dev.cairn.engine;

import java.util.function.LongConsumer;

/// The map of one run of memory that is divided into fragments: each as large as a power of two,
/// and at a multiple of its size.
///
/// It speaks offsets from the start of the run, in bytes. Every call but [#validate()] and
/// [#forEachLive] takes a number of steps that only the size of the run bounds, whatever is live,
/// and makes no object. It is not thread-safe.
public final class BuddyMap {
  // Requests are rounded up to powers of two, take the smallest free fragment that is large enough,
  // the lowest of those, and give back what they do not need of it; what is freed is joined at
  // once with its neighbours. So does half-fit (Ogasawara, "An algorithm with constant execution
  // time for dynamic storage allocation", RTCSA 1995) in o1heap's variant. Here a fragment also
  // lies at a multiple of its size, as in the buddy system (Knowlton, CACM 8(10), 1965): then what
  // memory can be lost by fragmentation has a short proof, which is in docs/design/realtime.md, and
  // a request for an alignment is one for a size.
  //
  // A buddy system joins fragments in pairs, one doubling after the other. Here six doublings are
  // one step. Level 0 has a bit for each granule of 16 bytes: it is free. Level l has a bit for
  // each
  // word of level l - 1: all of its bits were set, and what they stand for is free. So
  //
  // - a fragment of 2^(6l + s) granules is 2^s neighbouring bits in one word of level l;
  // - a word that is all ones says nothing of its own: the bit above tells whether all of it is
  //   free, or lies in a fragment that is live;
  // - joining is setting bits, and going up one level if the word is all ones then.
  //
  // `pieces[6l + s]` has the words of level l in which a free fragment of 2^s bits is whole: its
  // other half is not free. `orders` has a bit for each of these sets that is not empty.
  //
  // `tags` has a byte for each granule: at the start of a live fragment its order plus one. Where
  // the block was asked for with a size that rounds to less (it is aligned, or was resized), the
  // next byte is NOTE plus that size's order. Nothing of this lies in the memory itself.

  /// The smallest fragment, in bytes.
  public static final int GRANULE = BlockMap.GRANULE;

  /// The largest run, in bytes.
  public static final long MAX_BYTES = BlockMap.MAX_BYTES - (2L << 20);

  /// The largest alignment that every run serves, if it is large enough for such a fragment.
  public static final long MAX_ALIGNMENT = 1 << 20;

  /// What [#allocate(long, long)] answers when there is no room.
  public static final long NO_ROOM = -1;

  private static final int NOTE = 64;
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

  private final int lead;
  private final int end;
  private final long[][] free;
  private final BitTree[] pieces;
  private final byte[] tags;
  private final Work work;
  private final int[] live;
  private final int[] peak;
  private final long[] allocated;
  private long orders;
  private long liveBlocks;
  private long liveGranules;

  /// Makes the map of a run with no live block.
  ///
  /// @param byteSize the size of the run in bytes, at most [#MAX_BYTES]; what is left over at the
  ///     end is of no use
  /// @param address where the run begins, a multiple of a granule
  public BuddyMap(long byteSize, long address) {
    this(byteSize, address, new Work());
  }

  BuddyMap(long byteSize, long address, Work work) {
    if (byteSize < 0 || byteSize > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a run of " + byteSize + " bytes: a map covers 0 to " + MAX_BYTES + " bytes");
    }
    this.work = work;
    // Fragments lie at multiples of their size, counted from where the address is a multiple of the
    // largest alignment, or of all that the run has room for.
    long origin = Math.min(MAX_ALIGNMENT, (long) GRANULE << order(byteSize));
    this.lead = (int) ((address & (origin - 1)) / GRANULE);
    this.end = lead + (int) (byteSize / GRANULE);
    this.tags = new byte[end - lead];
    this.free = levels(end);
    this.pieces = new BitTree[free.length * PER_LEVEL];
    for (int order = 0; order < pieces.length; order++) {
      pieces[order] = new BitTree(free[order / PER_LEVEL].length, work);
    }
    this.live = new int[pieces.length];
    this.peak = new int[pieces.length];
    this.allocated = new long[pieces.length];
    fill();
  }

  /// The usable size of a block that was asked for with a size.
  ///
  /// @param byteSize a size in bytes, or an alignment if that is more; at most 2^62
  /// @return the size rounded up to a power of two, at least a granule
  public static long rounded(long byteSize) {
    return (long) GRANULE << order(byteSize);
  }

  /// Makes a block live.
  ///
  /// @param byteSize its size in bytes, zero or more
  /// @param alignment the alignment of its address, a power of two, at most [#MAX_ALIGNMENT] or
  ///     whatever the address of the run is a multiple of
  /// @return its offset, or [#NO_ROOM]
  public long allocate(long byteSize, long alignment) {
    work.step();
    int order = order(Math.max(byteSize, alignment));
    // A shift by more than 63 would be one by less.
    long enough = order < pieces.length ? orders & FULL << order : 0;
    if (enough == 0) {
      return NO_ROOM;
    }
    int granule = take(order, Long.numberOfTrailingZeros(enough));
    int tag = granule - lead;
    tags[tag] = (byte) (order + 1);
    note(tag, order, byteSize);
    allocated[order]++;
    liveBlocks++;
    count(order);
    return (long) tag * GRANULE;
  }

  /// What is at an offset.
  ///
  /// @param offset an offset within the run
  /// @return what is there
  public Place at(long offset) {
    work.step();
    int tag = (int) (offset / GRANULE);
    if (tag >= tags.length) {
      return Place.FREE;
    }
    if (offset % GRANULE == 0 && isStart(tags[tag])) {
      return Place.START;
    }
    return isFree(tag + lead) ? Place.FREE : Place.INSIDE;
  }

  /// Whether the block at an offset was asked for with a size, as far as is known.
  ///
  /// @param offset the offset of a [Place#START]
  /// @param byteSize a size in bytes
  /// @return whether it rounds to the same power of two
  public boolean fits(long offset, long byteSize) {
    work.step();
    int tag = (int) (offset / GRANULE);
    int order = tags[tag] - 1;
    boolean noted = order > 0 && tags[tag + 1] >= NOTE;
    return order(byteSize) == (noted ? tags[tag + 1] - NOTE : order);
  }

  /// The usable size of the live block that begins at an offset.
  ///
  /// @param offset the offset of a [Place#START]
  /// @return the size in bytes
  public long usableSize(long offset) {
    work.step();
    return (long) GRANULE << (tags[(int) (offset / GRANULE)] - 1);
  }

  /// Ends a live block.
  ///
  /// @param offset the offset of a [Place#START]
  public void free(long offset) {
    work.step();
    int tag = (int) (offset / GRANULE);
    int order = tags[tag] - 1;
    tags[tag] = 0;
    if (order > 0) {
      tags[tag + 1] = 0;
    }
    give(tag + lead, order);
    liveBlocks--;
    live[order]--;
    liveGranules -= 1L << order;
  }

  /// Changes the size of a live block without moving it. One that becomes smaller keeps its room:
  /// if others could take it, nothing could be promised of fragmentation any more.
  ///
  /// @param offset the offset of a [Place#START]
  /// @param newSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  public boolean resize(long offset, long newSize) {
    work.step();
    int tag = (int) (offset / GRANULE);
    int from = tags[tag] - 1;
    int to = Math.max(order(newSize), from);
    if (to > from) {
      if (to >= pieces.length || !grow(tag + lead, from, to)) {
        return false;
      }
      tags[tag] = (byte) (to + 1);
      live[from]--;
      liveGranules -= 1L << from;
      count(to);
    }
    note(tag, to, newSize);
    return true;
  }

  /// The number of live blocks.
  ///
  /// @return the number
  public long liveBlocks() {
    return liveBlocks;
  }

  /// The bytes in live blocks.
  ///
  /// @return the sum of their usable sizes
  public long liveBytes() {
    return liveGranules * GRANULE;
  }

  /// The bytes of all fragments, live or free.
  ///
  /// @return the size of the run, without what is left over at its end
  public long byteSize() {
    return (long) tags.length * GRANULE;
  }

  /// The largest free fragment.
  ///
  /// @return the largest size that [#allocate(long, long)] has room for at an alignment of 1
  public long largestFreeBytes() {
    return orders == 0 ? 0 : (long) GRANULE << (63 - Long.numberOfLeadingZeros(orders));
  }

  /// The number of orders of blocks: those of one order have one size.
  ///
  /// @return the number; blocks of order 0 are the smallest
  public int orders() {
    return pieces.length;
  }

  /// How many blocks of an order are live.
  ///
  /// @param order the order
  /// @return the number
  public int live(int order) {
    return live[order];
  }

  /// The most blocks of an order that were live at once.
  ///
  /// @param order the order
  /// @return the number
  public int peak(int order) {
    return peak[order];
  }

  /// How many blocks of an order were made live so far.
  ///
  /// @param order the order
  /// @return the number
  public long allocated(int order) {
    return allocated[order];
  }

  /// The bytes this map takes on the Java heap.
  ///
  /// @return the size of its arrays
  public long metadataBytes() {
    long bytes = tags.length;
    for (long[] level : free) {
      bytes += (long) level.length * Long.BYTES;
    }
    for (BitTree words : pieces) {
      bytes += words.byteSize();
    }
    return bytes;
  }

  /// Visits every live block in the order of addresses. It looks at the whole map.
  ///
  /// @param visitor is given the offset of each; [#usableSize(long)] tells its size
  public void forEachLive(LongConsumer visitor) {
    for (int tag = 0; tag < tags.length; tag++) {
      if (isStart(tags[tag])) {
        visitor.accept((long) tag * GRANULE);
      }
    }
  }

  /// Checks every invariant of this map.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    new BuddyCheck(lead, end, free, pieces, tags).run(orders, liveBlocks, liveGranules);
  }

  /// The order of the smallest fragment that holds so many bytes.
  static int order(long byteSize) {
    return 64 - Long.numberOfLeadingZeros(Math.max(byteSize - 1, 0) / GRANULE);
  }

  static boolean isStart(byte tag) {
    return tag > 0 && tag < NOTE;
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

  /// Makes a fragment live, as a part of the lowest free one of the order that was found.
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

  /// Makes a fragment free, and joins it with what is free beside it.
  private void give(int granule, int order) {
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
  private boolean grow(int granule, int from, int to) {
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

  private boolean isFree(int granule) {
    int level = 0;
    int index = granule;
    while (free[level][index >>> 6] == FULL) {
      work.step();
      level++;
      index >>>= 6;
    }
    return (free[level][index >>> 6] & 1L << index) != 0;
  }

  private void note(int tag, int order, long byteSize) {
    if (order > 0) {
      int asked = order(byteSize);
      tags[tag + 1] = asked == order ? 0 : (byte) (NOTE + asked);
    }
  }

  private void count(int order) {
    liveGranules += 1L << order;
    if (++live[order] > peak[order]) {
      peak[order] = live[order];
    }
  }

  /// Makes all of the run free.
  private void fill() {
    for (int granule = lead; granule < end; granule++) {
      free[0][granule >>> 6] |= 1L << granule;
    }
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
