package dev.cairn.engine;

import java.util.Arrays;

/// A fixed run of bits that can be searched and filled a word at a time.
///
/// [java.util.BitSet] answers the same questions, but grows without bound and cannot be told where
/// a search ends; here an index beyond the end is an error, and every search is bounded.
final class Bits {
  private final long[] words;
  private final int length;

  Bits(int length) {
    this.length = length;
    this.words = new long[(length + 63) >>> 6];
  }

  private Bits(long[] words, int length) {
    this.words = words;
    this.length = length;
  }

  /// These bits, and clear ones after them.
  Bits grown(int newLength) {
    return new Bits(Arrays.copyOf(words, (newLength + 63) >>> 6), newLength);
  }

  int length() {
    return length;
  }

  long byteSize() {
    return 8L * words.length;
  }

  boolean get(int index) {
    return (words[index >>> 6] & (1L << index)) != 0;
  }

  void set(int index) {
    words[index >>> 6] |= 1L << index;
  }

  void clear(int index) {
    words[index >>> 6] &= ~(1L << index);
  }

  void set(int from, int to) {
    fill(from, to, -1L);
  }

  void clear(int from, int to) {
    fill(from, to, 0L);
  }

  /// The first set bit in `from..limit-1`, or `limit`.
  int nextSet(int from, int limit) {
    return next(from, limit, 0L);
  }

  /// The first clear bit in `from..limit-1`, or `limit`.
  int nextClear(int from, int limit) {
    return next(from, limit, -1L);
  }

  /// The last set bit in `limit..before-1`, or `limit - 1`.
  int previousSet(int before, int limit) {
    if (before <= limit) {
      return limit - 1;
    }
    int word = (before - 1) >>> 6;
    int last = limit >>> 6;
    long bits = words[word] & (-1L >>> -before);
    while (bits == 0) {
      if (--word < last) {
        return limit - 1;
      }
      bits = words[word];
    }
    return Math.max((word << 6) + 63 - Long.numberOfLeadingZeros(bits), limit - 1);
  }

  /// How many bits in `from..to-1` are set.
  int count(int from, int to) {
    int count = 0;
    for (int i = nextSet(from, to); i < to; i = nextSet(i + 1, to)) {
      int wordEnd = Math.min((i | 63) + 1, to);
      count += Long.bitCount(words[i >>> 6] & (-1L << i) & (-1L >>> -wordEnd));
      i = wordEnd - 1;
    }
    return count;
  }

  /// The first bit that differs from `same`'s bits, which are all alike.
  private int next(int from, int limit, long same) {
    if (from >= limit) {
      return limit;
    }
    int word = from >>> 6;
    int last = (limit - 1) >>> 6;
    long bits = (words[word] ^ same) & (-1L << from);
    while (bits == 0) {
      if (++word > last) {
        return limit;
      }
      bits = words[word] ^ same;
    }
    return Math.min((word << 6) + Long.numberOfTrailingZeros(bits), limit);
  }

  private void fill(int from, int to, long value) {
    if (from == to) {
      return;
    }
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long head = -1L << from;
    long tail = -1L >>> -to;
    if (first == last) {
      write(first, head & tail, value);
      return;
    }
    write(first, head, value);
    for (int word = first + 1; word < last; word++) {
      words[word] = value;
    }
    write(last, tail, value);
  }

  private void write(int word, long mask, long value) {
    words[word] = (words[word] & ~mask) | (value & mask);
  }
}
