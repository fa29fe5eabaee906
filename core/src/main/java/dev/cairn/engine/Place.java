package dev.cairn.engine;

/// What a [BlockMap] knows of an offset.
public enum Place {
  /// No live block is there.
  FREE,
  /// A live block begins there.
  START,
  /// The offset is inside a live block.
  INSIDE
}
