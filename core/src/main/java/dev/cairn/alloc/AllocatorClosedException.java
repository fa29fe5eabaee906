package dev.cairn.alloc;

import java.io.Serial;

/// Thrown when an allocator is used after it was closed.
public final class AllocatorClosedException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  /// Makes the exception.
  ///
  /// @param allocator the allocator that is closed, as its `toString` gives it
  public AllocatorClosedException(String allocator) {
    super(allocator + " is closed: use it before it closes, or close it later");
  }
}
