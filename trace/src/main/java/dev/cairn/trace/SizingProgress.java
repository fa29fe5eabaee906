package dev.cairn.trace;

/// Somebody who wants to know how far [Sizing] is.
@FunctionalInterface
public interface SizingProgress {
  /// Nobody.
  SizingProgress NONE = (_, _, _) -> {};

  /// Says that a replay begins.
  ///
  /// @param allocator what it is against
  /// @param byteSize the size that is tried
  /// @param fraction how much of everything is done, from 0 to 1
  void at(String allocator, long byteSize, double fraction);
}
