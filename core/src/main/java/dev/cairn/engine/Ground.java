package dev.cairn.engine;

import dev.cairn.platform.NativeAccess;
import dev.cairn.platform.Reservation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A run of memory that a heap divides: a part of its positions.
///
/// A *position* says where in a heap a byte is, whatever the addresses of its grounds. The ground
/// that has a position is told by the position's chunk.
///
/// It is not thread-safe: the lock of [Grounds] guards it.
final class Ground {
  /// The unit in which memory is known to be dirty, in bytes.
  static final int DIRT = 4096;

  final long start;
  final long base;
  final MemorySegment memory;
  final @Nullable Object array;
  final BlockMap map;

  // Who gives the memory back: neither where the caller has brought it.
  private final @Nullable Arena arena;
  private final @Nullable Reservation reservation;
  private Bits dirty;
  private long dirtyBytes;
  // The dirty bytes that no block and no slab has.
  private long retainedBytes;
  // How far into the memory huge pages begin; none do where it is not reserved.
  private final long hugeFrom;
  private boolean huge;
  private boolean locked;

  private Ground(
      long start,
      MemorySegment memory,
      BlockMap map,
      @Nullable Arena arena,
      @Nullable Reservation reservation,
      long hugeFrom) {
    this.start = start;
    this.memory = memory;
    this.base = memory.address();
    this.array = memory.heapBase().orElse(null);
    this.map = map;
    this.arena = arena;
    this.reservation = reservation;
    this.hugeFrom = hugeFrom;
    this.dirty = new Bits(pages(map.byteSize()));
  }

  /// Address space of which nothing is in use, to be divided from its beginning.
  ///
  /// @param hugeFrom how far into it huge pages begin
  static Ground reserved(long start, Reservation reservation, int granule, long hugeFrom) {
    return new Ground(
        start, reservation.memory(), new BlockMap(0, granule), null, reservation, hugeFrom);
  }

  /// Zeroed memory from the JDK.
  ///
  /// @throws OutOfMemoryError if the system does not have that much
  @SuppressWarnings("MustBeClosedChecker") // release() closes it
  static Ground allocated(long start, long byteSize, long alignment, int granule) {
    // First the map: if the Java heap has no room for it, no memory is taken.
    BlockMap map = new BlockMap(byteSize, granule);
    Arena arena = Arena.ofShared();
    try {
      return new Ground(start, arena.allocate(byteSize, alignment), map, arena, null, 0);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /// Memory of the caller.
  static Ground over(long start, MemorySegment memory, int granule) {
    Ground ground =
        new Ground(start, memory, new BlockMap(memory.byteSize(), granule), null, null, 0);
    ground.dirty.set(0, ground.dirty.length());
    return ground;
  }

  /// The position after the last one that this ground can ever have.
  long end() {
    return start + memory.byteSize();
  }

  /// What to add to a position to have the address.
  long origin() {
    return base - start;
  }

  /// Whether an address is in this memory, used or not.
  boolean contains(long address) {
    return address - base >= 0 && address - base < memory.byteSize();
  }

  /// Whether parts of the memory can be given back.
  boolean canDiscard() {
    return reservation != null;
  }

  /// Whether the memory stays until this ground gives it back, or for ever: then its blocks can
  /// have a scope of their own. Memory of the caller may end before such a scope does.
  boolean canRescope() {
    return array == null
        && (arena != null || reservation != null || memory.scope().equals(Arena.global().scope()));
  }

  long dirtyBytes() {
    return dirtyBytes;
  }

  long retainedBytes() {
    return retainedBytes;
  }

  long metadataBytes() {
    return map.metadataBytes() + dirty.byteSize();
  }

  /// Divides more of the reserved memory.
  ///
  /// @param byteSize how much of it to divide in all
  void extend(long byteSize) {
    Bits more = dirty.grown(pages(byteSize));
    map.grow(byteSize);
    dirty = more;
    if (reservation != null && !huge && byteSize > hugeFrom) {
      huge = reservation.preferHugePages(hugeFrom, memory.byteSize() - hugeFrom);
    }
  }

  /// Brings all of the memory into place, as far as it is not.
  ///
  /// @throws UnsupportedOperationException if it is to be locked, and comes from the JDK
  void commit(boolean pretouched, boolean locked) {
    if (locked && reservation == null) {
      throw new UnsupportedOperationException(
          "locking needs memory that was reserved with mmap: a heap of 2 MiB or more, on Linux,"
              + " in a JVM started with "
              + NativeAccess.option());
    }
    if (reservation != null && pretouched) {
      reservation.populate(0, memory.byteSize());
    }
    if (reservation != null && locked) {
      reservation.lock(0, memory.byteSize());
      this.locked = true;
    }
  }

  /// Takes a run of memory out of what is retained.
  void claimed(long offset, long byteSize) {
    if (canDiscard()) {
      retainedBytes -= dirtyIn(offset, byteSize);
    }
  }

  /// Notes that memory of a claimed run is going to be written.
  void touch(long offset, long byteSize) {
    int from = (int) (offset / DIRT);
    int to = pages(Math.min(offset + Math.max(byteSize, 1), map.byteSize()));
    dirtyBytes -= bytesOfDirty(from, to);
    dirty.set(from, to);
    dirtyBytes += bytesOfDirty(from, to);
  }

  /// The part of a run that may be other than zero lies from the first offset answered to the
  /// second; both are zero where there is none.
  long[] dirtyPart(long offset, long byteSize) {
    int from = (int) (offset / DIRT);
    int to = pages(offset + byteSize);
    int first = dirty.nextSet(from, to);
    if (first == to) {
      return new long[2];
    }
    return new long[] {
      Math.max((long) first * DIRT, offset),
      Math.min((dirty.previousSet(to, from) + 1L) * DIRT, offset + byteSize)
    };
  }

  /// Retains a run of memory that was claimed.
  void released(long offset, long byteSize) {
    if (canDiscard()) {
      retainedBytes += dirtyIn(offset, byteSize);
    }
  }

  /// Gives everything that is retained back to the system, unless it is locked.
  void discard() {
    Reservation system = reservation;
    if (system != null && retainedBytes > 0) {
      map.forEachFree((from, to) -> discard(system, pages(from), pages(to)));
    }
  }

  private void discard(Reservation system, int from, int to) {
    int first = dirty.nextSet(from, to);
    if (locked || first == to) {
      return;
    }
    try {
      system.discard((long) first * DIRT, (long) (to - first) * DIRT);
    } catch (IllegalStateException refused) {
      // The process has locked all of its memory.
      locked = true;
      return;
    }
    long bytes = bytesOfDirty(first, to);
    dirty.clear(first, to);
    dirtyBytes -= bytes;
    retainedBytes -= bytes;
  }

  /// Gives the memory back, if it is this ground's own, and so ends every use of it.
  ///
  /// @throws IllegalStateException if a native call is using the memory; nothing has changed then
  void release() {
    if (reservation != null) {
      reservation.close();
    } else if (arena != null) {
      arena.close();
    }
  }

  void validate() {
    map.validate();
    if (!canDiscard()) {
      return;
    }
    long[] free = {0};
    map.forEachFree((from, to) -> free[0] += dirtyIn(from, to - from));
    long all = bytesOfDirty(0, dirty.length());
    if (free[0] != retainedBytes || all != dirtyBytes) {
      throw new AssertionError(
          "dirty are "
              + all
              + " bytes, "
              + free[0]
              + " of them free, but the counts say "
              + dirtyBytes
              + " and "
              + retainedBytes);
    }
  }

  private long dirtyIn(long offset, long byteSize) {
    return bytesOfDirty((int) (offset / DIRT), pages(offset + byteSize));
  }

  /// How many bytes the dirty ones of some pages have; the last page of all may be short.
  private long bytesOfDirty(int from, int to) {
    long bytes = (long) dirty.count(from, to) * DIRT;
    boolean isShort = from < to && to == dirty.length() && dirty.get(to - 1);
    return isShort ? bytes - (long) to * DIRT + map.byteSize() : bytes;
  }

  private static int pages(long bytes) {
    return (int) ((bytes + DIRT - 1) / DIRT);
  }
}
