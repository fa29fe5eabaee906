package dev.cairn.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What one thread has of a heap: the slabs it allocates from, and a few free blocks of each size.
///
/// The thread that owns it takes blocks from the cells and puts them there without a lock. All else
/// is done under [#lock], by the owner, or by another thread that has made sure that the owner does
/// not run. A cache without an owner is used under its lock alone: that is how virtual threads do.
final class ThreadCache {
  // The cells: first a head per class; then the stacks of free blocks, as numbers of granules.
  //
  // A head has the index of the first free cell of its stack in its low bits, and above them how
  // many blocks of the class were allocated: one addition keeps both. The cell below a stack is
  // zero, which is no block, so that a look at the top tells an empty stack. A stack is full when
  // the free cell is the last of its row.

  /// The index in a head.
  static final int CELL_MASK = 0xFFFF;

  /// What allocating adds to a head.
  static final long POP = (1L << 16) - 1;

  /// What freeing adds to a head.
  static final long PUSH = 1;

  /// The cells of a row, of which one is the empty mark and one is never used.
  static final int ROW = 64;

  static final int ROW_MASK = ROW - 1;

  private static final int FIRST_ROW = 128;

  /// The number of cells.
  static final int CELLS = FIRST_ROW + SizeClasses.COUNT * ROW;

  private static final int ALLOCATIONS_SHIFT = 16;
  // A stack has room for so many bytes, for so many blocks at most, for some in any case.
  private static final int STACK_BYTES = 64 * 1024;
  private static final int STACK_LEAST = 2;

  private static final VarHandle OWNER;
  private static final VarHandle PENDING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(ThreadCache.class, "owner", Thread.class);
      PENDING = lookup.findVarHandle(ThreadCache.class, "pending", Slab.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /// Nobody's, and of no use: what a table has where it has no cache.
  static final ThreadCache NOBODY = new ThreadCache(0, Kind.THREAD);

  /// Who uses a cache.
  enum Kind {
    /// One thread at a time, which owns it.
    THREAD,
    /// Any virtual thread, under its lock.
    STRIPE
  }

  final int number;
  final Kind kind;
  // What a page's note is, for this cache's pages, but for the class.
  final long key;
  final long[] cells;
  final ReentrantLock lock = new ReentrantLock();

  // Whose it is; it may be another's as soon as that thread has died.
  volatile @Nullable Thread holder;

  // The holder, but for moments in which another thread works on the cache. Read without a lock by
  // the thread that may be it, written under the lock.
  @Nullable Thread owner;

  // Slabs of this cache in which others have freed blocks: a stack, pushed to by anyone.
  @Nullable Slab pending;

  // Per class: whether its next slabs are shared from the start.
  final boolean[] isShared = new boolean[SizeClasses.COUNT];

  // Per class: slabs with a free block, the first of a list each; guarded by the lock.
  final @Nullable Slab[] partial = new Slab[SizeClasses.COUNT];
  // All slabs, the first of a list; guarded by the lock.
  @Nullable Slab slabs;

  ThreadCache(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
    this.key = (long) number << Chunk.OWNER_SHIFT;
    this.cells = new long[CELLS];
    Arrays.fill(isShared, kind == Kind.STRIPE);
    for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
      cells[sizeClass] = bottom(sizeClass);
    }
  }

  /// The index of the first cell of a stack.
  static int bottom(int sizeClass) {
    int room = STACK_BYTES / SizeClasses.size(sizeClass);
    return FIRST_ROW + (sizeClass + 1) * ROW - 1 - Math.clamp(room, STACK_LEAST, ROW - 2);
  }

  /// The index of the first free cell of a stack.
  int top(int sizeClass) {
    return (int) cells[sizeClass] & CELL_MASK;
  }

  /// How many free blocks of a class are in the stack.
  int cached(int sizeClass) {
    return top(sizeClass) - bottom(sizeClass);
  }

  /// How many blocks of a class were allocated through this cache.
  long allocations(int sizeClass) {
    return cells[sizeClass] >>> ALLOCATIONS_SHIFT;
  }

  /// Whether there is a block to be had without another slab.
  boolean hasFree(int sizeClass) {
    return cached(sizeClass) > 0 || partial[sizeClass] != null;
  }

  boolean isFull(int sizeClass) {
    return (top(sizeClass) & ROW_MASK) == ROW_MASK;
  }

  void setOwner(@Nullable Thread thread) {
    OWNER.setVolatile(this, thread);
  }

  @Nullable Thread owner() {
    return (Thread) OWNER.getVolatile(this);
  }

  /// Adds a slab to those that others have freed blocks of.
  void push(Slab slab) {
    Slab first;
    do {
      first = (Slab) PENDING.getVolatile(this);
      slab.nextPending = first;
    } while (!PENDING.weakCompareAndSet(this, first, slab));
  }

  /// Takes all slabs that others have freed blocks of.
  @Nullable Slab popAll() {
    return (Slab) PENDING.getAndSet(this, null);
  }
}
