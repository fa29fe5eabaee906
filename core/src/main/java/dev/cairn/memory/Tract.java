package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.engine.Refusals;
import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.OpenAllocator.Holding;
import dev.cairn.telemetry.OpenAllocators;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The memory that an allocator of an exact size divides: its own, or the caller's. It tells the
/// segments of its blocks, by their offset, from all others.
final class Tract {
  final MemorySegment memory;
  private final MemorySegment.Scope scope;
  private final long base;
  // Null where memory is native.
  private final @Nullable Object array;
  // Owns the memory; null where the caller does.
  private final @Nullable Arena ground;

  private Tract(MemorySegment memory, @Nullable Arena ground) {
    this.memory = memory;
    this.scope = memory.scope();
    this.base = memory.address();
    this.array = memory.heapBase().orElse(null);
    this.ground = ground;
  }

  /// Takes zeroed memory from the system.
  ///
  /// @param ground is closed with the tract, or if there is not so much memory
  /// @throws OutOfMemoryError if the system does not have that much
  static Tract take(Arena ground, long byteSize, long alignment) {
    try {
      return new Tract(ground.allocate(byteSize, alignment), ground);
    } catch (Throwable failure) {
      ground.close();
      throw failure;
    }
  }

  /// Divides memory of the caller, from the first multiple of an alignment on.
  ///
  /// @throws IllegalArgumentException if the memory is read-only, has ended, or is not for this
  ///     thread
  static Tract over(MemorySegment memory, long alignment) {
    return new Tract(Extent.writable(memory, alignment), null);
  }

  /// Puts an allocator for all threads that divides this memory on the list of open ones.
  ///
  /// @param type what it is: "pool"
  OpenAllocator list(Allocator allocator, String type) {
    return OpenAllocators.add(
        allocator,
        OpenAllocators.nextName(type),
        ground != null ? Holding.ITS_OWN : Holding.THE_CALLERS,
        _ -> {});
  }

  /// Whether the memory is the caller's.
  boolean isTheCallers() {
    return ground == null;
  }

  /// Refuses an alignment that addresses in this memory cannot be sure to have.
  ///
  /// @throws IllegalArgumentException if the memory is in an array of smaller elements
  void requireAlignment(long alignment) {
    if (array != null) {
      Extent.requireAlignment(array, alignment);
    }
  }

  /// Refuses blocks in a scope of their own, where the memory may end before the scope does.
  ///
  /// @param allocator what divides this memory
  /// @param other a kind of it that has its own memory
  /// @throws UnsupportedOperationException if the memory is the caller's, and may end
  void requireRescope(Allocator allocator, String other) {
    if (ground == null && !(array == null && scope.equals(Arena.global().scope()))) {
      throw new UnsupportedOperationException(
          "an arena over a "
              + allocator
              + ", which may end before the arena does: bring memory of Arena.global(), or use "
              + other);
    }
  }

  /// Whether a segment is as those of the blocks are: most are seen to be at a glance.
  @SuppressWarnings("ReferenceEquality") // the very same scope, or all is looked at
  boolean isPlainly(@Nullable MemorySegment block) {
    return block != null
        && block.scope() == scope
        && array == null
        && block.isNative()
        && !block.isReadOnly()
        && block.address() - base >= 0
        && block.address() - base < memory.byteSize();
  }

  /// The offset of a segment that [#isPlainly] in this memory.
  long offset(MemorySegment block) {
    return block.address() - base;
  }

  /// The offset of what may be a block, after a look at all of it.
  ///
  /// @param call the method that was given it
  /// @param allocator what divides this memory
  /// @throws InvalidBlockException if it is in other memory, or no segment of a block
  @SuppressWarnings("ReferenceEquality") // the very same array, not one that is alike
  long offset(String call, MemorySegment block, Allocator allocator) {
    long offset = block.address() - base;
    if (block.heapBase().orElse(null) != array
        || block.isNative() != memory.isNative()
        || offset < 0
        || offset >= memory.byteSize()) {
      throw Refusals.foreign(call, block, "that is no memory of this " + allocator);
    }
    if (!block.scope().equals(scope)) {
      throw Refusals.foreign(
          call, block, "it is a view in another scope than the blocks of this " + allocator);
    }
    if (block.isReadOnly()) {
      throw Refusals.foreign(call, block, "it is a read-only view");
    }
    return offset;
  }

  /// Gives the memory back, if it is not the caller's. Doing so again does nothing.
  ///
  /// @throws IllegalStateException if a native call is using it; nothing has changed then
  void release() {
    if (ground != null && ground.scope().isAlive()) {
      ground.close();
    }
  }
}
