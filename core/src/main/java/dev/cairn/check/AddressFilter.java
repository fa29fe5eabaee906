package dev.cairn.check;

/// A set of addresses that answers fast that one is not in it, and at times does not know.
///
/// One thread at a time adds and removes. Any thread may ask for an address of which it learned
/// after it was added.
final class AddressFilter {
  private static final int SHIFT = 64 - 13;

  private final int[] counts = new int[1 << (64 - SHIFT)];

  /// Whether an address may be in the set.
  boolean mayHave(long address) {
    return counts[index(address)] != 0;
  }

  void add(long address) {
    counts[index(address)]++;
  }

  void remove(long address) {
    counts[index(address)]--;
  }

  // Fibonacci hashing: the high bits of a product with 2^64 over the golden ratio.
  private static int index(long address) {
    return (int) ((address * 0x9E3779B97F4A7C15L) >>> SHIFT);
  }
}
