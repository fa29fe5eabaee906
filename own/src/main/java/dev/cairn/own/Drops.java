package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Does several things of which each must be done, whatever the others throw.
final class Drops {
  private @Nullable Throwable first;

  Drops() {}

  /// Begins with what was thrown already.
  Drops(Throwable first) {
    this.first = first;
  }

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

  /// Runs an action while something is thrown already. What it throws too is suppressed by that.
  @SuppressWarnings("ReferenceEquality") // nothing can suppress itself
  static void addTo(Throwable failure, Runnable action) {
    try {
      action.run();
    } catch (Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
    }
  }

  /// Runs an action, and keeps what it throws.
  void attempt(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  /// Keeps what was thrown.
  @SuppressWarnings("ReferenceEquality") // nothing can suppress itself
  void failed(Throwable failure) {
    if (first == null) {
      first = failure;
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  boolean failed() {
    return first != null;
  }

  /// Throws what was thrown first, if anything was, with the rest suppressed.
  void rethrow() {
    if (first != null) {
      throw failure();
    }
  }

  /// Throws what was thrown first, with the rest suppressed: something was.
  ///
  /// @return nothing; it lets the caller write `throw`
  RuntimeException failure() {
    switch (first) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case null, default ->
          throw new AssertionError("a checked exception that nobody declared, or none", first);
    }
  }
}
