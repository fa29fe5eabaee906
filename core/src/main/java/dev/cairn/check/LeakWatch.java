package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.check.LeakReport.Held;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An allocator that remembers which place allocated each block of another, and reports at close
/// the blocks that nobody freed.
///
/// {@snippet :
/// try (Allocator heap = LeakWatch.over(Heap.growable(1 << 20), leak -> log.warn("{}", leak))) {
///   program(heap);
/// }
/// }
///
/// ## Cost
///
/// A walk of the stack, some microseconds, and about 200 bytes of garbage per allocation. For tests
/// and for finding a leak that is known to be there.
///
/// ## Threads
///
/// As the allocator that is watched allows.
public final class LeakWatch implements Allocator {
  private final Allocator watched;
  private final Consumer<Leak> report;
  private final OpenArenas arenas = new OpenArenas(this);
  private final Map<Long, Held> live = new HashMap<>();

  private LeakWatch(Allocator watched, Consumer<Leak> report) {
    this.watched = watched;
    this.report = report;
  }

  /// Watches an allocator.
  ///
  /// @param watched the allocator; from now on it is used through the watch alone, which closes it
  /// @param report is given each leak when the watch closes, the one of the most bytes first
  /// @return the watch
  public static LeakWatch over(Allocator watched, Consumer<Leak> report) {
    return new LeakWatch(watched, report);
  }

  /// The blocks that are live now, by the places that allocated them.
  ///
  /// @return a leak for each place, the one of the most bytes first
  public List<Leak> leaks() {
    synchronized (live) {
      return LeakReport.of(live.values().stream(), List.of(), false).leaks();
    }
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    CallStack place = CallStack.here(1);
    synchronized (live) {
      return remembered(place, watched.allocate(byteSize, byteAlignment));
    }
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    CallStack place = CallStack.here(1);
    synchronized (live) {
      MemorySegment block = watched.tryAllocate(byteSize, byteAlignment);
      return block == null ? null : remembered(place, block);
    }
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    CallStack place = CallStack.here(1);
    synchronized (live) {
      return remembered(place, watched.allocateZeroed(byteSize, byteAlignment));
    }
  }

  @Override
  public void free(MemorySegment block) {
    synchronized (live) {
      watched.free(block);
      live.remove(block.address());
    }
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    synchronized (live) {
      MemorySegment resized = watched.resize(block, newByteSize);
      if (resized != null) {
        live.computeIfPresent(
            block.address(), (_, known) -> new Held(known.stack(), newByteSize, 1));
      }
      return resized;
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    CallStack place = CallStack.here(1);
    synchronized (live) {
      MemorySegment moved = watched.reallocate(block, newByteSize, byteAlignment);
      live.remove(block.address());
      return remembered(place, moved);
    }
  }

  @Override
  public long usableSize(MemorySegment block) {
    return watched.usableSize(block);
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    return watched.blockAt(address, byteSize);
  }

  @Override
  public Stats stats() {
    return watched.stats();
  }

  /// Closes the allocator that is watched, then reports each leak. Closing again does nothing.
  ///
  /// What the report throws is thrown after all leaks were reported.
  ///
  /// @throws IllegalStateException as the allocator that is watched does; also if an arena over
  ///     this watch is open, and nothing has changed then
  @Override
  public void close() {
    List<Leak> leaks;
    synchronized (live) {
      arenas.requireNone("close");
      watched.close();
      leaks = leaks();
      live.clear();
    }
    RuntimeException first = null;
    for (Leak leak : leaks) {
      try {
        report.accept(leak);
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

  @Override
  public Arena confinedArena() {
    return arenas.openConfined(watched);
  }

  @Override
  public Arena sharedArena() {
    return arenas.openShared(watched);
  }

  /// Answers what is watched.
  @Override
  public String toString() {
    return "leak watch over " + watched;
  }

  private MemorySegment remembered(CallStack place, MemorySegment block) {
    live.put(block.address(), new Held(place, block.byteSize(), 1));
    return block;
  }
}
