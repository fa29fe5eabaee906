package dev.cairn.trace;

/// What to do with a damaged line of a trace.
public enum OnDamage {
  /// Refuse the file, with [DamagedTraceException].
  REFUSE,
  /// Skip the line, and count it in [Reading#damaged()].
  SKIP
}
