package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.memory.Checkpoint;
import dev.cairn.memory.Frame;
import dev.cairn.memory.Region;
import dev.cairn.memory.Stack;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Use of what has ended: a block after its free, its allocator, its arena, its checkpoint, or its
/// frame.
class MisuseAfterEndTest {
  @ParameterizedTest
  @EnumSource
  void aReadAfterFreeThrowsOrHarmsNothing(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment stale = misused.block(100).fill((byte) 7);
      misused.allocator.free(stale);
      if (subject.promises(Promise.ENDS_WITH_FREE)) {
        assertEnded(() -> stale.get(ValueLayout.JAVA_BYTE, 99));
      } else if (subject.promises(Promise.FINDS_STRAY_WRITES)) {
        Witnesses.assertMarked(stale, (byte) 0xFD);
      } else if (subject.promises(Promise.WIPES)) {
        Witnesses.assertMarked(stale, (byte) 0);
      } else {
        Witnesses.assertMarked(stale, (byte) 7);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteAfterFreeThrowsOrIsFoundOrHarmsNoBookkeeping(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment stale = misused.block(100);
      misused.allocator.free(stale);
      if (subject.promises(Promise.ENDS_WITH_FREE)) {
        assertEnded(() -> stale.set(ValueLayout.JAVA_BYTE, 99, (byte) 42));
        assertEnded(() -> stale.fill((byte) 42));
        assertEnded(() -> MemorySegment.copy(stale, 0, MemorySegment.ofArray(new byte[1]), 0, 1));
      } else {
        stale.asSlice(4, 4).fill((byte) 42);
      }
      if (subject.promises(Promise.FINDS_STRAY_WRITES)
          && !subject.promises(Promise.ENDS_WITH_FREE)) {
        DamagedBlockException damage =
            catchThrowableOfType(
                DamagedBlockException.class, ((CheckedAllocator) misused.allocator)::validate);
        assertThat(damage.kind()).isEqualTo(DamagedBlockException.Kind.WRITE_AFTER_FREE);
        assertThat(damage.address()).isEqualTo(stale.address());
        assertThat(damage.byteSize()).isEqualTo(100);
        assertThat(damage.offset()).isEqualTo(4);
        assertThat(damage)
            .hasMessageStartingWith("write after free of a 100-byte block at ")
            .hasMessageContaining("offsets 4 to 7 written to, with 0x2a first, found by validate")
            .hasMessageContaining("allocated at Misused.block(")
            .hasMessageContaining("and freed at MisuseAfterEndTest.")
            .hasMessageEndingWith(
                "drop every reference to a block, native ones too, when you free it");
        Misused.assertStack(damage, "allocated");
        Misused.assertStack(damage, "freed");
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void useAfterTheAllocatorHasClosedThrows(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment block = misused.allocator.allocate(100, 1).fill((byte) 7);
      misused.leave();
      assertThatThrownBy(() -> misused.allocator.free(block))
          .isInstanceOf(AllocatorClosedException.class)
          .hasMessageEndingWith(" is closed: use it before it closes, or close it later");
      assertThatThrownBy(() -> misused.allocator.allocate(1, 1))
          .isInstanceOf(AllocatorClosedException.class);
      assertThat(misused.allocator.stats().liveBlocks()).isZero();
      if (subject.promises(Promise.BLOCKS_STAY)) {
        Witnesses.assertMarked(block, (byte) 7);
      } else {
        assertEnded(() -> block.get(ValueLayout.JAVA_BYTE, 0));
        assertEnded(() -> block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
      }
    }
  }

  @ParameterizedTest
  @Promising(Promise.ARENAS)
  void useAfterAnArenaHasClosedThrows(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Arena arena = misused.allocator.confinedArena();
      MemorySegment segment = arena.allocate(100, 1);
      assertThatThrownBy(misused.allocator::close)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("while an arena over it is open: close each arena first");
      arena.close();
      assertEnded(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
      assertEnded(() -> arena.allocate(1, 1));
      assertEnded(arena::close);
      misused.assertUnharmed();
    }
  }

  @Test
  void useAfterACheckpointWasRewoundThrows() {
    try (Region region = Region.fixed(65536)) {
      MemorySegment kept = region.allocate(100, 1).fill((byte) 7);
      try (Checkpoint outer = region.checkpoint()) {
        MemorySegment first = region.allocate(100, 1);
        Checkpoint inner = region.checkpoint();
        MemorySegment second = region.allocate(100, 1);
        outer.rewind();
        assertEnded(() -> first.fill((byte) 1));
        assertEnded(() -> second.fill((byte) 1));
        assertThatThrownBy(inner::rewind)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("this checkpoint has ended")
            .hasMessageEndingWith("make a new checkpoint");
        Witnesses.assertMarked(region.allocate(1000, 1), (byte) 0);
      }
      Witnesses.assertMarked(kept, (byte) 7);
      region.validate();
    }
  }

  @Test
  void useOfFrameMemoryThatEscapesThrows() {
    MemorySegment escaped;
    try (Frame frame = Stack.push()) {
      escaped = frame.allocate(100, 1).fill((byte) 7);
    }
    assertEnded(() -> escaped.get(ValueLayout.JAVA_BYTE, 0));
    assertEnded(() -> escaped.fill((byte) 1));
    try (Frame frame = Stack.push()) {
      Witnesses.assertMarked(frame.allocate(200, 1), (byte) 0);
    }
  }

  @Test
  void framesThatArePoppedOutOfOrderAreRefused() {
    Frame outer = Stack.push();
    MemorySegment below = outer.allocate(100, 1).fill((byte) 1);
    Frame inner = Stack.push();
    MemorySegment above = inner.allocate(100, 1).fill((byte) 2);
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is on top of it: pop the frames in the reverse order");
    assertThatThrownBy(() -> outer.allocate(1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is on top of it");
    Witnesses.assertMarked(above, (byte) 2);
    inner.close();
    assertThatThrownBy(inner::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was popped before");
    Witnesses.assertMarked(below, (byte) 1);
    outer.close();
  }

  private static void assertEnded(Runnable access) {
    assertThatThrownBy(access::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Already closed");
  }
}
