package dev.cairn.memory;

import dev.cairn.memory.Bump.Position;
import org.jspecify.annotations.Nullable;

/// The open checkpoints of a region, the innermost first.
final class Checkpoints {
  private final Bump bump;
  private @Nullable Checkpoint innermost;

  Checkpoints(Bump bump) {
    this.bump = bump;
  }

  /// The last one that was opened; null if none is open.
  @Nullable Checkpoint innermost() {
    return innermost;
  }

  /// Opens one where the region stands.
  Checkpoint open(Region region) {
    Checkpoint checkpoint = new Checkpoint(region, innermost, bump.position());
    innermost = checkpoint;
    return checkpoint;
  }

  /// Opens one again that has just ended.
  void reopen(Checkpoint checkpoint) {
    checkpoint.reopen(bump.position());
    innermost = checkpoint;
  }

  boolean isOpen(Checkpoint checkpoint) {
    for (Checkpoint c = innermost; c != null; c = c.outer()) {
      if (c == checkpoint) {
        return true;
      }
    }
    return false;
  }

  /// The one since which blocks at a position were allocated; null if there is none.
  @Nullable Checkpoint since(Position position) {
    for (Checkpoint c = innermost; c != null; c = c.outer()) {
      if (Bump.isAtOrAfter(position, c.position())) {
        return c;
      }
    }
    return null;
  }

  /// Where the blocks of the innermost one begin.
  Position floor() {
    return innermost == null ? Position.START : innermost.position();
  }

  /// Ends one and all that are inside of it, with their blocks.
  ///
  /// @param last the last one to end; null for all there are
  void endDownTo(@Nullable Checkpoint last) {
    while (innermost != null) {
      Checkpoint ending = innermost;
      try {
        // First the scope: if it cannot close, because a native call uses a block, nothing may end.
        // A close that ran out of stack may have got only so far.
        if (ending.scope().scope().isAlive()) {
          ending.end();
        }
      } finally {
        // An action that somebody attached to it may have thrown, after it had closed.
        if (!ending.scope().scope().isAlive()) {
          innermost = ending.outer();
          bump.rewind(ending.position(), floor());
        }
      }
      if (ending == last) {
        return;
      }
    }
  }
}
