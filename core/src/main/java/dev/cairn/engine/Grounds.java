package dev.cairn.engine;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.platform.Reservation;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// All memory of a heap: grounds at positions, which come and go as needed.
///
/// Positions begin at the second chunk, so that zero is none. It is its own lock: callers hold it.
final class Grounds {
  /// What [#claim(long, long)] answers when there is no room.
  static final long NO_ROOM = 0;

  private static final long CHUNK = 1L << Chunk.CHUNK_SHIFT;

  /// Where the first ground begins.
  static final long FIRST = CHUNK;

  // Where granules are small a heap is, too, and takes little at a time.
  private static final long SMALL_STEP = 64 * 1024;
  private static final long STEP = 1 << 20;
  private static final long LARGEST_RESERVATION = 1L << 40;
  private static final long SMALLEST_RESERVATION = 1L << 26;

  private final HeapPlan plan;
  private final Directory directory;
  // While it says so, memory may not be taken from under blocks.
  private final BooleanSupplier isPinned;
  private volatile Ground[] byChunk = {};
  // In the order of their positions. Read without a lock to find whose an address is.
  private final List<Ground> grounds = new CopyOnWriteArrayList<>();
  private long divided;
  private long peakFootprint;
  private boolean closed;

  Grounds(HeapPlan plan, Directory directory, BooleanSupplier isPinned) {
    this.plan = plan;
    this.directory = directory;
    this.isPinned = isPinned;
    MemorySegment memory = plan.memory();
    if (memory != null) {
      add(Ground.over(CHUNK, memory, plan.granule()));
    } else if (plan.growth() == HeapPlan.Growth.NONE) {
      addFixed();
    }
  }

  private void addFixed() {
    Reservation reservation = plan.usesReservations() ? tryReserve(plan.limit()) : null;
    if (reservation == null) {
      add(Ground.allocated(CHUNK, plan.limit(), plan.granule(), plan.granule()));
      return;
    }
    Ground ground = Ground.reserved(CHUNK, reservation, plan.granule(), plan.hugeFrom());
    ground.extend(plan.limit());
    add(ground);
  }

  /// Refuses a call after closing.
  void requireOpen() {
    if (closed) {
      throw new AllocatorClosedException(plan.toString());
    }
  }

  /// All grounds.
  List<Ground> all() {
    return grounds;
  }

  /// The ground at a position that was claimed.
  Ground at(long position) {
    return byChunk[(int) (position >>> Chunk.CHUNK_SHIFT)];
  }

  /// The ground in which an address is, or null.
  @Nullable Ground find(long address) {
    for (Ground ground : grounds) {
      if (ground.contains(address)) {
        return ground;
      }
    }
    return null;
  }

  /// Takes a run of memory whose address is aligned, out of what is free or from the system.
  ///
  /// @return its position, or [#NO_ROOM]
  long claim(long byteSize, long alignment) {
    return claim(byteSize, alignment, ground -> ground.base);
  }

  /// Takes a run of memory that begins at a page of the positions.
  ///
  /// @return its position, or [#NO_ROOM]
  long claimPages(int pages) {
    long page = 1L << Chunk.PAGE_SHIFT;
    return claim(pages * page, page, ground -> ground.start);
  }

  private long claim(long byteSize, long alignment, ToLongFunction<Ground> base) {
    for (Ground ground : grounds) {
      long position = claimIn(ground, byteSize, alignment, base);
      if (position != NO_ROOM) {
        return position;
      }
    }
    for (Ground grown; (grown = grow(byteSize, alignment)) != null; ) {
      long position = claimIn(grown, byteSize, alignment, base);
      if (position != NO_ROOM) {
        return position;
      }
    }
    return NO_ROOM;
  }

  private static long claimIn(
      Ground ground, long byteSize, long alignment, ToLongFunction<Ground> base) {
    long offset = ground.map.allocate(byteSize, alignment, base.applyAsLong(ground));
    if (offset == BlockMap.NO_ROOM) {
      return NO_ROOM;
    }
    ground.claimed(offset, ground.map.usableSize(offset));
    return ground.start + offset;
  }

  /// Notes that claimed memory is going to be written.
  void touch(long position, long byteSize) {
    Ground ground = at(position);
    ground.touch(position - ground.start, byteSize);
    peakFootprint = Math.max(peakFootprint, footprint());
  }

  /// Changes the size of a claimed run where it stands.
  ///
  /// @return whether it has that size now; if not, it is as it was
  boolean resize(long position, long newByteSize) {
    Ground ground = at(position);
    long offset = position - ground.start;
    long before = ground.map.usableSize(offset);
    if (!ground.map.resize(offset, newByteSize)) {
      return false;
    }
    long after = ground.map.usableSize(offset);
    if (after > before) {
      ground.claimed(offset + before, after - before);
      touch(position + before, after - before);
    } else {
      released(ground, offset + after, before - after);
    }
    return true;
  }

  /// Takes a run of memory back.
  void release(long position) {
    Ground ground = at(position);
    long offset = position - ground.start;
    long byteSize = ground.map.usableSize(offset);
    ground.map.free(offset);
    released(ground, offset, byteSize);
  }

  private void released(Ground ground, long offset, long byteSize) {
    ground.released(offset, byteSize);
    if (plan.growth() == HeapPlan.Growth.ON_DEMAND) {
      try {
        giveBack(ground);
      } catch (OutOfMemoryError javaHeapIsFull) {
        // It can wait. What called must not be left half done.
      }
    }
  }

  /// Gives to the system what is too much to retain, after a part of a ground came out of use.
  private void giveBack(Ground ground) {
    long retained = retained();
    if (retained > Math.max(plan.retained(), (footprint() - retained) / 4)) {
      discard();
    } else if (ground.map.isEmpty()) {
      shrink(ground);
    }
  }

  /// Gives everything that is retained back to the system. A heap that has all of its memory from
  /// the start keeps it.
  void discard() {
    if (plan.growth() == HeapPlan.Growth.ON_DEMAND) {
      for (Ground ground : grounds) {
        long before = ground.dirtyBytes();
        ground.discard();
        Telemetry.discarded(plan.name(), ground.base, before - ground.dirtyBytes());
      }
    }
  }

  /// Gives everything back.
  ///
  /// @throws IllegalStateException if a native call is using a block; what is left then can be
  ///     given back later
  void close() {
    closed = true;
    while (!grounds.isEmpty()) {
      grounds.getLast().release();
      remove(grounds.getLast());
    }
  }

  /// Whether every block can have a scope of its own.
  boolean canRescope() {
    return grounds.stream().allMatch(Ground::canRescope);
  }

  /// What is held from the system.
  long footprint() {
    if (plan.growth() == HeapPlan.Growth.NONE) {
      return divided;
    }
    long bytes = 0;
    for (Ground ground : grounds) {
      bytes += ground.canDiscard() ? ground.dirtyBytes() : ground.memory.byteSize();
    }
    return bytes;
  }

  long peakFootprint() {
    return Math.max(peakFootprint, footprint());
  }

  /// What could be given back at once.
  long retained() {
    if (plan.growth() == HeapPlan.Growth.NONE) {
      return 0;
    }
    long bytes = 0;
    for (Ground ground : grounds) {
      bytes += ground.retainedBytes();
    }
    return bytes;
  }

  void validate() {
    long end = 0;
    for (Ground ground : grounds) {
      ground.validate();
      if (ground.start < end || at(ground.start) != ground) {
        throw new AssertionError("the ground at position " + ground.start + " is misplaced");
      }
      end = ground.end();
    }
    if (footprint() > plan.limit()) {
      throw new AssertionError("a footprint of " + footprint() + " of " + plan.limit());
    }
  }

  /// Divides more memory, in which a run has room; null if there is none.
  private @Nullable Ground grow(long byteSize, long alignment) {
    if (plan.growth() == HeapPlan.Growth.NONE
        || byteSize > Math.min(plan.limit(), BlockMap.maxBytes(plan.granule()))) {
      return null;
    }
    Ground extended = extend(byteSize, alignment);
    return extended != null
        ? extended
        : add(plan.hasSlabs() ? Math.max(byteSize, 1) : BlockMap.rounded(byteSize), alignment);
  }

  /// Divides more of an address range that was reserved.
  private @Nullable Ground extend(long byteSize, long alignment) {
    for (Ground ground : grounds) {
      long size = ground.map.byteSize();
      long rest = Math.min(ground.memory.byteSize() - size, plan.limit() - divided);
      if (grounds.size() > 1) {
        rest &= -plan.granule();
      }
      long free = ground.map.endOfLastBefore(size & -plan.granule());
      long needed = roundUp(ground.base + free, alignment) - ground.base + byteSize - size;
      if (rest > 0 && needed <= rest) {
        // A block in a short granule would grow with it: only the last that can be may be short.
        long step = Math.max(needed, Math.max(divided / 8, STEP));
        long more = Math.min(roundUp(step, plan.granule()), rest);
        register(ground, size + more);
        ground.extend(size + more);
        divided += more;
        return ground;
      }
    }
    return null;
  }

  private @Nullable Ground add(long byteSize, long alignment) {
    if (plan.usesReservations()) {
      Ground reserved = reserve(byteSize, alignment);
      if (reserved != null) {
        return reserved;
      }
    }
    long needed = byteSize + (alignment > plan.granule() ? alignment : 0);
    if (needed > BlockMap.maxBytes(plan.granule())) {
      return null;
    }
    if (needed > plan.limit() - divided) {
      grounds.stream().filter(ground -> ground.map.isEmpty()).toList().forEach(this::tryRelease);
      if (needed > plan.limit() - divided) {
        return null;
      }
    }
    long least = plan.granule() == BlockMap.GRANULE ? SMALL_STEP : STEP;
    long wanted = Math.min(Math.max(divided / 8, least), plan.limit() - divided) & -plan.granule();
    Ground ground = tryAllocate(Math.max(needed, wanted));
    if (ground == null && needed < wanted) {
      ground = tryAllocate(needed);
    }
    if (ground != null) {
      add(ground);
    }
    return ground;
  }

  private @Nullable Ground reserve(long byteSize, long alignment) {
    long needed = byteSize + (alignment > CHUNK ? alignment : 0);
    if (needed > plan.limit() - divided) {
      return null;
    }
    long reserved = 0;
    for (Ground ground : grounds) {
      reserved += ground.memory.byteSize();
    }
    long most = Math.min(plan.limit() - reserved, BlockMap.maxBytes(plan.granule()));
    for (long bytes = Math.min(most, LARGEST_RESERVATION); bytes >= needed; bytes /= 2) {
      long start = gap(bytes);
      Reservation reservation = tryReserve(bytes);
      if (reservation != null) {
        add(Ground.reserved(start, reservation, plan.granule(), plan.hugeFrom()));
        return extend(byteSize, alignment);
      }
      if (bytes < SMALLEST_RESERVATION) {
        break;
      }
    }
    return null;
  }

  /// Reserves whole units of dirt, so that the last one can be given back, too.
  private static @Nullable Reservation tryReserve(long byteSize) {
    return Reservation.tryReserve(roundUp(byteSize, Ground.DIRT), CHUNK);
  }

  private @Nullable Ground tryAllocate(long byteSize) {
    try {
      int granule = plan.granule();
      return Ground.allocated(gap(byteSize), byteSize, Math.max(granule, 64), granule);
    } catch (OutOfMemoryError systemIsFull) {
      return null;
    }
  }

  /// The first position from which so many are free.
  private long gap(long byteSize) {
    long start = CHUNK;
    for (Ground ground : grounds) {
      if (ground.start - start >= byteSize) {
        break;
      }
      start = roundUp(ground.end(), CHUNK);
    }
    return start;
  }

  private void add(Ground ground) {
    int index = 0;
    while (index < grounds.size() && grounds.get(index).start < ground.start) {
      index++;
    }
    register(ground, ground.map.byteSize());
    grounds.add(index, ground);
    divided += ground.map.byteSize();
    boolean stays = plan.growth() == HeapPlan.Growth.NONE || ground.canDiscard();
    directory.setMain(grounds.size() == 1 && stays ? ground : null);
    peakFootprint = Math.max(peakFootprint, footprint());
    if (plan.memory() == null) {
      Telemetry.reserved(plan.name(), ground.base, ground.memory.byteSize());
    }
  }

  /// Makes the ground be found by each of its chunks that are going to be divided.
  private void register(Ground ground, long byteSize) {
    int first = (int) (ground.start >>> Chunk.CHUNK_SHIFT);
    // The next chunk may be another ground's.
    int last = (int) ((ground.start + Math.max(byteSize, 1) - 1) >>> Chunk.CHUNK_SHIFT);
    Ground[] chunks = Arrays.copyOf(byChunk, Math.max(last + 1, byChunk.length));
    Arrays.fill(chunks, first, last + 1, ground);
    byChunk = chunks;
    directory.ensureChunks(chunks.length);
  }

  /// Gives a ground back that has become empty, unless it is the only empty one.
  private void shrink(Ground empty) {
    for (Ground ground : grounds) {
      if (ground != empty && ground.map.isEmpty() && !ground.canDiscard()) {
        tryRelease(empty);
        return;
      }
    }
  }

  private void tryRelease(Ground ground) {
    // A block of an arena may have been freed behind its back, by a second free that went
    // unnoticed. The arena's segments must not lose their memory for it.
    if (isPinned.getAsBoolean() || ground.canDiscard()) {
      return;
    }
    try {
      ground.release();
    } catch (IllegalStateException inUse) {
      // A native call still holds a block of it that was freed. It stays, and can be used again.
      return;
    }
    remove(ground);
  }

  private void remove(Ground ground) {
    grounds.remove(ground);
    divided -= ground.map.byteSize();
    if (plan.memory() == null) {
      long inPlace = ground.canDiscard() ? ground.dirtyBytes() : ground.memory.byteSize();
      Telemetry.released(plan.name(), ground.base, inPlace);
    }
  }

  private static long roundUp(long bytes, long powerOfTwo) {
    return (bytes + powerOfTwo - 1) & -powerOfTwo;
  }
}
