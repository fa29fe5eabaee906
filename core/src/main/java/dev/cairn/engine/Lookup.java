package dev.cairn.engine;

import dev.cairn.alloc.AllocatorClosedException;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What every call on a heap reads, without a lock, one field away; and where positions are.
///
/// [Caches] and [Directory] write it, each under its own lock. Arrays are replaced, not changed,
/// when they grow: whoever reads an old one finds in it all that concerns the thread.
abstract class Lookup {
  /// The origin where there is no main ground: it makes a position of no address.
  static final long NO_ORIGIN = Long.MIN_VALUE;

  final HeapPlan plan;
  final Directory directory = new Directory(this);
  final Grounds grounds;

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

  Lookup(HeapPlan plan, BooleanSupplier isPinned) {
    this.plan = plan;
    this.grounds = new Grounds(plan, directory, isPinned);
  }

  /// The cache where that of a thread should be.
  final ThreadCache cacheOf(Thread thread) {
    ThreadCache[] now = table;
    return now[(int) thread.threadId() & (now.length - 1)];
  }

  /// The scope of every block, where all of them have the same.
  ///
  /// @return the scope, or null
  public MemorySegment.@Nullable Scope scope() {
    return mainScope;
  }

  /// The memory at a position that was answered, in the heap's scope.
  ///
  /// @param position where it begins
  /// @param byteSize how much of it
  /// @return the segment
  public MemorySegment slice(long position, long byteSize) {
    MemorySegment memory = mainMemory;
    if (memory != null) {
      return memory.asSlice(position - Grounds.FIRST, byteSize);
    }
    Ground ground = grounds.at(position);
    return ground.memory.asSlice(position - ground.start, byteSize);
  }

  /// The memory at an address of this heap, in the heap's scope.
  ///
  /// @param address where it begins
  /// @param byteSize how much of it
  /// @return the segment
  public MemorySegment sliceAt(long address, long byteSize) {
    MemorySegment memory = memoryAt(address);
    if (memory == null) {
      throw new AllocatorClosedException(plan.toString());
    }
    return memory.asSlice(address - memory.address(), byteSize);
  }

  /// The address at a position that was answered.
  ///
  /// @param position the position
  /// @return the address
  public long address(long position) {
    long origin = this.origin;
    return position + (origin != NO_ORIGIN ? origin : grounds.at(position).origin());
  }

  /// The memory in which an address is.
  ///
  /// @param address an address
  /// @return the whole of it, in the heap's scope; or null if it is none of this heap's
  public @Nullable MemorySegment memoryAt(long address) {
    Ground ground = grounds.find(address);
    return ground == null ? null : ground.memory;
  }
}
