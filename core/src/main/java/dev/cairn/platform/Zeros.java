package dev.cairn.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Makes memory zero, at the speed of C's `memset`.
///
/// The JDK's `fill` writes eight bytes at a time, but its `copy` as many as the processor can: from
/// some size on, copying zeros takes a third of the time.
public final class Zeros {
  // A page of zeros, which stays in the first-level cache while it is copied.
  private static final long PAGE_BYTES = 4096;
  private static final MemorySegment PAGE = Arena.global().allocate(PAGE_BYTES, 64).asReadOnly();

  /// Up to here `fill` is the faster, as it is compiled into the place of the call.
  private static final long FEW_BYTES = 128;

  private Zeros() {}

  /// Makes a part of a segment zero.
  ///
  /// @param memory the segment
  /// @param offset where the part begins
  /// @param byteSize its size in bytes
  public static void fill(MemorySegment memory, long offset, long byteSize) {
    if (byteSize <= FEW_BYTES) {
      MemorySegment _ = memory.asSlice(offset, byteSize).fill((byte) 0);
    } else {
      copy(memory, offset, byteSize);
    }
  }

  private static void copy(MemorySegment memory, long offset, long byteSize) {
    long at = offset;
    long end = offset + byteSize;
    for (; end - at > PAGE_BYTES; at += PAGE_BYTES) {
      MemorySegment.copy(PAGE, 0, memory, at, PAGE_BYTES);
    }
    MemorySegment.copy(PAGE, 0, memory, at, end - at);
  }
}
