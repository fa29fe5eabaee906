package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.check.DamagedBlockException;
import dev.cairn.check.DamagedBlockException.Kind;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Overflow and underflow, by 1 byte, by 32, and by a mebibyte.
///
/// Through the block's own segment they throw, always. What native code does by an address is found
/// where that is promised; elsewhere it reaches other blocks, but never the bookkeeping, unless the
/// allocator is a malloc.
class MisuseOutOfBoundsTest {
  private static final int FAR = 1 << 20;
  private static final int REDZONE = 32;
  private static final int SIZE = 300_000;

  @ParameterizedTest
  @EnumSource
  void accessOutsideTheBlockThrows(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (int size : new int[] {0, 1, 100}) {
        MemorySegment block = misused.witness(size);
        for (int distance : new int[] {1, REDZONE, FAR}) {
          MemorySegment bytes = MemorySegment.ofArray(new byte[size + distance]);
          assertOutOfBounds(() -> block.set(ValueLayout.JAVA_BYTE, size + distance - 1, (byte) 42));
          assertOutOfBounds(() -> block.set(ValueLayout.JAVA_BYTE, -distance, (byte) 42));
          assertOutOfBounds(() -> block.get(ValueLayout.JAVA_BYTE, size + distance - 1));
          assertOutOfBounds(() -> block.get(ValueLayout.JAVA_BYTE, -distance));
          assertOutOfBounds(() -> MemorySegment.copy(bytes, 0, block, 0, size + distance));
          assertOutOfBounds(() -> MemorySegment.copy(bytes, 0, block, -distance, distance));
          assertOutOfBounds(() -> MemorySegment.copy(block, 0, bytes, 0, size + distance));
          assertOutOfBounds(() -> block.asSlice(-distance));
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.FINDS_STRAY_WRITES)
  void anOverflowByNativeCodeIsFoundByFree(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (int size : new int[] {0, 1, 100}) {
        for (int distance : new int[] {1, REDZONE}) {
          for (Consumer<MemorySegment> write : writes()) {
            MemorySegment block = misused.block(size);
            write.accept(misused.beside(block, size, distance));
            DamagedBlockException damage = damage(() -> misused.allocator.free(block));
            assertTold(damage, Kind.OVERFLOW, "overflow", block);
            assertThat(damage.offset()).isEqualTo(size);
            assertThat(damage)
                .hasMessageContaining(
                    distance == 1
                        ? "offset " + size + " written to, with 0x2a, found by free"
                        : "offsets "
                            + size
                            + " to "
                            + (size + distance - 1)
                            + " written to, with 0x2a first, found by free");
          }
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.FINDS_STRAY_WRITES)
  void anUnderflowByNativeCodeIsFoundByFree(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      for (int size : new int[] {0, 1, 100}) {
        for (int distance : new int[] {1, REDZONE}) {
          for (Consumer<MemorySegment> write : writes()) {
            MemorySegment block = misused.block(size);
            write.accept(misused.beside(block, -distance, distance));
            DamagedBlockException damage = damage(() -> misused.allocator.free(block));
            assertTold(damage, Kind.UNDERFLOW, "underflow", block);
            assertThat(damage.offset()).isEqualTo(-distance);
          }
        }
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising({Promise.FINDS_STRAY_WRITES, Promise.BLOCKS_STAY})
  void anOverflowAndAnUnderflowByAMebibyteAreFoundByFree(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        blocks.add(misused.allocator.allocate(SIZE, 1));
      }
      for (Kind kind : List.of(Kind.OVERFLOW, Kind.UNDERFLOW)) {
        MemorySegment block = takeFromTheMiddle(blocks, misused.memory());
        boolean isBehind = kind == Kind.OVERFLOW;
        MemorySegment far = misused.beside(block, isBehind ? SIZE : -FAR, FAR);
        byte[] before = far.toArray(ValueLayout.JAVA_BYTE);
        far.fill((byte) 42);
        DamagedBlockException damage = damage(() -> misused.allocator.free(block));
        assertTold(damage, kind, isBehind ? "overflow" : "underflow", block);
        assertThat(damage.offset()).isEqualTo(isBehind ? SIZE : -REDZONE);
        // What was written beyond the redzone is other blocks': give them their bytes back.
        int from = isBehind ? REDZONE : 0;
        MemorySegment.copy(MemorySegment.ofArray(before), from, far, from, FAR - REDZONE);
      }
      blocks.reversed().forEach(misused.allocator::free);
      misused.assertUnharmed();
    }
  }

  /// One that has a mebibyte of memory on both sides.
  private static MemorySegment takeFromTheMiddle(List<MemorySegment> blocks, MemorySegment memory) {
    MemorySegment found =
        blocks.stream()
            .filter(block -> block.address() - memory.address() >= FAR)
            .filter(block -> memory.address() + memory.byteSize() - block.address() >= SIZE + FAR)
            .findFirst()
            .orElseThrow();
    blocks.remove(found);
    return found;
  }

  @ParameterizedTest
  @Promising(not = {Promise.FINDS_STRAY_WRITES, Promise.BOOKKEEPING_AMONG_BLOCKS})
  void aStrayWriteNeverReachesTheBookkeeping(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      MemorySegment room = subject.isPool() ? null : misused.allocator.allocate(200_000, 1);
      MemorySegment block = misused.block(100);
      // Only of memory that the test has brought it is known how far it goes.
      int distance =
          misused.surroundings == null
              ? 16
              : (int) Math.min(150_000, block.address() - misused.surroundings.address());
      for (int first : new int[] {100, -distance}) {
        MemorySegment stray = misused.beside(block, first, distance);
        byte[] before = stray.toArray(ValueLayout.JAVA_BYTE);
        stray.fill((byte) 42);
        misused.validate();
        misused.allocator.free(misused.allocator.allocate(100, 1));
        MemorySegment.copy(MemorySegment.ofArray(before), 0, stray, 0, distance);
      }
      misused.allocator.free(block);
      if (room != null) {
        misused.allocator.free(room);
      }
      misused.assertUnharmed();
    }
  }

  /// Byte by byte, and in bulk.
  private static Iterable<Consumer<MemorySegment>> writes() {
    return Arrays.asList(
        memory -> {
          for (long at = 0; at < memory.byteSize(); at++) {
            memory.set(ValueLayout.JAVA_BYTE, at, (byte) 42);
          }
        },
        memory -> {
          byte[] bytes = new byte[(int) memory.byteSize()];
          Arrays.fill(bytes, (byte) 42);
          MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, 0, bytes.length);
        });
  }

  private static DamagedBlockException damage(Runnable call) {
    DamagedBlockException damage = catchThrowableOfType(DamagedBlockException.class, call::run);
    assertThat(damage).isNotNull();
    return damage;
  }

  private static void assertTold(
      DamagedBlockException damage, Kind kind, String words, MemorySegment block) {
    assertThat(damage.kind()).isEqualTo(kind);
    assertThat(damage.address()).isEqualTo(block.address());
    assertThat(damage.byteSize()).isEqualTo(block.byteSize());
    assertThat(damage)
        .hasMessageStartingWith(words + " of a " + block.byteSize() + "-byte block at ")
        .hasMessageContaining("; the block was allocated at Misuse")
        .hasMessageEndingWith(
            "write to the block's own bytes only; a native function, or a segment that is wider"
                + " than the block, has written to more");
    Misused.assertStack(damage, "allocated");
  }

  private static void assertOutOfBounds(Runnable access) {
    assertThatThrownBy(access::run)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("Out of bound access on segment");
  }
}
