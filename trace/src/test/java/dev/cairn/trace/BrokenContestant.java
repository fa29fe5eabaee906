package dev.cairn.trace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An allocator that makes one mistake, and otherwise hands out one piece of memory in order.
final class BrokenContestant implements Contestant {
  enum Fault {
    NONE,
    REFUSES_ABOVE_1000,
    MISALIGNS,
    OVERLAPS,
    FORGETS_TO_ZERO,
    FORGETS_TO_COPY,
    SHRINKS,
    THROWS_ON_FREE
  }

  private final Fault fault;
  private final Arena arena;
  private final MemorySegment memory;
  private final @Nullable MemorySegment[] blocks;
  private long next;

  private BrokenContestant(Fault fault, Arena arena, MemorySegment memory, int slots) {
    this.fault = fault;
    this.arena = arena;
    this.memory = memory;
    this.blocks = new MemorySegment[slots];
  }

  static Contestant.Factory with(Fault fault) {
    return new Contestant.Factory() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      @SuppressWarnings("MustBeClosedChecker") // the contestant closes it
      public Contestant open(int slots, long byteLimit) {
        Arena arena = Arena.ofConfined();
        MemorySegment memory = arena.allocate(16 << 20, 4096).fill((byte) 0x55);
        return new BrokenContestant(fault, arena, memory, slots);
      }
    };
  }

  @Override
  public boolean allocate(int slot, long byteSize, long byteAlignment) {
    if (fault == Fault.REFUSES_ABOVE_1000 && byteSize > 1000) {
      return false;
    }
    long offset = (next + byteAlignment - 1) & -byteAlignment;
    if (fault == Fault.MISALIGNS) {
      offset++;
    }
    next = offset + (fault == Fault.OVERLAPS ? byteSize / 2 & -16 : byteSize);
    blocks[slot] = memory.asSlice(offset, fault == Fault.SHRINKS ? byteSize - 1 : byteSize);
    return true;
  }

  @Override
  public boolean allocateZeroed(int slot, long byteSize, long byteAlignment) {
    if (!allocate(slot, byteSize, byteAlignment)) {
      return false;
    }
    if (fault != Fault.FORGETS_TO_ZERO) {
      block(slot).fill((byte) 0);
    }
    return true;
  }

  @Override
  public boolean reallocate(int slot, long byteSize, long byteAlignment) {
    MemorySegment old = blocks[slot];
    if (old == null || !allocate(slot, byteSize, byteAlignment)) {
      return false;
    }
    if (fault != Fault.FORGETS_TO_COPY) {
      long kept = Math.min(old.byteSize(), block(slot).byteSize());
      MemorySegment.copy(old, 0, block(slot), 0, kept);
    }
    return true;
  }

  @Override
  public void free(int slot) {
    if (fault == Fault.THROWS_ON_FREE) {
      throw new IllegalStateException("broken");
    }
    blocks[slot] = null;
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
    arena.close();
  }
}
