package dev.cairn.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Gives memory another scope, so that closing the scope ends every use of it.
public final class Rescope {
  private Rescope() {}

  /// The same memory, in the scope of an arena.
  ///
  /// The caller keeps the memory valid for as long as the arena is open.
  ///
  /// @param memory native memory
  /// @param scope the arena whose scope the view has
  /// @return a view of the same address and size
  /// @throws IllegalStateException if the arena is closed
  /// @throws WrongThreadException if the arena is confined to another thread
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  /// @throws UnsupportedOperationException if `memory` is in a Java array
  @SuppressWarnings("restricted")
  public static MemorySegment to(MemorySegment memory, Arena scope) {
    try {
      // SAFETY: address and size are those of a valid segment; only its scope changes. Every caller
      // owns the memory, or knows that it never ends, and gives it back only after it closed the
      // new scope.
      return memory.reinterpret(scope, null);
    } catch (IllegalCallerException refusal) {
      throw NativeAccess.denied("giving memory a scope of its own", refusal);
    }
  }

  /// Memory at an address, in the scope of an arena.
  ///
  /// It is kept as short as can be, for it is inlined into every use of a frame.
  ///
  /// @param address where the memory begins
  /// @param byteSize how much of it there is
  /// @param scope the arena whose scope the view has, from [#openConfined()] or after it
  /// @return a segment of that memory
  /// @throws IllegalStateException if the arena is closed
  /// @throws WrongThreadException if the arena is confined to another thread
  @SuppressWarnings("restricted")
  public static MemorySegment at(long address, long byteSize, Arena scope) {
    // SAFETY: callers pass what a C allocator answered, or a part of their own memory: it stays
    // until they give it back, which they do after they closed the scope.
    return MemorySegment.ofAddress(address).reinterpret(byteSize, scope, null);
  }

  /// A scope for [#to(MemorySegment, Arena)], for the current thread.
  ///
  /// @return the arena to close it by
  /// @throws IllegalCallerException if this JVM gives Cairn no native access: now, not when the
  ///     first block needs the scope
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  public static Arena openConfined() {
    Arena scope = Arena.ofConfined();
    var _ = to(MemorySegment.NULL, scope);
    return scope;
  }

  /// A scope for [#to(MemorySegment, Arena)], for any thread.
  ///
  /// @return the arena to close it by
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  public static Arena openShared() {
    Arena scope = Arena.ofShared();
    var _ = to(MemorySegment.NULL, scope);
    return scope;
  }

  /// Attaches an action to a scope, to be run once when it has closed.
  ///
  /// @param scope the arena whose scope it is
  /// @param action what to run, by the thread that closes it
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  @SuppressWarnings("restricted")
  public static void whenClosed(Arena scope, Runnable action) {
    try {
      // SAFETY: the segment has no bytes.
      var _ = MemorySegment.NULL.reinterpret(scope, _ -> action.run());
    } catch (IllegalCallerException refusal) {
      throw NativeAccess.denied("attaching an action to a scope", refusal);
    }
  }
}
