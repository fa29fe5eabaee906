package dev.cairn.engine;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.Stats;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A heap of an exact size whose every call takes a bounded number of steps, by offsets from its
/// start in bytes.
///
/// It makes no object, except to refuse a call, or to answer one about the heap as a whole.
public final class BuddyHeap {
  /// What [#allocate(long, long)] answers when there is no room.
  public static final long NO_ROOM = BuddyMap.NO_ROOM;

  private final String name;
  private final BuddyMap map;
  private final Gate gate;
  private final Refusals refusals;
  private final long base;
  private final boolean isNative;
  private long peakLiveBytes;
  private long allocations;
  private long failures;
  // Whose turn it is while it visits. A thread asks only whether it is itself.
  private @Nullable Thread visitor;
  private volatile @Nullable Stats last;

  /// Makes a heap with no live block.
  ///
  /// @param name what messages call it
  /// @param memory the memory that it divides, from a multiple of a granule on
  /// @param gate who may use it
  public BuddyHeap(String name, MemorySegment memory, Gate gate) {
    this(name, memory, gate, new Work());
  }

  BuddyHeap(String name, MemorySegment memory, Gate gate, Work work) {
    this.name = name;
    this.map = new BuddyMap(memory.byteSize(), memory.address(), work);
    this.gate = gate;
    this.refusals = new Refusals(memory);
    this.base = memory.address();
    this.isNative = memory.isNative();
  }

  /// Makes a block live.
  ///
  /// @param byteSize its size in bytes, zero or more
  /// @param byteAlignment the alignment of its address, a power of two
  /// @return its offset, or [#NO_ROOM]
  public long allocate(long byteSize, long byteAlignment) {
    long turn = enter();
    try {
      requireWhole();
      long offset =
          byteAlignment <= BuddyMap.MAX_ALIGNMENT ? map.allocate(byteSize, byteAlignment) : NO_ROOM;
      if (offset == NO_ROOM) {
        failures++;
      } else {
        allocations++;
        peakLiveBytes = Math.max(peakLiveBytes, map.liveBytes());
      }
      return offset;
    } finally {
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  /// Ends a live block.
  ///
  /// @param offset its offset
  /// @param byteSize the size it was asked for with, or [Refusals#UNKNOWN]
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of that size begins there
  public void free(long offset, long byteSize) {
    long turn = enter();
    try {
      requireWhole();
      requireLive("free", offset, byteSize);
      map.free(offset);
    } finally {
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  /// Changes the size of a live block without moving it.
  ///
  /// @param offset its offset
  /// @param byteSize the size it was asked for with, or [Refusals#UNKNOWN]
  /// @param newByteSize the size wanted, in bytes
  /// @return whether it has that size now; if not, it is as it was
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of that size begins there
  public boolean resize(long offset, long byteSize, long newByteSize) {
    long turn = enter();
    try {
      requireWhole();
      requireLive("resize", offset, byteSize);
      boolean resized = map.resize(offset, newByteSize);
      peakLiveBytes = Math.max(peakLiveBytes, map.liveBytes());
      return resized;
    } finally {
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  /// The usable size of a live block.
  ///
  /// @param offset its offset
  /// @param byteSize the size it was asked for with, or [Refusals#UNKNOWN]
  /// @return the size in bytes
  /// @throws dev.cairn.alloc.InvalidBlockException if no live block of that size begins there
  public long usableSize(long offset, long byteSize) {
    long turn = enter();
    try {
      requireWhole();
      requireLive("usableSize", offset, byteSize);
      return map.usableSize(offset);
    } finally {
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  /// What this heap holds and has done.
  ///
  /// @return a snapshot; after closing, the last figures
  public Stats stats() {
    return alone(
        () -> {
          Stats closed = last;
          return closed == null ? now() : closed;
        });
  }

  /// What is live, by size: the sizes that were ever used, the smallest first.
  ///
  /// @return a snapshot; empty after closing
  public List<ClassStats> classes() {
    return alone(() -> last == null ? classesNow() : List.of());
  }

  /// Visits every live block, while no other thread can use the heap.
  ///
  /// @param visitor is given the offset of each
  /// @throws IllegalStateException out of what the visitor calls, if that is this heap
  public void forEachLive(LongConsumer visitor) {
    long turn = enter();
    try {
      requireWhole();
      this.visitor = Thread.currentThread();
      map.forEachLive(visitor);
    } finally {
      this.visitor = null;
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  /// The usable size of a live block that [#forEachLive] visits.
  ///
  /// @param offset its offset
  /// @return the size in bytes
  public long visitedSize(long offset) {
    return map.usableSize(offset);
  }

  /// Checks every invariant of this heap.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    boolean _ =
        alone(
            () -> {
              map.validate();
              if (map.liveBlocks() > allocations || map.liveBytes() > peakLiveBytes) {
                throw new AssertionError("the totals are behind what is live: " + now());
              }
              return true;
            });
  }

  /// Refuses a thread that may not use this heap, and every one after it was closed.
  ///
  /// @throws WrongThreadException if this heap is another thread's
  /// @throws AllocatorClosedException if it is closed
  public void requireOpen() {
    gate.require(name);
    if (last != null) {
      throw new AllocatorClosedException(name);
    }
  }

  /// Refuses a thread that may not use this heap.
  ///
  /// @throws WrongThreadException if this heap is another thread's
  public void requireThread() {
    gate.require(name);
  }

  /// Where the memory begins.
  ///
  /// @return the address, or the offset in its array
  public long base() {
    return base;
  }

  /// Whether the memory has an address.
  ///
  /// @return false if it is in a Java array
  public boolean isNative() {
    return isNative;
  }

  /// Whether any thread may use this heap.
  ///
  /// @return false if one alone may
  public boolean isShared() {
    return gate.isShared;
  }

  /// Whether this heap is closed.
  ///
  /// @return true if it is
  public boolean isClosed() {
    return last != null;
  }

  /// Refuses every call from now on.
  public void close() {
    boolean _ =
        alone(
            () -> {
              if (last == null) {
                last = now().closed();
              }
              return true;
            });
  }

  /// Answers what messages call it.
  @Override
  public String toString() {
    return name;
  }

  /// Enters the gate. Nothing is called between that and the `try` that leaves it.
  private long enter() {
    gate.require(name);
    if (visitor == Thread.currentThread()) {
      // It would wait for itself.
      throw new IllegalStateException(
          "a visitor of the live blocks of this " + name + " uses it: first note what it visits");
    }
    return gate.enter();
  }

  private <T> T alone(Supplier<T> call) {
    long turn = enter();
    try {
      return call.get();
    } finally {
      if (gate.isShared) {
        gate.served = turn + 1;
        gate.wake(turn + 1);
      }
    }
  }

  private void requireWhole() {
    if (last != null) {
      throw new AllocatorClosedException(name);
    }
    if (map.isTorn()) {
      throw new IllegalStateException(
          "a StackOverflowError has struck inside a call of this "
              + name
              + ", which was left half changed: close it, and allocate with more stack to spare");
    }
  }

  private void requireLive(String call, long offset, long byteSize) {
    if (offset < 0 || offset >= map.byteSize()) {
      throw refusals.foreign(call, base + offset, byteSize, "that is no memory of this " + name);
    }
    switch (map.at(offset)) {
      case FREE -> throw refusals.notLive(call, base + offset, byteSize);
      case INSIDE -> throw refusals.interior(call, base + offset, byteSize);
      case START -> {
        if (byteSize != Refusals.UNKNOWN && !map.fits(offset, byteSize)) {
          throw refusals.wrongSize(call, base + offset, byteSize, map.usableSize(offset));
        }
      }
    }
  }

  private Stats now() {
    long liveBytes = map.liveBytes();
    return new Stats(
        map.liveBlocks(),
        liveBytes,
        map.byteSize() - liveBytes,
        0,
        0,
        map.largestFreeBytes(),
        map.byteSize(),
        map.metadataBytes(),
        peakLiveBytes,
        map.byteSize(),
        allocations,
        allocations - map.liveBlocks(),
        failures);
  }

  private List<ClassStats> classesNow() {
    List<ClassStats> classes = new ArrayList<>();
    for (int order = 0; order < map.orders(); order++) {
      if (map.peak(order) > 0) {
        long size = (long) BuddyMap.GRANULE << order;
        long bytes = map.live(order) * size;
        classes.add(
            new ClassStats(
                size, map.live(order), bytes, bytes, map.peak(order), map.allocated(order)));
      }
    }
    return classes;
  }
}
