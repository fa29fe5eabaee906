package dev.cairn.trace;

import java.io.Serial;

/// What a parser throws at a line that it cannot take. Whoever reads the file knows which line of
/// which file it is, and makes a [DamagedTraceException] of it.
final class Damage extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// @param expected what should have been there
  Damage(String expected) {
    super(expected, null, false, false);
  }
}
