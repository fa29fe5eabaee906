package dev.cairn.check;

import java.io.Serial;
import java.util.List;

/// A stack trace of the past: of who allocated a block, or freed it.
///
/// It is never thrown. It is among the [suppressed exceptions][Throwable#getSuppressed()] of one
/// that is, so that whatever prints that one prints this, too.
public final class CallTrace extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  CallTrace(String what, List<StackTraceElement> frames) {
    super(what);
    setStackTrace(frames.toArray(StackTraceElement[]::new));
  }
}
