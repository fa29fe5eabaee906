package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// The one thread that a [CheckedAllocator] is for, so that its blocks can have scopes of their
/// own.
///
/// @param owner the thread
/// @param anchor an arena of the allocator below, open for as long as there are such scopes: so
///     that it exists only where blocks can have another scope, and so that the allocator below
///     does not close under them
record Confinement(Thread owner, Arena anchor) {
  @SuppressWarnings("MustBeClosedChecker") // the checked allocator closes it
  static Confinement of(Allocator below) {
    return new Confinement(Thread.currentThread(), below.confinedArena());
  }

  /// A confinement, or null where blocks cannot have another scope.
  static @Nullable Confinement ofIfPossible(Allocator below) {
    try {
      return of(below);
    } catch (UnsupportedOperationException | IllegalCallerException impossible) {
      return null;
    }
  }

  void requireOwner(Allocator allocator) {
    Thread current = Thread.currentThread();
    if (current != owner) {
      throw new WrongThreadException(
          "this "
              + allocator
              + " belongs to "
              + owner
              + ", not to "
              + current
              + ": open one in each thread, or one that is not confined");
    }
  }
}
