package dev.cairn.testkit;

import java.util.Arrays;

/// The model of an allocator: the addresses that live blocks take up, in their order.
///
/// A block of no bytes takes up one, for no other block may begin where it does.
final class LiveBlocks {
  // Sorted arrays: programs keep some hundred blocks live, and moving a few KiB of memory costs
  // less than the cache misses of a tree.
  private long[] starts = new long[64];
  private long[] ends = new long[64];
  private int size;

  int size() {
    return size;
  }

  /// Whether a block begins at an address.
  boolean startsAt(long address) {
    return Arrays.binarySearch(starts, 0, size, address) >= 0;
  }

  /// Adds a block.
  ///
  /// @return whether it could be added: it overlaps none that is there
  boolean add(long address, long byteSize) {
    long end = address + Math.max(byteSize, 1);
    int found = Arrays.binarySearch(starts, 0, size, address);
    int index = -1 - found;
    if (found >= 0
        || (index > 0 && ends[index - 1] > address)
        || (index < size && starts[index] < end)) {
      return false;
    }
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
    }
    System.arraycopy(starts, index, starts, index + 1, size - index);
    System.arraycopy(ends, index, ends, index + 1, size - index);
    starts[index] = address;
    ends[index] = end;
    size++;
    return true;
  }

  /// Removes the block that begins at an address.
  void remove(long address) {
    int index = Arrays.binarySearch(starts, 0, size, address);
    size--;
    System.arraycopy(starts, index + 1, starts, index, size - index);
    System.arraycopy(ends, index + 1, ends, index, size - index);
  }
}
