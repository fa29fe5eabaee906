package dev.cairn.memory;

import dev.cairn.alloc.Stats;
import dev.cairn.engine.BlockMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The memory of a region: extents, filled one after the other from a cursor on.
final class Bump {
  private static final long FIRST_EXTENT = 4096;

  /// A place in this memory.
  record Position(int extent, long offset) {
    static final Position START = new Position(0, 0);
  }

  private final Arena ground;
  private final long limit;
  private final List<Extent> extents = new ArrayList<>();
  // The next block goes into extents[current], at the cursor or after it. All after it is free.
  private int current;
  private long cursor;
  private long footprint;
  private long peakLive;
  private long peakFootprint;
  private long allocations;
  private long failures;

  /// @param ground owns the memory that is taken from the system
  Bump(Arena ground, long limit) {
    this.ground = ground;
    this.limit = limit;
  }

  void add(Extent extent) {
    // Right after the current one, so that what was there before can still be used after it.
    extents.add(Math.min(current + 1, extents.size()), extent);
    footprint += extent.memory.byteSize();
    peakFootprint = Math.max(peakFootprint, footprint);
  }

  /// Takes memory from the system.
  ///
  /// @throws OutOfMemoryError if the system does not have that much
  void reserve(long byteSize) {
    add(Extent.reserveIn(ground, byteSize));
  }

  /// Makes a block live at the cursor.
  ///
  /// @return where it begins, or null if there is no room
  @Nullable Position place(long size, long alignment) {
    Extent extent = room(size, alignment);
    if (extent == null) {
      failures++;
      return null;
    }
    long offset = extent.aligned(cursor, alignment);
    extent.map.claim(offset, size);
    cursor = offset + BlockMap.rounded(size);
    allocations++;
    peakLive = Math.max(peakLive, liveBytes());
    return new Position(current, offset);
  }

  /// Whether a position is the same as another, or later.
  static boolean isAtOrAfter(Position position, Position other) {
    return position.extent > other.extent
        || (position.extent == other.extent && position.offset >= other.offset);
  }

  Extent extent(Position position) {
    return extents.get(position.extent);
  }

  /// The extent that holds the address of a segment, or null.
  @Nullable Position find(MemorySegment segment) {
    Position position = findAddress(segment.address());
    return position == null || extent(position).contains(segment) ? position : null;
  }

  /// The extent that holds an address, or null. It is an offset where the memory is in a Java
  /// array, which is then the only extent.
  @Nullable Position findAddress(long address) {
    for (int i = extents.size(); --i >= 0; ) {
      Extent extent = extents.get(i);
      if (extent.contains(address)) {
        return new Position(i, address - extent.base);
      }
    }
    return null;
  }

  /// Ends a live block; if it is the last after `floor`, its memory comes back.
  void free(Position block, Position floor) {
    boolean last = isLast(block, floor);
    extent(block).map.free(block.offset);
    if (last) {
      settle(floor);
    }
  }

  /// Changes the size of a live block in place: the last can grow, any can shrink.
  boolean resize(Position block, long newSize, Position floor) {
    BlockMap map = extent(block).map;
    boolean last = isLast(block, floor);
    if (!last && newSize > map.usableSize(block.offset)) {
      return false;
    }
    if (!map.resize(block.offset, newSize)) {
      return false;
    }
    if (last) {
      cursor = block.offset + BlockMap.rounded(newSize);
      peakLive = Math.max(peakLive, liveBytes());
    }
    return true;
  }

  Position position() {
    return new Position(current, cursor);
  }

  /// Ends every block that was made live since a position was current, down to which blocks may
  /// have ended by themselves: from `floor` on their memory comes back too.
  void rewind(Position position, Position floor) {
    for (; current > position.extent; current--) {
      extents.get(current).map.freeAll(0, cursor);
      cursor = extents.get(current - 1).end();
    }
    if (!extents.isEmpty()) {
      extents.get(current).map.freeAll(position.offset, Math.max(cursor, position.offset));
    }
    cursor = position.offset;
    settle(floor);
  }

  /// Forgets all memory, which its owners have given back.
  void clear() {
    rewind(Position.START, Position.START);
    extents.clear();
    footprint = 0;
  }

  Stats stats() {
    long live = liveBytes();
    long liveBlocks = 0;
    long metadata = 0;
    long largest = 0;
    for (int i = 0; i < extents.size(); i++) {
      Extent extent = extents.get(i);
      liveBlocks += extent.map.liveBlocks();
      metadata += extent.map.metadataBytes();
      if (i >= current) {
        largest = Math.max(largest, extent.end() - (i == current ? cursor : 0));
      }
    }
    return new Stats(
        liveBlocks,
        live,
        footprint - live,
        0,
        0,
        largest,
        limit,
        metadata,
        peakLive,
        peakFootprint,
        allocations,
        allocations - liveBlocks,
        failures);
  }

  void validate() {
    for (int i = 0; i < extents.size(); i++) {
      Extent extent = extents.get(i);
      extent.map.validate();
      long end = extent.map.endOfLastBefore(extent.end());
      if (i == current ? end > cursor : i > current && end > 0) {
        throw new AssertionError(
            "piece " + i + " is live up to " + end + ", beyond " + cursor + " in piece " + current);
      }
    }
  }

  private @Nullable Extent room(long size, long alignment) {
    if (!extents.isEmpty()) {
      Extent extent = extents.get(current);
      extent.requireAlignment(alignment);
      if (extent.fits(cursor, size, alignment)) {
        return extent;
      }
      for (int i = current + 1; i < extents.size(); i++) {
        if (extents.get(i).fits(0, size, alignment)) {
          // All extents after the current one are free, so their order is of no matter.
          Collections.swap(extents, current + 1, i);
          return advance();
        }
      }
    }
    long slack = alignment > BlockMap.GRANULE ? alignment : 0;
    if (size > BlockMap.MAX_BYTES - slack - BlockMap.GRANULE) {
      return null;
    }
    long needed = BlockMap.rounded(size) + slack;
    long left = limit - footprint;
    if (needed > left) {
      return null;
    }
    long wanted = Math.min(Math.max(footprint, FIRST_EXTENT), BlockMap.MAX_BYTES);
    long generous = Math.max(needed, Math.min(wanted, left));
    if (!tryReserve(generous) && !tryReserve(needed)) {
      return null;
    }
    return extents.size() == 1 ? extents.getFirst() : advance();
  }

  private boolean tryReserve(long byteSize) {
    try {
      reserve(byteSize);
      return true;
    } catch (OutOfMemoryError systemIsFull) {
      return false;
    }
  }

  private Extent advance() {
    cursor = 0;
    return extents.get(++current);
  }

  private boolean isLast(Position block, Position floor) {
    return block.extent == current
        && block.offset + extent(block).map.usableSize(block.offset) == cursor
        && isAtOrAfter(block, floor);
  }

  /// Moves the cursor back to the end of the last live block.
  private void settle(Position floor) {
    if (extents.isEmpty()) {
      return;
    }
    cursor = endOfLast(cursor, floor);
    while (cursor == 0 && current > floor.extent) {
      current--;
      cursor = endOfLast(extents.get(current).end(), floor);
    }
  }

  private long endOfLast(long before, Position floor) {
    long end = extents.get(current).map.endOfLastBefore(before);
    return current == floor.extent ? Math.max(end, floor.offset) : end;
  }

  private long liveBytes() {
    long bytes = 0;
    for (Extent extent : extents) {
      bytes += extent.map.liveBytes();
    }
    return bytes;
  }
}
