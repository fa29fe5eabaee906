package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.engine.Slots;
import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A pool: a fixed number of slots of one size.
///
/// Every request gets a whole slot, and a pool whose slots are all taken has no room: so how much
/// memory there is, and how many blocks it is good for, is known from the start, and nothing ever
/// fragments.
///
/// {@snippet :
/// try (Pool messages = Pool.shared(Layout.ofBytes(256), 10_000)) {
///   MemorySegment message = messages.allocate(200, 8);
///   ...
///   messages.free(message);
/// }
/// }
///
/// ## Safety
///
/// A wrong `free` or `resize` is refused with [InvalidBlockException], as by [Heap]; sizes are
/// compared exactly. Access to a
/// block after it was freed is not caught while the pool is open; after that it throws
/// [IllegalStateException].
///
/// ## Cost
///
/// O(1) for each call, without a search. No garbage beyond the segment. Twelve bytes per
/// slot on the Java heap. Memory is taken when the pool opens; the system puts it in place as slots
/// are taken for the first time. A pool over the caller's memory takes none.
///
/// ## Threads
///
/// A [confined][#confined(Layout, int)] pool and its blocks are for the thread that opened it. A
/// [shared][#shared(Layout, int)] one takes no lock: a call repeats a step only where another
/// thread has taken or freed a slot in that instant, and so some thread always gets on.
public final class Pool implements Allocator {
  private final Layout slot;
  private final int count;
  // Whose it is; null if it is for all.
  private final @Nullable Thread owner;
  private final Tract tract;
  // That of the tract.
  private final MemorySegment memory;
  private final Slots slots;
  private final LongAdder failures = new LongAdder();
  private final OpenArenas arenas = new OpenArenas(this);
  // Null where it is for one thread.
  private final @Nullable OpenAllocator listed;
  private volatile @Nullable Stats last;

  private Pool(SlotRow row, @Nullable Thread owner, Tract tract) {
    this.slot = row.slot();
    this.count = row.count();
    this.owner = owner;
    this.tract = tract;
    this.memory = tract.memory;
    this.slots = owner == null ? Slots.atomic(count) : Slots.plain(count);
    this.listed = owner == null ? tract.list(this, "pool") : null;
  }

  /// Opens a pool for the current thread.
  ///
  /// @param slot the size and alignment of a slot; the size is rounded up to a multiple of the
  ///     alignment
  /// @param count how many slots there are
  /// @return the pool
  /// @throws IllegalArgumentException if `count` is negative, or the slots are more than memory can
  ///     be
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Pool confined(Layout slot, int count) {
    return open(slot, count, Thread.currentThread());
  }

  /// Opens a pool for any thread.
  ///
  /// @param slot the size and alignment of a slot; the size is rounded up to a multiple of the
  ///     alignment
  /// @param count how many slots there are
  /// @return the pool
  /// @throws IllegalArgumentException if `count` is negative, or the slots are more than memory can
  ///     be
  /// @throws OutOfMemoryError if the system does not have that much memory
  public static Pool shared(Layout slot, int count) {
    return open(slot, count, null);
  }

  /// Opens a pool for the current thread inside memory of the caller, which stays the owner of it:
  /// with as many slots as it has room for, from the first multiple of their alignment on.
  ///
  /// Nothing is taken from the system, and closing the pool leaves the memory as it is. The memory
  /// must stay valid while the pool is in use, and nobody else may write to it.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @param slot the size and alignment of a slot; the size is rounded up to a multiple of the
  ///     alignment
  /// @return the pool
  /// @throws IllegalArgumentException if `memory` is read-only, has ended, is another thread's, is
  ///     in an array whose elements are aligned to less than a slot, or has room for more slots
  ///     than an int counts
  public static Pool confinedOver(MemorySegment memory, Layout slot) {
    return over(memory, slot, Thread.currentThread());
  }

  /// Opens a pool for any thread inside memory of the caller, as
  /// [#confinedOver(MemorySegment, Layout)] does.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @param slot the size and alignment of a slot
  /// @return the pool, for the threads that may use the memory
  /// @throws IllegalArgumentException as [#confinedOver(MemorySegment, Layout)] does
  public static Pool sharedOver(MemorySegment memory, Layout slot) {
    return over(memory, slot, null);
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private static Pool open(Layout slot, int count, @Nullable Thread owner) {
    SlotRow row = SlotRow.of(slot, count);
    Arena ground = owner == null ? Arena.ofShared() : Arena.ofConfined();
    long alignment = Math.max(slot.byteAlignment(), Extent.BASE_ALIGNMENT);
    Tract tract = Tract.take(ground, row.byteSize(), alignment);
    try {
      return new Pool(row, owner, tract);
    } catch (Throwable failure) {
      tract.release();
      throw failure;
    }
  }

  private static Pool over(MemorySegment memory, Layout slot, @Nullable Thread owner) {
    Tract tract = Tract.over(memory, slot.byteAlignment());
    tract.requireAlignment(slot.byteAlignment());
    return new Pool(SlotRow.within(tract.memory.byteSize(), slot), owner, tract);
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    MemorySegment block = tryAllocate(byteSize, byteAlignment);
    if (block == null) {
      throw new MemoryExhaustedException(
          byteSize,
          byteAlignment,
          isForSlot(byteSize, byteAlignment)
              ? "each slot of this " + this + " is taken; free one, or open a larger pool"
              : "this " + this + " has smaller ones; open a pool whose slots have that layout");
    }
    return block;
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    int taken = isForSlot(byteSize, byteAlignment) ? slots.take(byteSize) : Slots.NONE;
    if (taken == Slots.NONE) {
      failures.increment();
      Telemetry.failed(this, listed, byteSize, byteAlignment);
      return null;
    }
    try {
      return memory.asSlice(taken * slot.byteSize(), byteSize);
    } catch (Throwable failure) {
      // The Java heap is full: nobody would ever free the block.
      boolean _ = slots.give(taken, byteSize);
      throw failure;
    }
  }

  @Override
  public void free(MemorySegment block) {
    int slotNumber = slotOf("free", block);
    if (!slots.give(slotNumber, block.byteSize())) {
      throw notLive("free", block, slotNumber);
    }
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    int slotNumber = slotOf("resize", block);
    boolean fits = newByteSize <= slot.byteSize();
    if (!slots.resize(slotNumber, block.byteSize(), fits ? newByteSize : block.byteSize())) {
      throw notLive("resize", block, slotNumber);
    }
    if (!fits) {
      return null;
    }
    try {
      return memory.asSlice(slotNumber * slot.byteSize(), newByteSize);
    } catch (Throwable failure) {
      // The Java heap is full: the caller has the block as it was.
      boolean _ = slots.resize(slotNumber, newByteSize, block.byteSize());
      throw failure;
    }
  }

  @Override
  public long usableSize(MemorySegment block) {
    int slotNumber = slotOf("usableSize", block);
    if (slots.byteSize(slotNumber) != block.byteSize()) {
      throw notLive("usableSize", block, slotNumber);
    }
    return slot.byteSize();
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    requireOpen();
    int slotNumber = slotAt("blockAt", address - memory.address(), address, byteSize);
    if (slots.byteSize(slotNumber) != byteSize) {
      throw notLive("blockAt", address, byteSize, slotNumber);
    }
    return memory.asSlice(slotNumber * slot.byteSize(), byteSize);
  }

  /// What this pool holds and has done. It looks at every slot that was ever taken.
  @Override
  public Stats stats() {
    Stats closed = last;
    if (closed != null) {
      return closed;
    }
    long size = slot.byteSize();
    long live = slots.taken();
    long allocations = slots.takes();
    return new Stats(
        live,
        live * size,
        (count - live) * size,
        0,
        0,
        live == count ? 0 : size,
        count * size,
        slots.metadataBytes(),
        slots.used() * size,
        count * size,
        allocations,
        allocations - live,
        failures.sum());
  }

  /// Checks every invariant of this pool. No other thread may use it meanwhile.
  ///
  /// @throws AssertionError if one does not hold, with the values
  public void validate() {
    requireOwner();
    slots.validate();
  }

  /// Ends every block and gives the memory back. Closing again does nothing. Blocks over the
  /// caller's memory end, but stay accessible for as long as that memory is.
  ///
  /// @throws IllegalStateException if an arena over this pool is open, or a native call is using a
  ///     block; nothing has changed then
  /// @throws WrongThreadException if the pool is confined to another thread
  @Override
  public void close() {
    requireOwner();
    synchronized (arenas) {
      if (last == null) {
        arenas.requireNone("close");
        Stats closed = stats().closed();
        tract.release();
        last = closed;
        if (listed != null) {
          listed.close();
        }
      }
    }
  }

  @Override
  public Arena confinedArena() {
    synchronized (arenas) {
      requireRescope();
      return arenas.openConfined();
    }
  }

  /// Opens an arena for any thread over a shared pool.
  ///
  /// @throws UnsupportedOperationException if this pool is confined, or over memory of the caller
  ///     that may end before the arena does
  @Override
  public Arena sharedArena() {
    if (owner != null) {
      throw new UnsupportedOperationException(
          "a shared arena over a confined pool, which is for one thread: use Pool.shared");
    }
    synchronized (arenas) {
      requireRescope();
      return arenas.openShared();
    }
  }

  /// Answers how many slots of which layout it has.
  @Override
  public String toString() {
    return "pool of "
        + count
        + " slots of "
        + slot
        + (tract.isTheCallers() ? " over the caller's memory" : "");
  }

  private boolean isForSlot(long byteSize, long byteAlignment) {
    return byteSize <= slot.byteSize() && byteAlignment <= slot.byteAlignment();
  }

  private InvalidBlockException notLive(String call, MemorySegment block, int slotNumber) {
    return notLive(call, block.address(), block.byteSize(), slotNumber);
  }

  private InvalidBlockException notLive(String call, long address, long byteSize, int slotNumber) {
    long known = slots.byteSize(slotNumber);
    return known < 0
        ? invalid(Kind.NOT_LIVE, call, address, byteSize, "no live block is there")
        : invalid(
            Kind.WRONG_SIZE,
            call,
            address,
            byteSize,
            "the live block there has " + known + " bytes");
  }

  private InvalidBlockException invalid(
      Kind kind, String call, long address, long byteSize, String what) {
    return Extent.invalidIn(memory, kind, call, address, byteSize, what);
  }

  /// The slot that begins where a block does. Whether it is taken is another question.
  private int slotOf(String call, @Nullable MemorySegment segment) {
    requireOpen();
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    long offset = tract.isPlainly(block) ? tract.offset(block) : tract.offset(call, block, this);
    return slotAt(call, offset, block.address(), block.byteSize());
  }

  private int slotAt(String call, long offset, long address, long byteSize) {
    if (offset < 0 || offset >= count * slot.byteSize()) {
      throw invalid(Kind.FOREIGN, call, address, byteSize, "that is no memory of this " + this);
    }
    int slotNumber = (int) (offset / slot.byteSize());
    if (offset % slot.byteSize() != 0) {
      throw slots.isTaken(slotNumber)
          ? invalid(Kind.INTERIOR, call, address, byteSize, "it lies inside a live block")
          : invalid(Kind.NOT_LIVE, call, address, byteSize, "no live block is there");
    }
    return slotNumber;
  }

  private void requireRescope() {
    requireOpen();
    tract.requireRescope(this, "Pool.shared");
  }

  private void requireOpen() {
    requireOwner();
    if (last != null) {
      throw new AllocatorClosedException(toString());
    }
  }

  private void requireOwner() {
    Thread current = Thread.currentThread();
    if (owner != null && owner != current) {
      throw new WrongThreadException(
          "this "
              + this
              + " belongs to "
              + owner
              + ", not to "
              + current
              + ": open it with Pool.shared");
    }
  }
}
