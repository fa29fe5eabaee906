package dev.cairn.check;

import java.io.Serial;

/// Says which block it was that was used after it was freed.
///
/// The message says who allocated it and who freed it. Their stacks are the
/// [suppressed exceptions][Throwable#getSuppressed()]; the cause is what the access has thrown.
///
/// See [Inspectable#explained].
public final class UseAfterFreeException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  UseAfterFreeException(String detail, Throwable cause) {
    super(detail + ": drop every reference to a block, native ones too, when you free it", cause);
  }
}
