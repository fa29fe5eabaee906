package dev.cairn.memory;

import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.platform.Rescope;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A frame of a thread's [Stack]: an arena whose blocks end when it is popped.
///
/// Its blocks are zeroed, as those of every [Arena] are. A frame and its blocks are confined to the
/// thread that pushed it. Only the top frame can allocate and be popped.
///
/// ## Safety
///
/// Access to a block after its frame was popped throws [IllegalStateException], always.
///
/// ## Cost
///
/// That of moving a cursor and zeroing the block; no garbage where the frame does not escape.
public final class Frame implements Arena {
  private final Stack stack;
  private final int depth;
  private final long base;
  private final Arena scope;
  private boolean popped;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  Frame(Stack stack, int depth, long base) {
    this.stack = stack;
    this.depth = depth;
    this.base = base;
    this.scope = Arena.ofConfined();
  }

  /// Hands out a zeroed block that ends with this frame.
  ///
  /// @param byteSize the size in bytes; zero is legal
  /// @param byteAlignment the alignment in bytes
  /// @return the block
  /// @throws dev.cairn.alloc.LayoutException if the size is negative, the alignment is not a power
  ///     of two, or the two overflow
  /// @throws MemoryExhaustedException if the stack has no room; it is as it was
  /// @throws IllegalStateException if this frame was popped or is not the top one
  /// @throws WrongThreadException if this frame is of another thread
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    requireTop("allocate");
    long start = (stack.top() + byteAlignment - 1) & -byteAlignment;
    if (byteSize > stack.end() - start) {
      throw exhausted(byteSize, byteAlignment);
    }
    // Refuses other threads and a popped frame; only after it may the top move.
    MemorySegment block = Rescope.at(start, byteSize, scope);
    stack.moveTo(start + byteSize);
    return block;
  }

  @Override
  public MemorySegment.Scope scope() {
    return scope.scope();
  }

  /// Pops this frame: its blocks end.
  ///
  /// @throws IllegalStateException if this frame was popped before, is not the top one, or a native
  ///     call is using one of its blocks; the stack is as it was
  /// @throws WrongThreadException if this frame is of another thread
  @Override
  public void close() {
    requireTop("pop");
    try {
      scope.close();
    } catch (Throwable failure) {
      // If the scope has closed all the same, an action that somebody attached to it has thrown,
      // now or in an earlier close of this frame; or another thread calls, which may not pop.
      if (!popped && !scope.scope().isAlive() && !(failure instanceof WrongThreadException)) {
        pop();
      }
      throw failure;
    }
    pop();
  }

  private void pop() {
    // Such an action may also have pushed a frame, which has to be popped first.
    requireTop("pop");
    popped = true;
    stack.pop(base);
  }

  /// Answers the depth of the frame and what its stack has left.
  @Override
  public String toString() {
    return "frame " + depth + " of a stack of " + stack.byteSize() + " bytes";
  }

  private void requireTop(String call) {
    if (!stack.isTop(depth)) {
      throw popped
          ? new IllegalStateException(call + " of frame " + depth + ", which was popped before")
          : stack.notOnTop(call, depth);
    }
  }

  private MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    Telemetry.failedOnStack(byteSize, byteAlignment, stack.byteSize(), stack.end() - stack.top());
    return new MemoryExhaustedException(
        byteSize,
        byteAlignment,
        "this thread's stack of "
            + stack.byteSize()
            + " bytes has "
            + (stack.end() - stack.top())
            + " left; use a Region or a Heap for large"
            + " blocks, or start the JVM with a larger -Ddev.cairn.stackBytes");
  }
}
