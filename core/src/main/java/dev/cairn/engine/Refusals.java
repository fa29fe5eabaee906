package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The words in which a heap refuses what is not a live block.
///
/// Each of them needs the method that was called, the address it was given, and the size, or
/// [#UNKNOWN].
public final class Refusals {
  /// The size where a caller gives none.
  public static final long UNKNOWN = -1;

  private final boolean inArray;

  /// @param memory the memory of the caller that the heap is in; null if it has its own
  Refusals(@Nullable MemorySegment memory) {
    this.inArray = memory != null && !memory.isNative();
  }

  InvalidBlockException notLive(String call, long address, long byteSize) {
    return because(Kind.NOT_LIVE, call, address, byteSize, "no live block is there");
  }

  InvalidBlockException interior(String call, long address, long byteSize) {
    return because(Kind.INTERIOR, call, address, byteSize, "it lies inside a live block");
  }

  InvalidBlockException wrongSize(String call, long address, long byteSize, long usable) {
    return because(
        Kind.WRONG_SIZE,
        call,
        address,
        byteSize,
        "the live block there has a usable size of " + usable);
  }

  InvalidBlockException foreign(String call, long address, long byteSize, String what) {
    return because(Kind.FOREIGN, call, address, byteSize, what);
  }

  /// The exception for what is no block of a heap, whatever it is.
  ///
  /// @param call the method that was called
  /// @param segment what it was given
  /// @param what what that is
  /// @return the exception to throw
  public static InvalidBlockException foreign(String call, MemorySegment segment, String what) {
    return because(
        Kind.FOREIGN, call, segment.address(), segment.byteSize(), !segment.isNative(), what);
  }

  private InvalidBlockException because(
      Kind kind, String call, long address, long byteSize, String what) {
    return because(kind, call, address, byteSize, inArray, what);
  }

  private static InvalidBlockException because(
      Kind kind, String call, long address, long byteSize, boolean inArray, String what) {
    return new InvalidBlockException(
        kind,
        address,
        call
            + (byteSize == UNKNOWN ? "" : " of " + byteSize + " bytes")
            + " at "
            + (inArray ? "offset " + address + " of an array" : "0x" + Long.toHexString(address))
            + ", but "
            + what);
  }
}
