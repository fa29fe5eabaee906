package dev.cairn.engine;

import java.util.Arrays;

/// The validator of a [BuddyMap]: it works out from the tags alone what all else must be.
final class BuddyCheck {
  private final int lead;
  private final int end;
  private final Fragments fragments;
  private final long[][] free;
  private final byte[] tags;

  BuddyCheck(int lead, int end, Fragments fragments, byte[] tags) {
    this.lead = lead;
    this.end = end;
    this.fragments = fragments;
    this.free = fragments.free;
    this.tags = tags;
  }

  /// Compares the tags with the bits, the bits with the sets, and all of them with the counts.
  ///
  /// @throws AssertionError if they disagree, with the values
  void run(long liveBlocks, long liveGranules) {
    long[] expected = new long[free[0].length];
    long blocks = 0;
    long granules = 0;
    for (int granule = lead; granule < end; ) {
      int tag = granule - lead;
      if (!BuddyMap.isStart(tags[tag])) {
        if (tags[tag] != 0) {
          throw new AssertionError(
              "a tag of %d at the free granule %d".formatted(tags[tag], granule));
        }
        expected[granule >>> 6] |= 1L << granule;
        granule++;
        continue;
      }
      int order = tags[tag] - 1;
      requireBlock(granule, order);
      if (order >= 6) {
        // What is live as a part of a higher level is all ones in the levels below.
        Arrays.fill(expected, granule >>> 6, (granule + (1 << order)) >>> 6, -1);
      }
      blocks++;
      granules += 1L << order;
      granule += 1 << order;
    }
    if (blocks != liveBlocks || granules != liveGranules) {
      throw new AssertionError(
          "%d blocks of %d granules are live, but the counts say %d of %d"
              .formatted(blocks, granules, liveBlocks, liveGranules));
    }
    requireLevels(expected);
    requireSets();
  }

  private void requireBlock(int granule, int order) {
    int tag = granule - lead;
    if (order >= fragments.orders()
        || (granule & (1L << order) - 1) != 0
        || 1L << order > end - granule) {
      throw new AssertionError(
          "a block of order %d at granule %d of %d".formatted(order, granule, end));
    }
    for (int inside = 1; inside < 1 << order; inside++) {
      byte note = tags[tag + inside];
      if (note != 0 && (inside > 1 || BuddyMap.isStart(note) || note >= 64 + order)) {
        throw new AssertionError(
            "a tag of %d inside the block at granule %d".formatted(note, granule));
      }
    }
  }

  private void requireLevels(long[] lowest) {
    long[] expected = lowest;
    for (int level = 0; level < free.length; level++) {
      if (!Arrays.equals(expected, free[level])) {
        throw new AssertionError(
            "the bits of level %d are not what is free there".formatted(level));
      }
      if (level + 1 < free.length) {
        expected = above(level);
      }
    }
  }

  /// The bits of the level above: of each word that is all ones, but those in live fragments whose
  /// bits are of a level no higher than that.
  private long[] above(int level) {
    int shift = 6 * (level + 1);
    long[] words = new long[free[level + 1].length];
    for (int word = 0; word < free[level].length; word++) {
      if (free[level][word] == -1) {
        int order = liveOrder((long) word << shift);
        if (order < 0 || order / 6 > level + 1) {
          words[word >>> 6] |= 1L << word;
        }
      }
    }
    return words;
  }

  /// The order of the live block that covers a granule; negative if none does.
  private int liveOrder(long granule) {
    for (int order = 0; order < fragments.orders(); order++) {
      long start = (granule & -1L << order) - lead;
      if (start >= 0 && tags[(int) start] == order + 1) {
        return order;
      }
    }
    return -1;
  }

  private void requireSets() {
    long orders = fragments.freeOrders();
    for (int order = 0; order < fragments.orders(); order++) {
      BitTree words = fragments.pieces[order];
      long[] level = free[order / 6];
      if (words.isEmpty() != ((orders & 1L << order) == 0)) {
        throw new AssertionError(
            "the set of order %d is empty, or not, against the summary".formatted(order));
      }
      int first = level.length;
      for (int word = level.length - 1; word >= 0; word--) {
        boolean whole = (Fragments.sizes(level[word]) & 1 << order % 6) != 0;
        first = whole ? word : first;
        if (words.contains(word) != whole) {
          throw new AssertionError(
              "word %d is in the set of order %d, or not, against its bits".formatted(word, order));
        }
      }
      if (!words.isEmpty() && words.first() != first) {
        throw new AssertionError(
            "the set of order %d does not find its first word %d".formatted(order, first));
      }
    }
  }
}
