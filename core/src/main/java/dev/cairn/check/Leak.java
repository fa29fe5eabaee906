package dev.cairn.check;

import java.time.Duration;
import java.util.List;

/// Blocks that one place allocated and nobody freed.
///
/// @param stack the calls that led to the allocation, the innermost first: as many as were kept,
///     one at least
/// @param blocks how many blocks
/// @param bytes how many bytes they have together, as they were asked for
/// @param age how long ago the oldest of them was allocated
public record Leak(List<StackTraceElement> stack, long blocks, long bytes, Duration age) {
  /// Keeps a copy of the stack.
  ///
  /// @throws IllegalArgumentException if the stack is empty
  public Leak {
    stack = List.copyOf(stack);
    if (stack.isEmpty()) {
      throw new IllegalArgumentException("a leak without a stack: give it the place at least");
    }
  }

  /// The class, method, file and line that allocated them.
  ///
  /// @return the innermost frame of the stack
  public StackTraceElement place() {
    return stack.getFirst();
  }

  /// Answers `2 blocks of 100 bytes in all, allocated at Orders.load(Orders.java:42)`.
  @Override
  public String toString() {
    return text(blocks, bytes) + ", allocated at " + CallStack.shown(place());
  }

  /// So many blocks, as `2 blocks of 100 bytes in all`.
  static String text(long blocks, long bytes) {
    return blocks
        + (blocks == 1 ? " block of " + bytes + " bytes" : " blocks of " + bytes + " bytes in all");
  }
}
