package dev.cairn.engine;

import java.util.function.LongConsumer;

/// The map of one run of memory that is divided into fragments: each as large as a power of two,
/// and at a multiple of its size.
///
/// It speaks offsets from the start of the run, in bytes. Every call but [#validate()] and
/// [#forEachLive] takes [#MAX_STEPS] steps at most, whatever the size of the run and whatever is
/// live, and makes no object. It is not thread-safe.
public final class BuddyMap {
  // Requests are rounded up to powers of two, take the smallest free fragment that is large enough,
  // the lowest of those, and give back what they do not need of it; what is freed is joined at
  // once with its neighbours. So does half-fit (Ogasawara, "An algorithm with constant execution
  // time for dynamic storage allocation", RTCSA 1995) in o1heap's variant. Here a fragment also
  // lies at a multiple of its size, as in the buddy system (Knowlton, CACM 8(10), 1965): then what
  // memory can be lost by fragmentation has a short proof, which is in docs/design/realtime.md, and
  // a request for an alignment is one for a size.
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

  /// The most steps that a call takes, with the looks at whether a block is live: those of the
  /// bits, and three looks at tags. A step is a look at a word of bits or at a tag, or a change of
  /// one.
  public static final int MAX_STEPS = Fragments.MAX_STEPS + 3;

  /// What [#allocate(long, long)] answers when there is no room.
  public static final long NO_ROOM = -1;

  private static final int NOTE = 64;

  private final int lead;
  private final int end;
  private final Fragments fragments;
  private final byte[] tags;
  private final Work work;
  private final int[] live;
  private final int[] peak;
  private final long[] allocated;
  private long liveBlocks;
  private long liveGranules;
  // Stays true where a call ends in the middle, for want of stack.
  private boolean isChanging;

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
    this.fragments = new Fragments(lead, end, work);
    this.live = new int[fragments.orders()];
    this.peak = new int[fragments.orders()];
    this.allocated = new long[fragments.orders()];
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
    int order = order(Math.max(byteSize, alignment));
    isChanging = true;
    int granule = fragments.take(order);
    if (granule == Fragments.NONE) {
      isChanging = false;
      return NO_ROOM;
    }
    int tag = granule - lead;
    tags[tag] = (byte) (order + 1);
    note(tag, order, byteSize);
    allocated[order]++;
    liveBlocks++;
    count(order);
    isChanging = false;
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
    return fragments.isFree(tag + lead) ? Place.FREE : Place.INSIDE;
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
    isChanging = true;
    tags[tag] = 0;
    if (order > 0) {
      tags[tag + 1] = 0;
    }
    fragments.give(tag + lead, order);
    liveBlocks--;
    live[order]--;
    liveGranules -= 1L << order;
    isChanging = false;
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
    isChanging = true;
    if (to > from) {
      if (to >= fragments.orders() || !fragments.grow(tag + lead, from, to)) {
        isChanging = false;
        return false;
      }
      tags[tag] = (byte) (to + 1);
      live[from]--;
      liveGranules -= 1L << from;
      count(to);
    }
    note(tag, to, newSize);
    isChanging = false;
    return true;
  }

  /// Whether a [StackOverflowError] has ended a call halfway. Then nothing here can be relied on.
  ///
  /// @return true if one has
  public boolean isTorn() {
    return isChanging;
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
    long orders = fragments.freeOrders();
    return orders == 0 ? 0 : (long) GRANULE << (63 - Long.numberOfLeadingZeros(orders));
  }

  /// The number of orders of blocks: those of one order have one size.
  ///
  /// @return the number; blocks of order 0 are the smallest
  public int orders() {
    return fragments.orders();
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
    return tags.length + fragments.metadataBytes();
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
    new BuddyCheck(lead, end, fragments, tags).run(liveBlocks, liveGranules);
  }

  /// The order of the smallest fragment that holds so many bytes.
  static int order(long byteSize) {
    return 64 - Long.numberOfLeadingZeros(Math.max(byteSize - 1, 0) / GRANULE);
  }

  static boolean isStart(byte tag) {
    return tag > 0 && tag < NOTE;
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
}
