package dev.cairn.memory;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.platform.Zeros;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An allocator that overwrites what was in a block with zeros before another one has the memory
/// back: for keys, passwords, and whatever else must not be found there later.
///
/// {@snippet :
/// try (Allocator secrets = WipingAllocator.over(Heap.builder().locked().fixed(4 << 20))) {
///   MemorySegment key = secrets.allocate(32, 8);
///   ...
///   secrets.free(key);   // and it is gone
/// }
/// }
///
/// ## Safety
///
/// Wiped is a block that is freed; the end of one that becomes smaller; the old place of one that
/// moves; every block of an arena over this allocator, when the arena closes; and every block that
/// is live when this allocator closes, also one in memory of the caller, which stays. A call that
/// is refused wipes nothing, unless a native call is using the block. Blocks are compared exactly:
/// in size, scope, and place.
///
/// Wiped are the bytes that the block has had, as the program could write to no others. Not wiped
/// is what it has copied elsewhere, what native code has written beyond a block, and what a thread
/// writes to a block while another one frees it. What the allocator below ends by itself, as a
/// [Checkpoint] does, is not wiped. The garbage collector leaves copies of Java arrays behind when
/// it moves them, and the system writes memory that is not locked to its swap space: so secrets
/// belong into native, [locked][HeapBuilder#locked()] memory.
///
/// The zeros are written for sure. A compiler may leave out stores that nobody can see, but not
/// those to memory outside the Java heap, nor those to an array that others hold.
///
/// ## Failure
///
/// A block that the allocator below cannot make smaller where it stands keeps its memory there, and
/// becomes smaller nevertheless: its end was wiped by then. `reallocate` moves it, if there is
/// room.
///
/// ## Cost
///
/// Writing as many zeros as the block has bytes. Beyond that an entry in a hash table, some 100
/// bytes of garbage a block, and two more looks at the block.
///
/// ## Threads
///
/// As the allocator below allows. What other threads allocate while this one closes may not be
/// wiped.
public final class WipingAllocator implements Allocator {
  private final Allocator below;
  private final OpenArenas arenas = new OpenArenas(this);
  private final Map<Long, Held> live = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /// A block of the allocator below, and the part of it that the program has. The rest is zero, or
  /// was never had. Guarded by its monitor.
  private static final class Held {
    MemorySegment raw;
    MemorySegment block;
    boolean isLive = true;

    Held(MemorySegment raw) {
      this.raw = raw;
      this.block = raw;
    }

    void wipeFrom(long offset) {
      Zeros.fill(block, offset, block.byteSize() - offset);
    }

    boolean isWide() {
      return raw.byteSize() > block.byteSize();
    }
  }

  private WipingAllocator(Allocator below) {
    this.below = below;
  }

  /// Wipes what another allocator hands out.
  ///
  /// @param below where blocks come from; from now on it is used through this one alone, which
  ///     closes it
  /// @return the allocator
  public static WipingAllocator over(Allocator below) {
    return new WipingAllocator(below);
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return held(below.allocate(byteSize, byteAlignment));
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    MemorySegment block = below.tryAllocate(byteSize, byteAlignment);
    return block == null ? null : held(block);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    return held(below.allocateZeroed(byteSize, byteAlignment));
  }

  private MemorySegment held(MemorySegment block) {
    try {
      live.put(block.address(), new Held(block));
      return block;
    } catch (Throwable failure) {
      // The Java heap is full.
      below.free(block);
      throw failure;
    }
  }

  @Override
  public void free(MemorySegment block) {
    Held held = find("free", block);
    synchronized (held) {
      long _ = requireLive("free", held, block);
      held.wipeFrom(0);
      below.free(held.raw);
      held.isLive = false;
    }
    // Another thread may have got the place meanwhile.
    live.remove(block.address(), held);
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    Held held = find("resize", block);
    synchronized (held) {
      long _ = requireLive("resize", held, block);
      return resized(held, newByteSize) ? held.block : null;
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    Held held = find("reallocate", block);
    MemorySegment resized = null;
    synchronized (held) {
      long _ = requireLive("reallocate", held, block);
      if ((block.address() & (byteAlignment - 1)) == 0 && resized(held, newByteSize)) {
        resized = held.block;
        if (!held.isWide()) {
          return resized;
        }
      }
    }
    if (resized == null) {
      return moved(block, allocate(newByteSize, byteAlignment));
    }
    MemorySegment smaller = tryAllocate(newByteSize, byteAlignment);
    return smaller == null ? resized : moved(resized, smaller);
  }

  private MemorySegment moved(MemorySegment old, MemorySegment moved) {
    try {
      MemorySegment.copy(old, 0, moved, 0, Math.min(old.byteSize(), moved.byteSize()));
      free(old);
      return moved;
    } catch (InvalidBlockException refusal) {
      // Another thread has freed the block meanwhile.
      free(moved);
      throw refusal.as("reallocate");
    } catch (Throwable failure) {
      free(moved);
      throw failure;
    }
  }

  /// Gives a block another size where it stands. Where the allocator below cannot make it smaller,
  /// it keeps the rest.
  private boolean resized(Held held, long newByteSize) {
    if (newByteSize < held.block.byteSize()) {
      // First, as the end is another's when that has returned.
      held.wipeFrom(newByteSize);
    }
    MemorySegment raw = below.resize(held.raw, newByteSize);
    if (raw != null) {
      held.raw = raw;
    } else if (newByteSize > held.raw.byteSize()) {
      return false;
    }
    held.block = held.raw.asSlice(0, newByteSize);
    return true;
  }

  @Override
  public long usableSize(MemorySegment block) {
    Held held = find("usableSize", block);
    synchronized (held) {
      return requireLive("usableSize", held, block);
    }
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    Held held = live.get(address);
    if (held != null) {
      synchronized (held) {
        if (held.isLive) {
          long _ = below.usableSize(held.raw);
          if (held.block.byteSize() != byteSize) {
            String what = "the live block there has " + held.block.byteSize() + " bytes";
            throw Extent.invalidAt(Kind.WRONG_SIZE, "blockAt", address, byteSize, what);
          }
          return held.block;
        }
      }
    }
    if (isClosed) {
      throw new AllocatorClosedException(toString());
    }
    throw Extent.invalidAt(
        Kind.NOT_LIVE, "blockAt", address, byteSize, "no live block begins there");
  }

  /// What the allocator below holds.
  @Override
  public Stats stats() {
    return below.stats();
  }

  /// Wipes every block that is live, and closes the allocator below. Closing again does nothing.
  ///
  /// @throws IllegalStateException if an arena over this allocator is open, and nothing has changed
  ///     then; also as the allocator below does, and the blocks are wiped then
  @Override
  public void close() {
    arenas.requireNone("close");
    for (Held held : live.values()) {
      synchronized (held) {
        // Memory of the caller may have ended.
        if (held.isLive && held.block.scope().isAlive()) {
          held.wipeFrom(0);
        }
      }
    }
    below.close();
    isClosed = true;
    live.clear();
  }

  @Override
  public Arena confinedArena() {
    return arenas.openConfined(below);
  }

  @Override
  public Arena sharedArena() {
    return arenas.openShared(below);
  }

  /// Answers what is below.
  @Override
  public String toString() {
    return "wiping " + below;
  }

  private Held find(String call, @Nullable MemorySegment segment) {
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    Held held = live.get(block.address());
    if (held == null) {
      throw unknown(call, block);
    }
    return held;
  }

  /// Refuses what is not a held block as a whole, whoever asks without a right to, and everything
  /// once the allocator below has closed. The monitor is held.
  ///
  /// @return the block's usable size
  @SuppressWarnings("ReferenceEquality") // the very same array, not one that is alike
  private long requireLive(String call, Held held, MemorySegment block) {
    MemorySegment own = held.block;
    if (!held.isLive || block.heapBase().orElse(null) != own.heapBase().orElse(null)) {
      throw unknown(call, block);
    }
    long usable = below.usableSize(held.raw);
    if (!block.scope().equals(own.scope()) || block.isReadOnly()) {
      throw block.scope().isAlive()
          ? Extent.invalid(
              Kind.FOREIGN, call, block, "it is a view, in another scope or read-only, of a block")
          : Extent.invalid(Kind.NOT_LIVE, call, block, "the block that it was has ended");
    }
    if (block.byteSize() != own.byteSize()) {
      throw Extent.invalid(
          Kind.WRONG_SIZE, call, block, "the live block there has " + own.byteSize() + " bytes");
    }
    return usable;
  }

  /// The refusal of what is no block of this allocator: for what it is to the one below.
  private InvalidBlockException unknown(String call, MemorySegment block) {
    try {
      long _ = below.usableSize(block);
    } catch (InvalidBlockException refusal) {
      InvalidBlockException told =
          Extent.invalid(
              refusal.kind(),
              call,
              block,
              switch (refusal.kind()) {
                case INTERIOR -> "it lies inside a live block";
                case FOREIGN -> "that is no block of this " + this;
                default -> "no live block is there";
              });
      told.addSuppressed(refusal);
      return told;
    }
    return Extent.invalid(
        Kind.FOREIGN, call, block, "that is a block that " + below + " has handed out by itself");
  }
}
