package dev.cairn.alloc;

import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/// The arenas that are open over an allocator: for those who implement [Allocator].
///
/// The segments of an arena are the allocator's blocks in the arena's own scope, so memory must not
/// go back to the system under them. An allocator therefore opens its arenas here, and asks
/// [#requireNone(String)] before it ends blocks by itself.
///
/// Any thread may use it.
public final class OpenArenas {
  private final Allocator allocator;
  private final AtomicInteger open = new AtomicInteger();

  /// Makes an empty set.
  ///
  /// @param allocator where the arenas get their blocks
  public OpenArenas(Allocator allocator) {
    this.allocator = allocator;
  }

  /// Opens an arena for the current thread, as [Allocator#confinedArena()] does.
  ///
  /// @return the arena
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public Arena openConfined() {
    return open(Rescope.openConfined());
  }

  /// Opens an arena for all threads, as [Allocator#sharedArena()] does.
  ///
  /// @return the arena
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public Arena openShared() {
    return open(Rescope.openShared());
  }

  /// Opens an arena for the current thread, of an allocator that is over another one: which has an
  /// arena open for as long, too, and so refuses what it must.
  ///
  /// @param below the other allocator
  /// @return the arena
  /// @throws UnsupportedOperationException as that allocator's arenas do
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public Arena openConfined(Allocator below) {
    return linked(below.confinedArena(), openConfined());
  }

  /// Opens an arena for all threads, of an allocator that is over another one: which has an arena
  /// open for as long, too, and so refuses what it must.
  ///
  /// @param below the other allocator
  /// @return the arena
  /// @throws UnsupportedOperationException as that allocator's arenas do
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public Arena openShared(Allocator below) {
    return linked(below.sharedArena(), openShared());
  }

  private static Arena linked(Arena below, Arena arena) {
    Rescope.whenClosed(arena, below::close);
    return arena;
  }

  /// Whether no arena is open.
  ///
  /// @return true if none is
  public boolean isEmpty() {
    return open.get() == 0;
  }

  /// Refuses a call while an arena is open.
  ///
  /// @param call the name of what would end the blocks of arenas
  /// @throws IllegalStateException if one is open
  public void requireNone(String call) {
    int arenas = open.get();
    if (arenas > 0) {
      throw new IllegalStateException(
          call
              + " of "
              + allocator
              + (arenas == 1
                  ? ", while an arena over it is"
                  : ", while " + arenas + " arenas over it are")
              + " open: close each arena first");
    }
  }

  private Arena open(Arena scope) {
    AllocatorArena arena = new AllocatorArena(allocator, scope);
    open.incrementAndGet();
    // An action of the scope runs once, when it has closed and no access can come any more, whoever
    // closes it and whatever other actions throw.
    Rescope.whenClosed(
        scope,
        () -> {
          try {
            arena.freeAll();
          } finally {
            open.decrementAndGet();
          }
        });
    return arena;
  }
}
