package dev.cairn.alloc;

import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// An arena over an allocator: its segments are the allocator's blocks in the arena's scope.
final class AllocatorArena implements Arena {
  private final Allocator allocator;
  private final Arena scope;
  private final Runnable ended;
  private final List<MemorySegment> blocks = new ArrayList<>();

  /// @param ended is run once, after all blocks were freed
  AllocatorArena(Allocator allocator, Arena scope, Runnable ended) {
    this.allocator = allocator;
    this.scope = scope;
    this.ended = ended;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    synchronized (blocks) {
      MemorySegment block = allocator.allocateZeroed(byteSize, byteAlignment);
      try {
        MemorySegment view = Rescope.to(block, scope);
        blocks.add(block);
        return view;
      } catch (Throwable failure) {
        // The scope is closed, or confined to another thread.
        allocator.free(block);
        throw failure;
      }
    }
  }

  @Override
  public MemorySegment.Scope scope() {
    return scope.scope();
  }

  @Override
  public void close() {
    boolean wasAlive = scope.scope().isAlive();
    try {
      // First the scope: if it cannot close (wrong thread, a view in use), nothing may be freed.
      scope.close();
    } finally {
      // An action that somebody attached to the scope may have thrown, after it had closed.
      if (wasAlive && !scope.scope().isAlive()) {
        freeAll();
      }
    }
  }

  @Override
  public String toString() {
    return "arena over " + allocator;
  }

  private void freeAll() {
    synchronized (blocks) {
      try {
        // Last in, first out: so that a region below gets all of it back.
        while (!blocks.isEmpty()) {
          allocator.free(blocks.removeLast());
        }
      } finally {
        ended.run();
      }
    }
  }
}
