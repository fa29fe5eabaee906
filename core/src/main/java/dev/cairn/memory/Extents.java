package dev.cairn.memory;

import dev.cairn.alloc.OpenArenas;
import dev.cairn.engine.BlockMap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The memory of a heap: extents in the order of their addresses, which come and go as needed.
final class Extents implements Iterable<Extent> {
  /// Whether more memory is taken from the system.
  enum Growth {
    NONE,
    ON_DEMAND
  }

  private static final long FIRST_EXTENT = 64 * 1024;

  private final Growth growth;
  private final long limit;
  private final OpenArenas arenas;
  private final List<Extent> extents = new ArrayList<>();
  private long footprint;
  private long peakFootprint;

  /// @param arenas those over the heap: while one is open, nothing is given back
  Extents(Growth growth, long limit, OpenArenas arenas) {
    this.growth = growth;
    this.limit = limit;
    this.arenas = arenas;
  }

  @Override
  public Iterator<Extent> iterator() {
    return extents.iterator();
  }

  void add(Extent extent) {
    extents.add(upTo(extent.base), extent);
    footprint += extent.memory.byteSize();
    peakFootprint = Math.max(peakFootprint, footprint);
  }

  /// The extent in which the address of a segment is, or null.
  @Nullable Extent find(MemorySegment segment) {
    int index = upTo(segment.address()) - 1;
    return index >= 0 && extents.get(index).contains(segment) ? extents.get(index) : null;
  }

  /// Takes an extent from the system that has room for a block, and some more.
  ///
  /// @return the extent, or null if the limit or the system does not allow it
  @Nullable Extent grow(long byteSize, long byteAlignment) {
    long slack = byteAlignment > BlockMap.GRANULE ? byteAlignment : 0;
    if (growth == Growth.NONE || byteSize > BlockMap.MAX_BYTES - slack - BlockMap.GRANULE) {
      return null;
    }
    long needed = BlockMap.rounded(byteSize) + slack;
    if (needed > limit - footprint) {
      extents.stream().filter(extent -> extent.map.isEmpty()).toList().forEach(this::release);
      if (needed > limit - footprint) {
        return null;
      }
    }
    long wanted = Math.min(Math.max(footprint / 8, FIRST_EXTENT), BlockMap.MAX_BYTES);
    long generous = Math.max(needed, Math.min(wanted, limit - footprint) & -BlockMap.GRANULE);
    Extent extent = tryReserve(generous);
    if (extent == null) {
      extent = tryReserve(needed);
    }
    if (extent != null) {
      add(extent);
    }
    return extent;
  }

  /// Gives an extent back that has become empty, unless it is the only empty one.
  void shrink(Extent empty) {
    for (Extent extent : extents) {
      if (extent != empty && extent.map.isEmpty()) {
        release(empty);
        return;
      }
    }
  }

  /// Gives everything back.
  ///
  /// @throws IllegalStateException if a native call is using a block; what is left then can be
  ///     given back later
  void close() {
    while (!extents.isEmpty()) {
      Extent last = extents.getLast();
      last.release();
      extents.removeLast();
      footprint -= last.memory.byteSize();
    }
  }

  /// Whether every block can have a scope of its own.
  boolean canRescope() {
    return extents.stream().allMatch(Extent::canRescope);
  }

  long footprint() {
    return footprint;
  }

  long peakFootprint() {
    return peakFootprint;
  }

  void validate() {
    long bytes = 0;
    long end = Long.MIN_VALUE;
    for (Extent extent : extents) {
      extent.map.validate();
      bytes += extent.memory.byteSize();
      if (extent.base < end) {
        throw new AssertionError("the piece at 0x" + Long.toHexString(extent.base) + " overlaps");
      }
      end = extent.base + extent.memory.byteSize();
    }
    if (bytes != footprint || footprint > limit) {
      throw new AssertionError(
          "pieces of " + bytes + " bytes make a footprint of " + footprint + " of " + limit);
    }
  }

  private void release(Extent extent) {
    // A block of an arena may have been freed behind its back, by a second free that went
    // unnoticed. The arena's segments must not lose their memory for it.
    if (!arenas.isEmpty()) {
      return;
    }
    try {
      extent.release();
    } catch (IllegalStateException inUse) {
      // A native call still holds a block of it that was freed. It stays, and can be used again.
      return;
    }
    extents.remove(extent);
    footprint -= extent.memory.byteSize();
  }

  private static @Nullable Extent tryReserve(long byteSize) {
    try {
      return Extent.reserve(byteSize);
    } catch (OutOfMemoryError systemIsFull) {
      return null;
    }
  }

  /// How many extents begin at an address or before it.
  private int upTo(long address) {
    int low = 0;
    int high = extents.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (extents.get(middle).base <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
