package dev.cairn.engine;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// The map of one run of memory: which bytes are live, and where each block begins.
///
/// It speaks offsets from the start of the run, in bytes. It is not thread-safe.
public final class BlockMap {
  // Memory is divided into granules of one size. Two bits per granule say all there is to say:
  // `used` has a bit for each granule in a live block, `starts` for each at which one begins. A
  // block ends before the next start or the next unused granule, whichever comes first. So freeing
  // joins free neighbours by itself, no stray write can reach the bookkeeping, and whatever is not
  // the start of a live block is known for what it is. The price, with granules of 16 bytes, is
  // 1.6 % of the memory, and time in proportion to a block's size (a word of bits per KiB).
  //
  // A request takes the lowest run that is large enough (first fit: Knuth, The Art of Computer
  // Programming 1, 2.5; Johnstone and Wilson, "The memory fragmentation problem: solved?", 1998,
  // found the address-ordered kind among the two best of all policies). `lowest[b]` makes the
  // search short: no free run of `least(b)` granules or more begins before it. There is a bin for
  // each size below 32 granules, and one for each power of two from there on. And the map is cut
  // into chunks of 4096 granules, so that a search passes over a chunk at one look: no free run
  // that begins in chunk c is longer than `longest[c]`. Both are bounds, made exact by searches.

  /// The smallest unit of allocation, in bytes: sizes are rounded up to it.
  public static final int GRANULE = 16;

  /// The most bytes a map of such granules can cover: 2^31 granules less one word of them.
  public static final long MAX_BYTES = maxBytes(GRANULE);

  /// What [#allocate(long, long, long)] answers when there is no room.
  public static final long NO_ROOM = -1;

  private static final int CHUNK_SHIFT = 12;

  /// How far beyond a freed block to look for the end of the run it is now in.
  private static final int FAR = 1024;

  private static final int EXACT_BINS = 31;

  private final int granule;
  private long byteSize;
  private Bits used;
  private Bits starts;
  private final int[] lowest = new int[bin(Integer.MAX_VALUE) + 1];
  private int[] longest;
  private long liveBlocks;
  private long liveGranules;

  /// Makes the map of a run with no live block, in granules of 16 bytes.
  ///
  /// @param byteSize the size of the run in bytes, at most [#MAX_BYTES]
  public BlockMap(long byteSize) {
    this(byteSize, GRANULE);
  }

  /// Makes the map of a run with no live block.
  ///
  /// @param byteSize the size of the run in bytes, at most [#maxBytes(int)]. What is left over at
  ///     the end is a short granule if granules are larger than [#GRANULE], else of no use
  /// @param granule the unit of allocation in bytes: a power of two, at least [#GRANULE]
  public BlockMap(long byteSize, int granule) {
    if (byteSize < 0 || byteSize > maxBytes(granule)) {
      throw new IllegalArgumentException(
          "a run of "
              + byteSize
              + " bytes: a map covers 0 to "
              + maxBytes(granule)
              + " bytes in granules of "
              + granule);
    }
    this.granule = granule;
    this.byteSize = byteSize;
    int granules = granulesIn(byteSize);
    this.used = new Bits(granules);
    this.starts = new Bits(granules);
    this.longest = new int[chunksIn(granules)];
    begins(0, granules);
  }

  /// The most bytes one map can cover.
  ///
  /// @param granule its unit of allocation in bytes
  /// @return 2^31 granules less one word of them
  public static long maxBytes(int granule) {
    return (Integer.MAX_VALUE - 63L) * granule;
  }

  /// Makes the run longer at its end. What is there is free.
  ///
  /// @param newByteSize the new size of the run in bytes, not less than it is
  public void grow(long newByteSize) {
    int from = used.length();
    int granules = granulesIn(newByteSize);
    // First all that may fail, if the Java heap is full.
    Bits moreUsed = used.grown(granules);
    Bits moreStarts = starts.grown(granules);
    longest = Arrays.copyOf(longest, chunksIn(granules));
    used = moreUsed;
    starts = moreStarts;
    byteSize = newByteSize;
    for (int bin = 0; bin < lowest.length; bin++) {
      if (lowest[bin] == from) {
        lowest[bin] = granules;
      }
    }
    if (granules > from) {
      freed(from, granules);
    }
  }

  /// The size of the run.
  ///
  /// @return the size in bytes
  public long byteSize() {
    return byteSize;
  }

  /// Makes a block live.
  ///
  /// @param size its size in bytes, zero or more
  /// @param alignment the alignment of its address, a power of two
  /// @param base the address at which the run begins. It is a multiple of the granule, or no
  ///     alignment is asked for that it is not a multiple of
  /// @return its offset, or [#NO_ROOM]
  public long allocate(long size, long alignment, long base) {
    if (size > byteSize) {
      return NO_ROOM;
    }
    int wanted = granules(size);
    int bin = bin(wanted);
    int from = lowest[bin];
    if (from == used.length()) {
      return NO_ROOM;
    }
    int lowestSeen = -1;
    for (int chunk = from >>> CHUNK_SHIFT; chunk < longest.length; chunk++) {
      int first = Math.max(chunk << CHUNK_SHIFT, from);
      if (longest[chunk] >= least(bin) && lowestSeen < 0) {
        lowestSeen = first;
      }
      if (longest[chunk] < wanted) {
        continue;
      }
      long start = search(chunk, first, size, alignment, base);
      if (start >= 0) {
        lowest[bin] = lowestSeen;
        claim((int) start, wanted);
        // What is left of the run begins behind the block.
        begins((int) start + wanted, longest[chunk] - wanted);
        return start * granule;
      }
    }
    lowest[bin] = lowestSeen < 0 ? used.length() : lowestSeen;
    return NO_ROOM;
  }

  /// The lowest place for a block in a run that begins in a chunk, at `first` or after it.
  ///
  /// @return the granule, or -1; then `longest` is as exact for that chunk as it can be
  private long search(int chunk, int first, long size, long alignment, long base) {
    int wanted = granules(size);
    int end = used.length();
    int chunkStart = chunk << CHUNK_SHIFT;
    int chunkEnd = (int) Math.min(chunkStart + (1L << CHUNK_SHIFT), end);
    // A run that goes on from the chunk before has been looked at there: it is too short.
    int free = used.nextClear(first, chunkEnd);
    // Where the search begins inside the chunk, no run before it is as long as a bin's least size.
    int seen = first > chunkStart ? least(bin(wanted)) - 1 : 0;
    while (free < chunkEnd) {
      long start = aligned(free, alignment, base);
      // The run is of interest up to the end of the block it might hold, and no further.
      int runEnd = used.nextSet(free, (int) Math.min(start + wanted, end));
      if (runEnd - wanted >= start && start * granule + size <= byteSize) {
        return start;
      }
      seen = Math.max(seen, runEnd - free);
      free = used.nextClear(runEnd, chunkEnd);
    }
    longest[chunk] = seen;
    return -1;
  }

  /// Makes a block live at an offset that the caller chose.
  ///
  /// @param offset where it begins, a multiple of the granule; all of its bytes are free
  /// @param size its size in bytes, zero or more
  public void claim(long offset, long size) {
    int start = (int) (offset / granule);
    int end = start + granules(size);
    claim(start, end - start);
    begins(end, used.length() - end);
  }

  /// What is at an offset.
  ///
  /// @param offset an offset within the run
  /// @return what is there
  public Place at(long offset) {
    int at = (int) (offset / granule);
    if (at >= used.length() || !used.get(at)) {
      return Place.FREE;
    }
    return offset % granule == 0 && starts.get(at) ? Place.START : Place.INSIDE;
  }

  /// The usable size of the live block that begins at an offset.
  ///
  /// @param offset the offset of a [Place#START]
  /// @return the size in bytes
  public long usableSize(long offset) {
    return bytesTo(blockEnd((int) (offset / granule))) - offset;
  }

  /// The usable size of a block that was asked for with a size, in granules of 16 bytes.
  ///
  /// @param size a size in bytes
  /// @return the size rounded up to granules; at least one
  public static long rounded(long size) {
    return (Math.max(size, 1) + GRANULE - 1) & -GRANULE;
  }

  /// The usable size that a block of a size would have at an offset.
  ///
  /// @param offset an offset, a multiple of the granule
  /// @param size a size in bytes
  /// @return the size rounded up to granules, of which the last of the run may be short
  long roundedAt(long offset, long size) {
    if (size > byteSize - offset) {
      return -1;
    }
    return bytesTo((int) (offset / granule) + granules(size)) - offset;
  }

  /// Ends a live block.
  ///
  /// @param offset the offset of a [Place#START]
  public void free(long offset) {
    int start = (int) (offset / granule);
    int end = blockEnd(start);
    starts.clear(start);
    used.clear(start, end);
    liveBlocks--;
    liveGranules -= end - start;
    freed(start, end);
  }

  /// Ends every live block in a part of the run.
  ///
  /// @param from an offset, a multiple of the granule; no live block lies across it
  /// @param to an offset, a multiple of the granule; no live block lies across it
  public void freeAll(long from, long to) {
    int first = (int) (from / granule);
    int end = (int) (to / granule);
    if (first == end) {
      return;
    }
    liveBlocks -= starts.count(first, end);
    liveGranules -= used.count(first, end);
    starts.clear(first, end);
    used.clear(first, end);
    freed(first, end);
  }

  /// Where the last live block before an offset ends.
  ///
  /// @param offset an offset, a multiple of the granule
  /// @return the offset at which it ends; zero where there is none
  public long endOfLastBefore(long offset) {
    return (used.previousSet((int) (offset / granule), 0) + 1L) * granule;
  }

  /// Changes the size of a live block without moving it.
  ///
  /// @param offset the offset of a [Place#START]
  /// @param newSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  public boolean resize(long offset, long newSize) {
    int start = (int) (offset / granule);
    int end = blockEnd(start);
    if (newSize > byteSize - offset) {
      return false;
    }
    int newEnd = start + granules(newSize);
    if (newEnd > end) {
      if (newEnd > used.length() || used.nextSet(end, newEnd) < newEnd) {
        return false;
      }
      used.set(end, newEnd);
      // The run began where the block ended.
      begins(newEnd, longest[end >>> CHUNK_SHIFT] - (newEnd - end));
    } else if (newEnd < end) {
      used.clear(newEnd, end);
      freed(newEnd, end);
    }
    liveGranules += newEnd - end;
    return true;
  }

  /// Whether no block is live.
  ///
  /// @return true if none is
  public boolean isEmpty() {
    return liveBlocks == 0;
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
    int end = used.length();
    boolean shortOne = end > 0 && used.get(end - 1);
    return liveGranules * granule - (shortOne ? (long) end * granule - bytesTo(end) : 0);
  }

  /// The largest run of free bytes. It looks at the whole map.
  ///
  /// @return the largest size that [#allocate(long, long, long)] has room for at an alignment of 1
  public long largestFreeBytes() {
    long[] largest = {0};
    forEachFree((from, to) -> largest[0] = Math.max(largest[0], to - from));
    return largest[0];
  }

  /// The bytes this map takes on the Java heap.
  ///
  /// @return the size of its two rows of bits, and of the bounds of its chunks
  public long metadataBytes() {
    return used.byteSize() + starts.byteSize() + 4L * longest.length;
  }

  /// Visits every live block in the order of addresses.
  ///
  /// @param visitor is given the offset of each; [#usableSize(long)] tells its size
  public void forEachLive(LongConsumer visitor) {
    int end = starts.length();
    for (int start = starts.nextSet(0, end); start < end; start = starts.nextSet(start + 1, end)) {
      visitor.accept((long) start * granule);
    }
  }

  /// Visits every free run in the order of addresses.
  ///
  /// @param visitor is given the offset at which each begins, and the one at which it ends
  void forEachFree(RunVisitor visitor) {
    int end = used.length();
    for (int free = used.nextClear(0, end); free < end; ) {
      int runEnd = used.nextSet(free, end);
      visitor.run((long) free * granule, bytesTo(runEnd));
      free = used.nextClear(runEnd, end);
    }
  }

  /// Is given runs, by the offsets where they begin and end.
  interface RunVisitor {
    void run(long from, long to);
  }

  /// Checks every invariant of this map.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    long blocks = 0;
    long granules = 0;
    int end = used.length();
    int next = 0;
    for (int start = starts.nextSet(0, end); start < end; start = starts.nextSet(start + 1, end)) {
      // Between the last block's end and this start, nothing may be marked as used.
      if (used.nextSet(next, start) < start || !used.get(start)) {
        throw new AssertionError("granules " + next + ".." + start + ": used and starts disagree");
      }
      next = blockEnd(start);
      blocks++;
      granules += next - start;
    }
    if (used.nextSet(next, end) < end) {
      throw new AssertionError("granules from " + next + " on are used by no block");
    }
    if (blocks != liveBlocks || granules != liveGranules) {
      throw new AssertionError(
          blocks
              + " blocks of "
              + granules
              + " granules are live, but the count says "
              + liveBlocks
              + " of "
              + liveGranules);
    }
    validateBounds();
  }

  private void validateBounds() {
    int end = used.length();
    int[] first = new int[lowest.length];
    Arrays.fill(first, end);
    for (int free = used.nextClear(0, end); free < end; ) {
      int runEnd = used.nextSet(free, end);
      if (runEnd - free > longest[free >>> CHUNK_SHIFT]) {
        throw new AssertionError(
            "a free run of "
                + (runEnd - free)
                + " granules is at "
                + free
                + ", but searches expect none there longer than "
                + longest[free >>> CHUNK_SHIFT]);
      }
      for (int bin = bin(runEnd - free); bin >= 0 && first[bin] == end; bin--) {
        first[bin] = free;
      }
      free = used.nextClear(runEnd, end);
    }
    for (int bin = 0; bin < lowest.length; bin++) {
      if (lowest[bin] > first[bin]) {
        throw new AssertionError(
            "the first free run of "
                + least(bin)
                + " granules is at "
                + first[bin]
                + ", but searches begin at "
                + lowest[bin]);
      }
    }
  }

  private void claim(int start, int granules) {
    used.set(start, start + granules);
    starts.set(start);
    liveBlocks++;
    liveGranules += granules;
  }

  /// Keeps the bounds true after a run became free.
  private void freed(int from, int to) {
    int runStart = used.previousSet(from, 0) + 1;
    int far = to + Math.min(FAR, used.length() - to);
    int runEnd = used.nextSet(to, far);
    // If it is longer than was looked at, it may be as long as can be.
    int length = (runEnd == far ? used.length() : runEnd) - runStart;
    for (int bin = bin(length); bin >= 0; bin--) {
      lowest[bin] = Math.min(lowest[bin], runStart);
    }
    begins(runStart, length);
  }

  /// Keeps `longest` true of a free run that begins at a granule.
  private void begins(int granule, int atMost) {
    if (granule < used.length()) {
      int chunk = granule >>> CHUNK_SHIFT;
      longest[chunk] = Math.max(longest[chunk], atMost);
    }
  }

  private int blockEnd(int start) {
    // Piece by piece, so that the time is in proportion to the block, not to the run it lies in.
    for (int from = start + 1, end = used.length(); ; from += 64) {
      int pieceEnd = Math.min(from + 64, end);
      int found = starts.nextSet(from, used.nextClear(from, pieceEnd));
      if (found < pieceEnd || pieceEnd == end) {
        return found;
      }
    }
  }

  /// The first granule from `from` on whose address is a multiple of `alignment`.
  private long aligned(int from, long alignment, long base) {
    if (alignment <= granule) {
      return from;
    }
    long address = base + (long) from * granule;
    return (((address + alignment - 1) & -alignment) - base) / granule;
  }

  private int granules(long size) {
    return (int) ((Math.max(size, 1) + granule - 1) / granule);
  }

  /// The bytes up to the end of a granule, of which the last may be short.
  private long bytesTo(int end) {
    return granule == GRANULE ? (long) end * granule : Math.min((long) end * granule, byteSize);
  }

  private int granulesIn(long bytes) {
    return (int) ((granule == GRANULE ? bytes : bytes + granule - 1) / granule);
  }

  private static int chunksIn(int granules) {
    return (int) ((granules + (1L << CHUNK_SHIFT) - 1) >>> CHUNK_SHIFT);
  }

  /// The bin of the largest size that a run of so many granules has room for.
  private static int bin(int granules) {
    return granules <= EXACT_BINS
        ? granules - 1
        : EXACT_BINS
            + Integer.numberOfLeadingZeros(EXACT_BINS + 1)
            - Integer.numberOfLeadingZeros(granules);
  }

  /// The smallest size of a bin.
  private static int least(int bin) {
    return bin < EXACT_BINS ? bin + 1 : (EXACT_BINS + 1) << (bin - EXACT_BINS);
  }
}
