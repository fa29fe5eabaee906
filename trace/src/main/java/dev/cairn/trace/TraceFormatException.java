package dev.cairn.trace;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Thrown when a file is not a trace in a format that Cairn knows, or not whole.
public class TraceFormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /// Makes the exception.
  ///
  /// @param message the file, what is wrong with it, and what to do
  public TraceFormatException(String message) {
    this(message, null);
  }

  /// Makes the exception.
  ///
  /// @param message the file, what is wrong with it, and what to do
  /// @param cause how it showed; null where it just did
  public TraceFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
