package dev.cairn.alloc;

import java.io.Serial;

/// Thrown when an allocator has no room for a request. The request changed nothing: every live
/// block is as it was, and the allocator goes on.
///
/// [Allocator#tryAllocate(long, long)] answers the same condition without an exception.
public final class MemoryExhaustedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// The size that was asked for, in bytes.
  private final long byteSize;

  /// The alignment that was asked for, in bytes.
  private final long byteAlignment;

  /// Makes the exception.
  ///
  /// @param byteSize the size that was asked for, in bytes
  /// @param byteAlignment the alignment that was asked for, in bytes
  /// @param condition what there was instead, and what to do
  public MemoryExhaustedException(long byteSize, long byteAlignment, String condition) {
    super("no room for " + new Layout(byteSize, byteAlignment) + ": " + condition);
    this.byteSize = byteSize;
    this.byteAlignment = byteAlignment;
  }

  /// The size that was asked for.
  ///
  /// @return the size in bytes
  public long byteSize() {
    return byteSize;
  }

  /// The alignment that was asked for.
  ///
  /// @return the alignment in bytes
  public long byteAlignment() {
    return byteAlignment;
  }
}
