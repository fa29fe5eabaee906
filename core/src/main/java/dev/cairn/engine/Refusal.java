package dev.cairn.engine;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;

/// The words in which a heap refuses what is not a live block.
///
/// @param call the method that was called
/// @param address what it was given
/// @param byteSize the size it was given, or [#UNKNOWN]
/// @param inArray whether the address is an offset in a Java array
public record Refusal(String call, long address, long byteSize, boolean inArray) {
  /// The size where a caller gives none.
  public static final long UNKNOWN = -1;

  /// The exception for a mistake of a kind.
  ///
  /// @param kind what is wrong
  /// @param what what is known of the address
  /// @return the exception to throw
  public InvalidBlockException as(Kind kind, String what) {
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
