package dev.cairn.trace;

import java.io.Serial;

/// Thrown when the JVM that was to replay a trace ended without a result.
public final class ReplayFailedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// Makes the exception.
  ///
  /// @param message the trace, the allocator, how the JVM ended, and what it said
  public ReplayFailedException(String message) {
    super(message);
  }
}
