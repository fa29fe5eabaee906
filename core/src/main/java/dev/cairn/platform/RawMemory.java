package dev.cairn.platform;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory by address, without checks.
public final class RawMemory {
  private static final MemorySegment ALL = open();

  private RawMemory() {}

  /// Zeroes memory, a whole long at a time.
  ///
  /// The caller answers for the memory.
  ///
  /// @param from the first address, a multiple of 8
  /// @param to the address after the last, a multiple of 8
  public static void zero(long from, long to) {
    // Long on purpose. C2 inlines no method of more than 325 bytes of code (FreqInlineSize); what
    // it would inline here, or of MemorySegment.fill, uses up the budget of whoever pushes frames,
    // and then their frames are no longer eliminated but garbage: see docs/benchmarks.md.
    long rest = to - from;
    if (rest >= 256) {
      Zeros.fill(ALL, from, rest);
      return;
    }
    long at = from;
    if ((rest & 128) != 0) {
      ALL.set(ValueLayout.JAVA_LONG, at, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 8, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 16, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 24, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 32, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 40, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 48, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 56, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 64, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 72, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 80, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 88, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 96, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 104, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 112, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 120, 0L);
      at += 128;
    }
    if ((rest & 64) != 0) {
      ALL.set(ValueLayout.JAVA_LONG, at, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 8, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 16, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 24, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 32, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 40, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 48, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 56, 0L);
      at += 64;
    }
    if ((rest & 32) != 0) {
      ALL.set(ValueLayout.JAVA_LONG, at, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 8, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 16, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 24, 0L);
      at += 32;
    }
    if ((rest & 16) != 0) {
      ALL.set(ValueLayout.JAVA_LONG, at, 0L);
      ALL.set(ValueLayout.JAVA_LONG, at + 8, 0L);
      at += 16;
    }
    if ((rest & 8) != 0) {
      ALL.set(ValueLayout.JAVA_LONG, at, 0L);
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment open() {
    try {
      // SAFETY: what is done with it is zero() alone, whose callers answer for the memory.
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    } catch (IllegalCallerException refusal) {
      throw NativeAccess.denied("access by address", refusal);
    }
  }
}
