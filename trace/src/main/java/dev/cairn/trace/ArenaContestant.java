package dev.cairn.trace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The JDK's nearest thing to malloc and free: an arena for each block, closed to free it.
final class ArenaContestant implements Contestant {
  private final @Nullable Arena[] arenas;
  private final @Nullable MemorySegment[] blocks;

  ArenaContestant(int slots) {
    this.arenas = new Arena[slots];
    this.blocks = new MemorySegment[slots];
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // free(int) closes it
  public boolean allocate(int slot, long byteSize, long byteAlignment) {
    Arena arena = Arena.ofConfined();
    try {
      blocks[slot] = arena.allocate(byteSize, byteAlignment);
      arenas[slot] = arena;
      return true;
    } catch (OutOfMemoryError _) {
      arena.close();
      return false;
    }
  }

  @Override
  public boolean allocateZeroed(int slot, long byteSize, long byteAlignment) {
    return allocate(slot, byteSize, byteAlignment);
  }

  @Override
  public boolean reallocate(int slot, long byteSize, long byteAlignment) {
    Arena old = arenas[slot];
    MemorySegment from = blocks[slot];
    if (old == null || from == null || !allocate(slot, byteSize, byteAlignment)) {
      return false;
    }
    MemorySegment.copy(from, 0, block(slot), 0, Math.min(from.byteSize(), byteSize));
    old.close();
    return true;
  }

  @Override
  public void free(int slot) {
    Arena arena = arenas[slot];
    if (arena != null) {
      arenas[slot] = null;
      blocks[slot] = null;
      arena.close();
    }
  }

  @Override
  @SuppressWarnings("NullAway") // the slot is not empty
  public MemorySegment block(int slot) {
    return blocks[slot];
  }

  @Override
  public OptionalLong peakFootprintBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    for (int slot = 0; slot < arenas.length; slot++) {
      free(slot);
    }
  }
}
