package dev.cairn.engine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What every call on a heap reads, without a lock, one field away.
///
/// [Caches] and [Directory] write it, each under its own lock. Arrays are replaced, not changed,
/// when they grow: whoever reads an old one finds in it all that concerns the thread.
abstract class Lookup {
  /// The origin where there is no main ground: it makes a position of no address.
  static final long NO_ORIGIN = Long.MIN_VALUE;

  /// Caches, by the low bits of the id of the thread. A thread that does not find its own there
  /// attaches again.
  ThreadCache[] table = {ThreadCache.NOBODY};

  /// The tables of chunks.
  long[][] chunks = {Chunk.NONE};

  /// What to add to a position in the main ground to have the address.
  long origin = NO_ORIGIN;

  /// The memory of the only ground, once it is there for good; null where grounds come and go.
  @Nullable MemorySegment mainMemory;

  /// The scope of that memory.
  MemorySegment.@Nullable Scope mainScope;

  /// The cache where that of a thread should be.
  final ThreadCache cacheOf(Thread thread) {
    ThreadCache[] now = table;
    return now[(int) thread.threadId() & (now.length - 1)];
  }
}
