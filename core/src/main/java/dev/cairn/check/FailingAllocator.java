package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// An allocator that has no room when it is told to have none: for tests of what a program does
/// then.
///
/// What it does not refuse goes to another allocator.
///
/// {@snippet :
/// try (Allocator heap = FailingAllocator.over(Heap.growable(1 << 20), Failures.only(3))) {
///   program(heap);   // its third request finds no room
/// }
/// }
///
/// ## Threads
///
/// As the allocator below it allows; requests are counted one at a time.
public final class FailingAllocator implements Allocator {
  private final Allocator below;
  private final Failures failures;
  private final OpenArenas arenas = new OpenArenas(this);
  // Both guarded by this.
  private long requests;
  private long refused;
  private long liveBytes;

  private FailingAllocator(Allocator below, Failures failures) {
    this.below = below;
    this.failures = failures;
  }

  /// Makes an allocator that fails.
  ///
  /// @param below where its blocks come from; from now on it is used through this one alone, which
  ///     closes it
  /// @param failures which requests it refuses
  /// @return the allocator
  public static FailingAllocator over(Allocator below, Failures failures) {
    return new FailingAllocator(below, failures);
  }

  /// How many requests there were: blocks asked for, and blocks that were to grow.
  ///
  /// @return the number, with those that were refused
  public synchronized long requests() {
    return requests;
  }

  /// How many requests were refused on purpose.
  ///
  /// @return the number
  public synchronized long refused() {
    return refused;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    if (refuses(byteSize)) {
      throw exhausted(byteSize, byteAlignment);
    }
    return counted(below.allocate(byteSize, byteAlignment));
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    MemorySegment block = refuses(byteSize) ? null : below.tryAllocate(byteSize, byteAlignment);
    return block == null ? null : counted(block);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    if (refuses(byteSize)) {
      throw exhausted(byteSize, byteAlignment);
    }
    return counted(below.allocateZeroed(byteSize, byteAlignment));
  }

  @Override
  public void free(MemorySegment block) {
    below.free(block);
    count(-block.byteSize());
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    // What is no live block is refused as such, and is no request.
    long _ = below.usableSize(block);
    if (newByteSize > block.byteSize() && refuses(newByteSize - block.byteSize())) {
      return null;
    }
    MemorySegment resized = below.resize(block, newByteSize);
    if (resized != null) {
      count(newByteSize - block.byteSize());
    }
    return resized;
  }

  @Override
  public long usableSize(MemorySegment block) {
    return below.usableSize(block);
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    return below.blockAt(address, byteSize);
  }

  @Override
  public Stats stats() {
    return below.stats();
  }

  /// Closes the allocator below.
  ///
  /// @throws IllegalStateException as that does; also if an arena over this allocator is open
  @Override
  public void close() {
    arenas.requireNone("close");
    below.close();
  }

  @Override
  public Arena confinedArena() {
    return arenas.openConfined(below);
  }

  @Override
  public Arena sharedArena() {
    return arenas.openShared(below);
  }

  /// Answers what is below.
  @Override
  public String toString() {
    return "failing allocator over " + below;
  }

  private synchronized boolean refuses(long byteSize) {
    requests++;
    boolean refuses = failures.refuses(requests, byteSize, liveBytes);
    refused += refuses ? 1 : 0;
    return refuses;
  }

  private MemorySegment counted(MemorySegment block) {
    count(block.byteSize());
    return block;
  }

  private synchronized void count(long more) {
    liveBytes += more;
  }

  private MemoryExhaustedException exhausted(long byteSize, long byteAlignment) {
    return new MemoryExhaustedException(
        byteSize, byteAlignment, "this " + this + " refuses it, as it was told to");
  }
}
