package dev.cairn.alloc;

import java.io.Serial;

/// Thrown when a size and an alignment do not make a [Layout]: a negative size, an alignment that
/// is not a power of two, or a size that overflows. Nothing was allocated or changed.
public final class LayoutException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  LayoutException(String message) {
    super(message);
  }
}
