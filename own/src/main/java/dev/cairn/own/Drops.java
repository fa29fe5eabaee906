package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Does several things of which each must be done, whatever the others throw.
final class Drops {
  private @Nullable Throwable first;

  /// Drops elements that lie one after the other, each of them once. What is thrown first is thrown
  /// after the last.
  static void range(Element<?> element, MemorySegment memory, long offset, long count) {
    if (!element.owns()) {
      return;
    }
    long stride = element.byteSize();
    Drops drops = new Drops();
    for (long i = 0; i < count; i++) {
      long at = offset + i * stride;
      drops.attempt(() -> element.drop(memory, at));
    }
    drops.rethrow();
  }

  /// Runs an action, and keeps what it throws.
  @SuppressWarnings("ReferenceEquality") // nothing can suppress itself
  void attempt(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      if (first == null) {
        first = failure;
      } else if (first != failure) {
        first.addSuppressed(failure);
      }
    }
  }

  /// Throws what was thrown first, if anything was, with the rest suppressed.
  void rethrow() {
    switch (first) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new AssertionError("a checked exception that nobody declared", first);
    }
  }
}
