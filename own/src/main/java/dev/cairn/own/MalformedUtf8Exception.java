package dev.cairn.own;

import java.io.Serial;

/// Thrown when bytes that are to be text are not UTF-8. The call changed nothing.
public final class MalformedUtf8Exception extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /// Where the first bad byte is.
  private final long byteOffset;

  MalformedUtf8Exception(long byteOffset, long byteSize, int bad) {
    super(
        "byte 0x"
            + Integer.toHexString(bad & 0xff)
            + " at offset "
            + byteOffset
            + " of "
            + byteSize
            + " begins no code point in UTF-8: find out the encoding, or use fromUtf8Lossy");
    this.byteOffset = byteOffset;
  }

  /// How many bytes are valid before the first that is not.
  ///
  /// @return the offset, in the bytes that were given, of the first that begins no code point
  public long byteOffset() {
    return byteOffset;
  }
}
