package dev.cairn.engine;

/// A set of numbers below a bound, whose least one is found in as many steps as the bound has
/// digits to the base 64.
///
/// It is not thread-safe.
final class BitTree {
  // Row 0 has a bit for each number. Each further row has a bit for each word of the row before,
  // set where that word is not zero; the last row is one word. Seven rows hold any int.
  private final long[][] rows;
  private final Work work;

  /// Makes an empty set.
  ///
  /// @param bound one more than the largest number, at least 1
  BitTree(int bound, Work work) {
    this.work = work;
    int count = 1;
    for (int words = wordsFor(bound); words > 1; words = wordsFor(words)) {
      count++;
    }
    rows = new long[count][];
    for (int row = 0, words = bound; row < count; row++) {
      words = wordsFor(words);
      rows[row] = new long[words];
    }
  }

  boolean isEmpty() {
    return rows[rows.length - 1][0] == 0;
  }

  boolean contains(int number) {
    return (rows[0][number >>> 6] & 1L << number) != 0;
  }

  /// The least number in the set, which is not empty.
  int first() {
    int at = 0;
    for (int row = rows.length - 1; row >= 0; row--) {
      work.step();
      at = at << 6 | Long.numberOfTrailingZeros(rows[row][at]);
    }
    return at;
  }

  /// Adds a number that is not in the set.
  void add(int number) {
    int at = number;
    for (long[] row : rows) {
      work.step();
      long before = row[at >>> 6];
      row[at >>> 6] = before | 1L << at;
      if (before != 0) {
        return;
      }
      at >>>= 6;
    }
  }

  /// Takes away a number that is in the set.
  void remove(int number) {
    int at = number;
    for (long[] row : rows) {
      work.step();
      long after = row[at >>> 6] & ~(1L << at);
      row[at >>> 6] = after;
      if (after != 0) {
        return;
      }
      at >>>= 6;
    }
  }

  /// The bytes that it takes on the Java heap.
  long byteSize() {
    long words = 0;
    for (long[] row : rows) {
      words += row.length;
    }
    return words * Long.BYTES;
  }

  private static int wordsFor(int bits) {
    return (bits + 63) >>> 6;
  }
}
