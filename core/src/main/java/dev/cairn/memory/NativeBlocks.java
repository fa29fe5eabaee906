package dev.cairn.memory;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/// The live blocks of a native heap, by address: each with a scope of its own, which ends with it.
/// Any thread may use it.
final class NativeBlocks {
  /// A live block.
  record Block(Arena scope, long byteSize, long usableSize) {}

  private final Map<Long, Block> live = new ConcurrentHashMap<>();
  private final AtomicLong liveBytes = new AtomicLong();
  private final LongAccumulator peak = new LongAccumulator(Math::max, 0);

  /// How many there are.
  int size() {
    return live.size();
  }

  /// The sum of their sizes, as they were asked for.
  long liveBytes() {
    return liveBytes.get();
  }

  /// The most bytes that were live at once.
  long peakBytes() {
    return peak.get();
  }

  /// Each of them, while others may come and go.
  Iterable<Map.Entry<Long, Block>> all() {
    return live.entrySet();
  }

  /// Notes a new one. It [counts][#count] when nothing can fail any more.
  void put(long address, Block block) {
    live.put(address, block);
  }

  /// Puts a block in the place of itself at another size.
  ///
  /// @return false if it is not live any more
  boolean replace(long address, Block old, Block changed) {
    boolean isReplaced = live.replace(address, old, changed);
    if (isReplaced) {
      count(changed.byteSize - old.byteSize);
    }
    return isReplaced;
  }

  /// Forgets one whose scope has ended.
  void remove(long address, Block block) {
    // The entry may have been resized meanwhile, so what is live now counts.
    Block last = live.remove(address);
    count(-(last == null ? block : last).byteSize);
  }

  /// Counts bytes that are live from now on, or if negative, are not.
  void count(long bytes) {
    peak.accumulate(liveBytes.addAndGet(bytes));
  }

  /// The live block that a segment is.
  ///
  /// @throws InvalidBlockException if it is none
  Block requireLive(String call, MemorySegment block) {
    if (!block.isNative()) {
      throw Extent.invalid(Kind.FOREIGN, call, block, "that is in a Java array");
    }
    Block known = requireKnown(call, block.address(), block.byteSize());
    if (block.isReadOnly()) {
      throw Extent.invalid(Kind.FOREIGN, call, block, "it is a read-only view");
    }
    if (!block.scope().equals(known.scope.scope())) {
      throw block.scope().isAlive()
          ? Extent.invalid(
              Kind.FOREIGN, call, block, "it is a view in another scope than this block's")
          : notLive(call, block.address(), block.byteSize());
    }
    requireSize(call, block.address(), block.byteSize(), known);
    return known;
  }

  /// The live block of a size at an address.
  ///
  /// @throws InvalidBlockException if there is none
  Block requireAt(String call, long address, long byteSize) {
    Block known = requireKnown(call, address, byteSize);
    requireSize(call, address, byteSize, known);
    return known;
  }

  private Block requireKnown(String call, long address, long byteSize) {
    Block known = live.get(address);
    if (known == null) {
      throw notLive(call, address, byteSize);
    }
    return known;
  }

  private static void requireSize(String call, long address, long byteSize, Block known) {
    if (byteSize != known.byteSize) {
      throw Extent.invalidAt(
          Kind.WRONG_SIZE,
          call,
          address,
          byteSize,
          "the live block there has " + known.byteSize + " bytes");
    }
  }

  /// The refusal of an address where no live block begins.
  InvalidBlockException notLive(String call, long address, long byteSize) {
    for (Map.Entry<Long, Block> entry : live.entrySet()) {
      long inside = address - entry.getKey();
      if (inside > 0 && inside < entry.getValue().byteSize) {
        String what = "it lies " + inside + " bytes inside a live block";
        return Extent.invalidAt(Kind.INTERIOR, call, address, byteSize, what);
      }
    }
    return Extent.invalidAt(Kind.NOT_LIVE, call, address, byteSize, "no live block is there");
  }
}
