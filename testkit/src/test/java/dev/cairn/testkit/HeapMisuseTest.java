package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is not a live block of a heap is refused by every call, as what it is, and does no harm.
/// Blocks that were freed before are the subject of [HeapDoubleFreeTest].
class HeapMisuseTest {
  private static final long[] SIZES = {16, 100, 1024, 5000, 60_000, 70_000, 1 << 20};

  @ParameterizedTest
  @EnumSource
  void nullIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      misused.assertNullIsRefused();
      misused.assertRefused(MemorySegment.NULL, Kind.NULL);
      misused.assertRefused(at(0, 64), Kind.NULL);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSliceFromInsideABlockIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        for (long offset = 16; offset < size; offset *= 2) {
          misused.assertRefused(block.asSlice(offset), Kind.INTERIOR);
          misused.assertRefused(block.asSlice(offset, 0), Kind.INTERIOR);
          misused.assertRefused(block.asSlice(offset, Math.min(16, size - offset)), Kind.INTERIOR);
        }
        misused.assertRefused(block.asSlice(size - 1), Kind.INTERIOR);
        misused.assertRefused(block.asSlice(size / 2), Kind.INTERIOR);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAddressThatNoBlockCanHaveIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        for (int offset = 1; offset <= 15; offset++) {
          misused.assertRefused(block.asSlice(offset), Kind.INTERIOR);
          misused.assertRefused(block.asSlice(offset, 1), Kind.INTERIOR);
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void memoryOfOthersIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind);
        Heap other = Heap.fixed(1 << 20);
        Heap another = Heap.growable(1 << 20);
        Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      for (long size : new long[] {0, 1, 16, 100, 5000, 70_000}) {
        misused.assertRefused(other.allocate(size, 1), Kind.FOREIGN);
        misused.assertRefused(another.allocate(size, 1), Kind.FOREIGN);
        misused.assertRefused(confined.allocate(size, 16), Kind.FOREIGN);
        misused.assertRefused(shared.allocate(size, 16), Kind.FOREIGN);
        byte[] array = new byte[(int) size];
        misused.assertRefused(MemorySegment.ofArray(array), Kind.FOREIGN);
      }
      misused.assertRefused(MemorySegment.ofArray(new long[8]).asSlice(16), Kind.FOREIGN);
      assertThat(other.stats().liveBlocks()).isEqualTo(6);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockOfAnotherHeapOfItsKindIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind);
        MisusedHeap other = new MisusedHeap(kind)) {
      for (long size : SIZES) {
        MemorySegment block = other.heap.allocate(size, 1);
        misused.assertRefused(block, Kind.FOREIGN);
        other.heap.free(block);
      }
      misused.assertUnharmed();
      other.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OVER_BYTES")
  void aViewInAnotherScopeIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind);
        Arena arena = Arena.ofConfined()) {
      for (long size : new long[] {0, 1, 16, 100, 5000, 70_000}) {
        MemorySegment block = misused.witness(size);
        misused.assertRefused(in(arena, block), Kind.FOREIGN);
        misused.assertRefused(MemorySegment.ofAddress(block.address()), Kind.FOREIGN);
        misused.assertRefused(at(block.address(), size), Kind.FOREIGN);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FIXED", "GROWABLE"})
  void whatAnArenaOverTheHeapHasHandedOutIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      try (Arena confined = misused.heap.confinedArena();
          Arena shared = misused.heap.sharedArena()) {
        for (long size : new long[] {0, 1, 16, 100, 5000, 70_000}) {
          misused.assertRefused(confined.allocate(size, 1), Kind.FOREIGN);
          misused.assertRefused(shared.allocate(size, 1), Kind.FOREIGN);
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReadOnlyViewIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      for (long size : new long[] {0, 1, 16, 100, 5000, 70_000}) {
        misused.assertRefused(misused.witness(size).asReadOnly(), Kind.FOREIGN);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAddressOutOfRangeIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      for (long address :
          new long[] {
            1,
            15,
            16,
            -1,
            -16,
            Long.MIN_VALUE,
            Long.MIN_VALUE + 16,
            Long.MAX_VALUE,
            Long.MAX_VALUE - 15,
            1L << 47,
            -(1L << 47),
            1L << 32
          }) {
        misused.assertRefused(MemorySegment.ofAddress(address), Kind.FOREIGN);
        misused.assertRefused(at(address, 16), Kind.FOREIGN);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OVER_NATIVE_MEMORY", "OVER_BYTES"})
  void memoryOfTheCallerAroundTheHeapIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      MemorySegment memory = misused.memory();
      MemorySegment surroundings = misused.surroundings;
      assertThat(surroundings).isNotNull();
      long before = memory.address() - surroundings.address();
      long after = before + memory.byteSize();
      for (long offset : new long[] {0, before - 16, before - 1, after, after + 1, after + 16}) {
        for (long size : new long[] {0, 1, 16, 64}) {
          misused.assertRefused(surroundings.asSlice(offset, size), Kind.FOREIGN);
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OVER_NATIVE_MEMORY", "OVER_BYTES"})
  void memoryOfTheHeapThatWasNeverAllocatedIsRefused(MisusedHeap.Kind kind) {
    try (MisusedHeap misused = new MisusedHeap(kind)) {
      MemorySegment memory = misused.memory();
      for (long offset = memory.byteSize() / 2; offset < memory.byteSize(); offset += 99_992) {
        for (long size : new long[] {0, 1, 8, 100}) {
          misused.assertRefused(memory.asSlice(offset, size), Kind.NOT_LIVE);
        }
      }
      misused.assertRefused(memory.asSlice(memory.byteSize() - 16), Kind.NOT_LIVE);
      misused.assertRefused(memory.asSlice(memory.byteSize() - 1), Kind.NOT_LIVE);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sizesTooSmallAreRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        // A heap may round sizes up; but none up to twice as much, beyond its smallest block.
        for (long wrong = size / 2; wrong >= 16; wrong /= 2) {
          misused.assertRefused(block.asSlice(0, wrong), Kind.WRONG_SIZE);
        }
        if (size > 16) {
          misused.assertRefused(block.asSlice(0, 1), Kind.WRONG_SIZE);
          misused.assertRefused(block.asSlice(0, 0), Kind.WRONG_SIZE);
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OVER_NATIVE_MEMORY", "OVER_BYTES"})
  void sizesTooLargeAreRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        MemorySegment memory = misused.memory();
        long offset = block.address() - memory.address();
        for (long wrong = size * 2; wrong < memory.byteSize() - offset; wrong *= 2) {
          misused.assertRefused(memory.asSlice(offset, wrong), Kind.WRONG_SIZE);
        }
        misused.assertRefused(memory.asSlice(offset), Kind.WRONG_SIZE);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSizeFromBeforeAMoveIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment large = misused.block(size);
        MemorySegment small = misused.heap.reallocate(large, size / 4, 1);
        if (size >= 64 && small.address() == large.address()) {
          misused.assertRefused(large, Kind.WRONG_SIZE);
        } else if (small.address() != large.address()) {
          misused.assertRefused(large, kind.ofFreed());
        }
        misused.heap.free(small);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayoutOfAnotherSizeIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        for (long wrong : new long[] {0, 1, size / 2, size - 1, size + 1, size * 2}) {
          misused.assertRefused(heap -> heap.free(block, Layout.ofBytes(wrong)), Kind.WRONG_SIZE);
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayoutOfAnAlignmentThatTheBlockDoesNotHaveIsRefused(MisusedHeap.Kind kind) {
    for (long size : SIZES) {
      try (MisusedHeap misused = new MisusedHeap(kind)) {
        MemorySegment block = misused.witness(size);
        long coarser = Math.max(Long.lowestOneBit(block.address()), 1) << 1;
        for (long wrong = coarser; wrong > 0 && wrong <= 1L << 50; wrong <<= 1) {
          Layout layout = new Layout(size, wrong);
          if ((block.address() & (wrong - 1)) != 0) {
            misused.assertRefused(heap -> heap.free(block, layout), Kind.WRONG_ALIGNMENT);
          }
        }
        misused.assertUnharmed();
      }
    }
  }

  // SAFETY: these views are handed back to be refused, and nobody accesses them.
  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long byteSize) {
    return MemorySegment.ofAddress(address).reinterpret(byteSize);
  }

  // SAFETY: as above.
  @SuppressWarnings("restricted")
  private static MemorySegment in(Arena arena, MemorySegment block) {
    return block.reinterpret(arena, null);
  }
}
