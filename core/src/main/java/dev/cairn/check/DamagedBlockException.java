package dev.cairn.check;

import dev.cairn.platform.FlightRecording;
import java.io.Serial;

/// Thrown when bytes have changed that the program had no right to write to: beside a block, or in
/// one that was freed.
///
/// The writing is over when it is found; who did it can only be told by whose block it is. The
/// message says what was written where, who allocated the block, and who freed it. Their stacks are
/// the [suppressed exceptions][Throwable#getSuppressed()]; so are other damages that were found at
/// the same time.
///
/// Each damage is told once. The bookkeeping is not concerned by it, and the allocator goes on.
public final class DamagedBlockException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  /// What was done.
  private final Kind kind;

  /// Where the block begins, or its offset in an array.
  private final long address;

  /// The size of the block, in bytes.
  private final long byteSize;

  /// The first byte that has changed, from the block's start.
  private final long offset;

  DamagedBlockException(Kind kind, long address, long byteSize, long offset, String detail) {
    super(detail + ": " + kind.remedy);
    this.kind = kind;
    this.address = address;
    this.byteSize = byteSize;
    this.offset = offset;
    FlightRecording.misuse(kind, address, detail + ": " + kind.remedy);
  }

  /// What was done.
  ///
  /// @return the kind
  public Kind kind() {
    return kind;
  }

  /// The block beside which, or to which, it was written.
  ///
  /// @return its address; for memory in a Java array, the offset in it
  public long address() {
    return address;
  }

  /// The size of the block.
  ///
  /// @return the size in bytes
  public long byteSize() {
    return byteSize;
  }

  /// Where it was written.
  ///
  /// @return the offset of the first byte that has changed, from the block's start; negative before
  ///     it
  public long offset() {
    return offset;
  }

  /// What was done to a block.
  public enum Kind {
    /// Bytes behind a block were written to.
    OVERFLOW(
        "overflow",
        "write to the block's own bytes only; a native function, or a segment that is wider than"
            + " the block, has written to more"),
    /// Bytes before a block were written to.
    UNDERFLOW(
        "underflow",
        "write to the block's own bytes only; a native function, or a segment that is wider than"
            + " the block, has written to more"),
    /// A block was written to after it was freed.
    WRITE_AFTER_FREE(
        "write after free", "drop every reference to a block, native ones too, when you free it");

    final String words;
    private final String remedy;

    Kind(String words, String remedy) {
      this.words = words;
      this.remedy = remedy;
    }
  }
}
