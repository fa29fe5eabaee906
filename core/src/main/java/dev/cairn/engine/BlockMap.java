package dev.cairn.engine;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// The map of one run of memory: which bytes are live, and where each block begins.
///
/// It speaks offsets from the start of the run, in bytes. It is not thread-safe.
public final class BlockMap {
  // Memory is divided into granules of 16 bytes. Two bits per granule say all there is to say:
  // `used` has a bit for each granule in a live block, `starts` for each at which one begins. A
  // block ends before the next start or the next unused granule, whichever comes first. So freeing
  // joins free neighbours by itself, no stray write can reach the bookkeeping, and whatever is not
  // the start of a live block is known for what it is. The price is 1.6 % of the memory, and
  // time in proportion to a block's size (a word of bits per KiB).
  //
  // A request takes the lowest run that is large enough (first fit: Knuth, The Art of Computer
  // Programming 1, 2.5; Johnstone and Wilson, "The memory fragmentation problem: solved?", 1998,
  // found the address-ordered kind among the two best of all policies). `lowest[b]` makes the
  // search short: no free run of `least(b)` granules or more begins before it. There is a bin for
  // each size up to 32 granules, and one for each power of two beyond. And the map is cut into
  // chunks of 4096 granules, so that a search passes over a chunk at one look: no free run that
  // begins in chunk c is longer than `longest[c]`. Both are bounds, made exact by searches.

  /// The unit of allocation, in bytes: sizes are rounded up to it.
  public static final int GRANULE = 16;

  /// The most bytes one map can cover: 2^31 granules less one word of them.
  public static final long MAX_BYTES = (Integer.MAX_VALUE - 63L) * GRANULE;

  /// What [#allocate(long, long, long)] answers when there is no room.
  public static final long NO_ROOM = -1;

  private static final int CHUNK_SHIFT = 12;

  /// How far beyond a freed block to look for the end of the run it is now in.
  private static final int FAR = 1024;

  private static final int EXACT_BINS = 32;

  private final long byteSize;
  private final Bits used;
  private final Bits starts;
  private final int[] lowest = new int[bin(Integer.MAX_VALUE) + 1];
  private final int[] longest;
  private long liveBlocks;
  private long liveGranules;

  /// Makes the map of a run with no live block.
  ///
  /// @param byteSize the size of the run in bytes, at most [#MAX_BYTES]
  public BlockMap(long byteSize) {
    if (byteSize < 0 || byteSize > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a run of " + byteSize + " bytes: a map covers 0 to " + MAX_BYTES + " bytes");
    }
    // What is left over at the end is too short for a block.
    int granules = (int) (byteSize / GRANULE);
    this.byteSize = byteSize;
    this.used = new Bits(granules);
    this.starts = new Bits(granules);
    this.longest = new int[(int) ((granules + (1L << CHUNK_SHIFT) - 1) >>> CHUNK_SHIFT)];
    begins(0, granules);
  }

  /// Makes a block live.
  ///
  /// @param size its size in bytes, zero or more
  /// @param alignment the alignment of its address, a power of two
  /// @param base the address at which the run begins. It is a multiple of [#GRANULE], or no
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
      long start = search(chunk, first, wanted, alignment, base);
      if (start >= 0) {
        lowest[bin] = lowestSeen;
        claim((int) start, wanted);
        // What is left of the run begins behind the block.
        begins((int) start + wanted, longest[chunk] - wanted);
        return start * GRANULE;
      }
    }
    lowest[bin] = lowestSeen < 0 ? used.length() : lowestSeen;
    return NO_ROOM;
  }

  /// The lowest place for a block in a run that begins in a chunk, at `first` or after it.
  ///
  /// @return the granule, or -1; then `longest` is as exact for that chunk as it can be
  private long search(int chunk, int first, int wanted, long alignment, long base) {
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
      if (runEnd - wanted >= start) {
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
  /// @param offset where it begins, a multiple of [#GRANULE]; all of its bytes are free
  /// @param size its size in bytes, zero or more
  public void claim(long offset, long size) {
    int start = (int) (offset / GRANULE);
    int end = start + granules(size);
    claim(start, end - start);
    begins(end, used.length() - end);
  }

  /// What is at an offset.
  ///
  /// @param offset an offset within the run
  /// @return what is there
  public Place at(long offset) {
    int granule = (int) (offset / GRANULE);
    if (granule >= used.length() || !used.get(granule)) {
      return Place.FREE;
    }
    return offset % GRANULE == 0 && starts.get(granule) ? Place.START : Place.INSIDE;
  }

  /// The usable size of the live block that begins at an offset.
  ///
  /// @param offset the offset of a [Place#START]
  /// @return the size in bytes
  public long usableSize(long offset) {
    int start = (int) (offset / GRANULE);
    return (long) (blockEnd(start) - start) * GRANULE;
  }

  /// The usable size of a block that was asked for with a size.
  ///
  /// @param size a size in bytes
  /// @return the size rounded up to granules; at least one
  public static long rounded(long size) {
    return (Math.max(size, 1) + GRANULE - 1) & -GRANULE;
  }

  /// Ends a live block.
  ///
  /// @param offset the offset of a [Place#START]
  public void free(long offset) {
    int start = (int) (offset / GRANULE);
    int end = blockEnd(start);
    starts.clear(start);
    used.clear(start, end);
    liveBlocks--;
    liveGranules -= end - start;
    freed(start, end);
  }

  /// Ends every live block in a part of the run.
  ///
  /// @param from an offset, a multiple of [#GRANULE]; no live block lies across it
  /// @param to an offset, a multiple of [#GRANULE]; no live block lies across it
  public void freeAll(long from, long to) {
    int first = (int) (from / GRANULE);
    int end = (int) (to / GRANULE);
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
  /// @param offset an offset, a multiple of [#GRANULE]
  /// @return the offset at which it ends; zero where there is none
  public long endOfLastBefore(long offset) {
    return (used.previousSet((int) (offset / GRANULE), 0) + 1L) * GRANULE;
  }

  /// Changes the size of a live block without moving it.
  ///
  /// @param offset the offset of a [Place#START]
  /// @param newSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  public boolean resize(long offset, long newSize) {
    int start = (int) (offset / GRANULE);
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
    return liveGranules * GRANULE;
  }

  /// The largest run of free bytes. It looks at the whole map.
  ///
  /// @return the largest size that [#allocate(long, long, long)] has room for at an alignment of 1
  public long largestFreeBytes() {
    int end = used.length();
    int largest = 0;
    for (int free = used.nextClear(0, end); free < end; ) {
      int runEnd = used.nextSet(free, end);
      largest = Math.max(largest, runEnd - free);
      free = used.nextClear(runEnd, end);
    }
    return (long) largest * GRANULE;
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
      visitor.accept((long) start * GRANULE);
    }
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

  /// The first granule from `granule` on whose address is a multiple of `alignment`.
  private static long aligned(int granule, long alignment, long base) {
    if (alignment <= GRANULE) {
      return granule;
    }
    long address = base + (long) granule * GRANULE;
    return (((address + alignment - 1) & -alignment) - base) / GRANULE;
  }

  private static int granules(long size) {
    return (int) (rounded(size) / GRANULE);
  }

  /// The bin of the largest size that a run of so many granules has room for.
  private static int bin(int granules) {
    return granules <= EXACT_BINS
        ? granules - 1
        : EXACT_BINS
            + Integer.numberOfLeadingZeros(EXACT_BINS)
            - Integer.numberOfLeadingZeros(granules);
  }

  /// The smallest size of a bin.
  private static int least(int bin) {
    return bin < EXACT_BINS ? bin + 1 : EXACT_BINS << (bin - EXACT_BINS);
  }
}
