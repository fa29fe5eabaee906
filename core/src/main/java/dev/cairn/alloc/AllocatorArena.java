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
  private final List<MemorySegment> blocks = new ArrayList<>();

  AllocatorArena(Allocator allocator, Arena scope) {
    this.allocator = allocator;
    this.scope = scope;
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

  /// Ends the segments; what [OpenArenas] has attached to the scope then frees the blocks.
  @Override
  public void close() {
    scope.close();
  }

  @Override
  public String toString() {
    return "arena over " + allocator;
  }

  /// Frees every block. What is thrown by one is thrown at the end.
  void freeAll() {
    synchronized (blocks) {
      RuntimeException first = null;
      // Last in, first out: so that a region below gets all of it back.
      while (!blocks.isEmpty()) {
        try {
          allocator.free(blocks.removeLast());
        } catch (RuntimeException failure) {
          if (first == null) {
            first = failure;
          } else {
            first.addSuppressed(failure);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
