package dev.cairn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A confined arena of the JDK for each block. Its blocks are always zeroed.
final class ConfinedArenas extends Contestant {
  private static final long ALIGNMENT = 16;

  private final Arena[] arenas;

  ConfinedArenas(int slots) {
    arenas = new Arena[slots];
  }

  @Override
  void pair(long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      touch(arena.allocate(byteSize, ALIGNMENT));
    }
  }

  @Override
  void zeroedPair(long byteSize) {
    pair(byteSize);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // free closes it
  void allocate(int slot, long byteSize) {
    Arena arena = Arena.ofConfined();
    touch(arena.allocate(byteSize, ALIGNMENT));
    arenas[slot] = arena;
  }

  @Override
  void free(int slot) {
    arenas[slot].close();
  }

  @Override
  void requireHandOver() {
    throw new UnsupportedOperationException("a confined arena is closed by its own thread only");
  }

  private static void touch(MemorySegment block) {
    block.set(ValueLayout.JAVA_LONG, 0, TOUCH);
  }
}
