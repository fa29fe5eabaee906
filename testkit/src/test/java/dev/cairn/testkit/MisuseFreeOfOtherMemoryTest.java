package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Stack;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is not a live block of a heap is refused by every call, as what it is, and does no harm.
/// Blocks that were freed before are the subject of [MisuseDoubleFreeTest].
class MisuseFreeOfOtherMemoryTest {
  private static final long[] SIZES = {16, 100, 5000, 70_000, 1 << 20};

  @ParameterizedTest
  @EnumSource
  void nullIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      misused.assertNullIsRefused();
      misused.assertRefused(MemorySegment.NULL, Kind.NULL);
      misused.assertRefused(at(0, 64), Kind.NULL);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSliceFromInsideABlockIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment block = misused.witness(size);
        for (long offset = 16; offset < size; offset *= 4) {
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
  void anAddressThatNoBlockCanHaveIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment block = misused.witness(size);
        for (int offset : new int[] {1, 2, 4, 8, 15}) {
          misused.assertRefused(block.asSlice(offset), Kind.INTERIOR);
          misused.assertRefused(block.asSlice(offset, 1), Kind.INTERIOR);
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void memoryOfOthersIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject);
        Heap other = Heap.fixed(1 << 20);
        Heap another = Heap.growable(1 << 20);
        Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      for (long size : subject.sizes(0, 1, 16, 100, 5000, 70_000)) {
        misused.assertRefused(other.allocate(size, 1), subject.ofForeign());
        misused.assertRefused(another.allocate(size, 1), subject.ofForeign());
        misused.assertRefused(confined.allocate(size, 16), subject.ofForeign());
        misused.assertRefused(shared.allocate(size, 16), subject.ofForeign());
        byte[] array = new byte[(int) size];
        misused.assertRefused(MemorySegment.ofArray(array), subject.ofForeign());
      }
      misused.assertRefused(MemorySegment.ofArray(new long[8]).asSlice(16), subject.ofForeign());
      assertThat(other.stats().liveBlocks()).isEqualTo(6);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void memoryOfAFrameOrOfAMappedFileIsRefused(MisuseSubject subject, @TempDir Path directory) {
    try (Misused misused = new Misused(subject);
        Frame frame = Stack.push();
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = HeapContractTest.map(directory.resolve("file"), 4096, arena);
      for (long size : new long[] {0, 1, 100, 4096}) {
        misused.assertRefused(frame.allocate(size, 16).fill((byte) 7), subject.ofForeign());
        misused.assertRefused(mapped.asSlice(0, size), subject.ofForeign());
      }
      Witnesses.assertMarked(mapped, (byte) 0);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockOfAnotherHeapOfItsKindIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject);
        Misused other = new Misused(subject)) {
      for (long size : subject.sizes(SIZES)) {
        MemorySegment block = other.allocator.allocate(size, 1);
        misused.assertRefused(block, subject.ofForeign());
        other.allocator.free(block);
      }
      misused.assertUnharmed();
      other.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*LONGS")
  void aViewInAnotherScopeIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject);
        Arena arena = Arena.ofConfined()) {
      for (long size : subject.sizes(0, 1, 16, 100, 5000, 70_000)) {
        MemorySegment block = misused.witness(size);
        misused.assertRefused(in(arena, block), subject.ofForeign());
        Set<Kind> kinds = EnumSet.copyOf(subject.ofForeign());
        // A view of another size is also that.
        kinds.add(Kind.WRONG_SIZE);
        misused.assertRefused(MemorySegment.ofAddress(block.address()), kinds);
        misused.assertRefused(at(block.address(), size), subject.ofForeign());
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.ARENAS)
  void whatAnArenaOverTheHeapHasHandedOutIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      try (Arena confined = misused.allocator.confinedArena();
          Arena other =
              subject.promises(Promise.ONE_THREAD)
                  ? misused.allocator.confinedArena()
                  : misused.allocator.sharedArena()) {
        for (long size : subject.sizes(0, 1, 16, 100, 5000, 70_000)) {
          misused.assertRefused(confined.allocate(size, 1), subject.ofForeign());
          misused.assertRefused(other.allocate(size, 1), subject.ofForeign());
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReadOnlyViewIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (long size : subject.sizes(0, 1, 16, 100, 5000, 70_000)) {
        misused.assertRefused(misused.witness(size).asReadOnly(), subject.ofForeign());
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAddressOutOfRangeIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
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
        misused.assertRefused(MemorySegment.ofAddress(address), subject.ofForeign());
        misused.assertRefused(at(address, 16), subject.ofForeign());
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.BLOCKS_STAY)
  void memoryOfTheCallerAroundTheHeapIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment memory = misused.memory();
      MemorySegment surroundings = misused.surroundings;
      assertThat(surroundings).isNotNull();
      long before = memory.address() - surroundings.address();
      long after = before + memory.byteSize();
      for (long offset : new long[] {0, before - 16, before - 1, after, after + 1, after + 16}) {
        for (long size : new long[] {0, 1, 16, 64}) {
          misused.assertRefused(surroundings.asSlice(offset, size), subject.ofForeign());
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.BLOCKS_STAY)
  void memoryOfTheHeapThatWasNeverAllocatedIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment memory = misused.memory();
      for (long offset = memory.byteSize() / 2; offset < memory.byteSize(); offset += 999_992) {
        for (long size : new long[] {0, 1, 8, 100}) {
          misused.assertRefused(memory.asSlice(offset, size), Kind.NOT_LIVE);
        }
      }
      // A real-time heap keeps what is left over at its end as a block of its own.
      Set<Kind> kinds = EnumSet.of(Kind.NOT_LIVE);
      if (subject == MisuseSubject.REALTIME_HEAP_OVER_MEMORY) {
        kinds.add(Kind.INTERIOR);
      }
      misused.assertRefused(memory.asSlice(memory.byteSize() - 16), kinds);
      misused.assertRefused(memory.asSlice(memory.byteSize() - 1), kinds);
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sizesTooSmallAreRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
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
  @Promising(Promise.BLOCKS_STAY)
  void sizesTooLargeAreRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
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
  void theSizeFromBeforeAMoveIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment large = misused.block(size);
        MemorySegment small = misused.allocator.reallocate(large, size / 4, 1);
        if (size >= 64 && small.address() == large.address()) {
          misused.assertRefused(large, Kind.WRONG_SIZE);
        } else if (small.address() != large.address()) {
          misused.assertRefused(large, subject.ofFreed());
        }
        misused.allocator.free(small);
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayoutOfAnotherSizeIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment block = misused.witness(size);
        for (long wrong : new long[] {0, 1, size / 2, size - 1, size + 1, size * 2}) {
          misused.assertRefused(
              allocator -> allocator.free(block, Layout.ofBytes(wrong)), Kind.WRONG_SIZE);
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayoutOfAnAlignmentThatTheBlockDoesNotHaveIsRefused(MisuseSubject subject) {
    for (long size : subject.sizes(SIZES)) {
      try (Misused misused = new Misused(subject)) {
        MemorySegment block = misused.witness(size);
        long coarser = Math.max(Long.lowestOneBit(block.address()), 1) << 1;
        for (long wrong = coarser; wrong > 0 && wrong <= 1L << 50; wrong <<= 1) {
          Layout layout = new Layout(size, wrong);
          if ((block.address() & (wrong - 1)) != 0) {
            misused.assertRefused(allocator -> allocator.free(block, layout), Kind.WRONG_ALIGNMENT);
          }
        }
        misused.assertUnharmed();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CONFINED_REALTIME_HEAP", "SHARED_REALTIME_HEAP", "REALTIME_HEAP_OVER_MEMORY"})
  void anAddressWhereNoBlockBeginsIsNoBlock(MisuseSubject subject) {
    try (Misused misused = new Misused(subject);
        Heap other = Heap.fixed(1 << 20)) {
      MemorySegment block = misused.witness(100);
      MemorySegment freed = misused.block(100);
      misused.allocator.free(freed);
      MemorySegment anothers = other.allocate(100, 1);
      for (long address : new long[] {block.address() + 16, freed.address(), anothers.address()}) {
        assertThatThrownBy(() -> misused.allocator.blockAt(address, 100))
            .isInstanceOf(InvalidBlockException.class)
            .hasMessageStartingWith("blockAt of 100 bytes at ");
      }
      assertThatThrownBy(() -> misused.allocator.blockAt(block.address(), 10))
          .isInstanceOf(InvalidBlockException.class)
          .hasMessageStartingWith("blockAt of 10 bytes at ");
      misused.assertUnharmed();
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
