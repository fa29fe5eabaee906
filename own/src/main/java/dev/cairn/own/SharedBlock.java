package dev.cairn.own;

/// Where the parts of a shared block lie: two counts of 32 bits, then the value.
final class SharedBlock {
  /// Where the count of strong handles is.
  static final long STRONG = 0;

  /// Where the count of weak handles is.
  static final long WEAK = 4;

  private static final long COUNT_BYTES = 8;

  private SharedBlock() {}

  /// Where the value is: behind the counts, at the first offset that suits its alignment.
  static long valueOffset(long byteAlignment) {
    return Math.max(COUNT_BYTES, byteAlignment);
  }
}
