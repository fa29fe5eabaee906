package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.platform.Proc;
import dev.cairn.platform.Reservation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// White box: which memory of a ground is known to be dirty, and what becomes of it.
class GroundTest {
  private static final long START = 1L << Chunk.CHUNK_SHIFT;
  private static final int DIRT = Ground.DIRT;
  private static final long MIB = 1 << 20;

  @Nested
  class OfAReservation {
    @BeforeEach
    void requireSupport() {
      assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    }

    @Test
    void nothingIsDirtyBeforeItIsTouched() {
      Ground ground = reserved(64 * MIB);
      assertThat(ground.map.byteSize()).isZero();
      ground.extend(MIB);
      assertThat(ground.map.byteSize()).isEqualTo(MIB);
      long block = claim(ground, 100_000);
      assertThat(ground.dirtyBytes()).isZero();
      ground.touch(block, 1);
      assertThat(ground.dirtyBytes()).isEqualTo(DIRT);
      ground.touch(block, DIRT);
      assertThat(ground.dirtyBytes()).isEqualTo(DIRT);
      ground.touch(block, DIRT + 1);
      assertThat(ground.dirtyBytes()).isEqualTo(2 * DIRT);
      assertThat(ground.retainedBytes()).isZero();
      ground.validate();
      ground.release();
    }

    @ParameterizedTest
    @ValueSource(longs = {MIB, MIB + 1, MIB + 100, MIB + DIRT - 1})
    void whatIsReleasedIsRetainedUntilItIsDiscardedAndThenZeroAndNotResident(long byteSize)
        throws Exception {
      Ground ground = reserved(byteSize);
      ground.extend(byteSize);
      long all = claim(ground, byteSize);
      ground.touch(all, byteSize);
      MemorySegment memory = ground.memory.asSlice(0, byteSize).fill((byte) -1);
      assertThat(ground.dirtyBytes()).isEqualTo(byteSize);
      release(ground, all);
      assertThat(ground.retainedBytes()).isEqualTo(byteSize);
      ground.validate();

      ground.discard();
      assertThat(ground.dirtyBytes()).isZero();
      assertThat(ground.retainedBytes()).isZero();
      ground.validate();
      assertThat(Proc.residentPages(memory)).isZero();
      assertThat(memory.mismatch(MemorySegment.ofArray(new byte[(int) byteSize]))).isEqualTo(-1);
      ground.release();
    }

    @Test
    void whatIsLiveIsNotDiscarded() {
      Ground ground = reserved(MIB);
      ground.extend(MIB);
      long[] blocks = new long[8];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = claim(ground, 3 * DIRT);
        ground.touch(blocks[i], 3 * DIRT);
        ground.memory.asSlice(blocks[i], 3 * DIRT).fill((byte) (i + 1));
      }
      for (int i = 0; i < blocks.length; i += 2) {
        release(ground, blocks[i]);
      }
      ground.discard();
      ground.validate();
      assertThat(ground.dirtyBytes()).isEqualTo(4 * 3 * DIRT);
      for (int i = 0; i < blocks.length; i++) {
        byte[] expected = new byte[3 * DIRT];
        Arrays.fill(expected, (byte) (i % 2 == 0 ? 0 : i + 1));
        assertThat(ground.memory.asSlice(blocks[i], 3 * DIRT).mismatch(of(expected))).isEqualTo(-1);
      }
      ground.release();
    }

    @Test
    void theDirtyPartOfARunLiesBetweenItsFirstDirtyByteAndItsLast() {
      Ground ground = reserved(MIB);
      ground.extend(MIB);
      claim(ground, MIB);
      assertThat(ground.dirtyPart(0, MIB)).containsExactly(0, 0);
      ground.touch(10 * DIRT, 1);
      ground.touch(20 * DIRT, DIRT + 1);
      assertThat(ground.dirtyPart(0, MIB)).containsExactly(10 * DIRT, 22 * DIRT);
      assertThat(ground.dirtyPart(10 * DIRT + 5, 7)).containsExactly(10 * DIRT + 5, 10 * DIRT + 12);
      assertThat(ground.dirtyPart(11 * DIRT, 9 * DIRT)).containsExactly(0, 0);
      assertThat(ground.dirtyPart(11 * DIRT, 9 * DIRT + 1))
          .containsExactly(20 * DIRT, 20 * DIRT + 1);
      ground.release();
    }

    @Test
    void everyCountIsAsAModelHasIt() {
      SplittableRandom random = new SplittableRandom(7);
      long most = MIB + 1234;
      Ground ground = reserved(most);
      BitSet dirty = new BitSet();
      List<Long> blocks = new ArrayList<>();
      for (int step = 0; step < 5_000; step++) {
        if (step % 100 == 0 && ground.map.byteSize() < most) {
          long more = DIRT * random.nextLong(30);
          ground.extend(Math.min(ground.map.byteSize() + more, most));
        }
        int dice = random.nextInt(100);
        if (dice < 50) {
          long size = random.nextLong(20 * DIRT) + 1;
          long block = ground.map.allocate(size, 1, ground.base);
          if (block != BlockMap.NO_ROOM) {
            ground.claimed(block, ground.map.usableSize(block));
            long touched = random.nextLong(size + 1);
            ground.touch(block, touched);
            dirty.set(pages(block), pages(block + Math.max(touched, 1)));
            blocks.add(block);
          }
        } else if (dice < 98 && !blocks.isEmpty()) {
          release(ground, blocks.remove(random.nextInt(blocks.size())));
        } else if (dice >= 98) {
          ground.discard();
          ground.map.forEachFree((from, to) -> dirty.clear(pages(from), pages(to)));
        }
        ground.validate();
        long beyond = dirty.get(pages(most) - 1) ? pages(most) * (long) DIRT - most : 0;
        assertThat(ground.dirtyBytes()).isEqualTo((long) dirty.cardinality() * DIRT - beyond);
      }
      ground.release();
    }

    @Test
    void itsBlocksCanHaveAScopeOfTheirOwnAndGoBackToTheSystem() {
      Ground ground = reserved(MIB);
      assertThat(ground.canRescope()).isTrue();
      assertThat(ground.canDiscard()).isTrue();
      ground.release();
      assertThat(ground.memory.scope().isAlive()).isFalse();
    }

    @Test
    void aWrongCountIsFound() {
      Ground ground = reserved(MIB);
      ground.extend(MIB);
      ground.claimed(0, DIRT);
      ground.touch(0, DIRT);
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(ground::validate)
          .withMessageContaining("dirty are 4096 bytes, 4096 of them free");
      ground.release();
    }

    @Test
    void whatTheProcessHasLockedStaysAndIsKnownToBeDirty() {
      Reservation reservation = Objects.requireNonNull(Reservation.tryReserve(16 * DIRT, 1 << 22));
      Ground ground = Ground.reserved(START, reservation, DIRT, HeapPlan.USUALLY_HUGE_FROM);
      ground.extend(16 * DIRT);
      long block = claim(ground, 5 * DIRT);
      ground.touch(block, 5 * DIRT);
      try {
        reservation.lock(0, 16 * DIRT);
      } catch (IllegalStateException refusal) {
        abort("this system does not lock 64 KiB: " + refusal.getMessage());
      }
      release(ground, block);
      ground.discard();
      assertThat(ground.retainedBytes()).isEqualTo(5 * DIRT);
      assertThat(ground.dirtyPart(block, DIRT)).containsExactly(block, block + DIRT);
      ground.validate();
      ground.release();
    }

    private Ground reserved(long byteSize) {
      long whole = (long) pages(byteSize) * DIRT;
      return Ground.reserved(
          START,
          Objects.requireNonNull(Reservation.tryReserve(whole, 1 << 22)),
          DIRT,
          HeapPlan.USUALLY_HUGE_FROM);
    }
  }

  @Test
  void memoryOfAnArenaIsCleanAtFirstAndCannotBeGivenBackInParts() {
    Ground ground = Ground.allocated(START, MIB, 4096, DIRT);
    assertThat(ground.canDiscard()).isFalse();
    assertThat(ground.canRescope()).isTrue();
    assertThat(ground.dirtyPart(0, MIB)).containsExactly(0, 0);
    long block = claim(ground, 5 * DIRT);
    ground.touch(block, 5 * DIRT);
    release(ground, block);
    assertThat(ground.retainedBytes()).isZero();
    ground.discard();
    assertThat(ground.dirtyPart(0, MIB)).containsExactly(0, 5 * DIRT);
    ground.validate();
    assertThatThrownBy(() -> ground.commit(false, true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("mmap", "--enable-native-access=");
    ground.release();
    assertThat(ground.memory.scope().isAlive()).isFalse();
  }

  @Test
  void memoryOfTheCallerIsDirtyFromTheStartAndStaysTheCallers() {
    try (Arena arena = Arena.ofConfined()) {
      Ground ground = Ground.over(START, arena.allocate(10_000, 16), 16);
      assertThat(ground.dirtyPart(16, 9_984)).containsExactly(16, 10_000);
      assertThat(ground.canDiscard()).isFalse();
      assertThat(ground.canRescope()).isFalse();
      ground.release();
      assertThat(ground.memory.scope().isAlive()).isTrue();
    }
    assertThat(Ground.over(START, Arena.global().allocate(64), 16).canRescope()).isTrue();
    assertThat(Ground.over(START, of(new byte[64]), 16).canRescope()).isFalse();
  }

  @Test
  void addressesArePositionsAfterAnOrigin() {
    Ground ground = Ground.allocated(START, 10_000, 64, 16);
    assertThat(START + ground.origin()).isEqualTo(ground.memory.address());
    assertThat(ground.end()).isEqualTo(START + 10_000);
    assertThat(ground.contains(ground.base)).isTrue();
    assertThat(ground.contains(ground.base + 9_999)).isTrue();
    assertThat(ground.contains(ground.base - 1)).isFalse();
    assertThat(ground.contains(ground.base + 10_000)).isFalse();
    assertThat(ground.contains(0)).isFalse();
    assertThat(ground.contains(Long.MIN_VALUE)).isFalse();
    ground.release();
  }

  private static MemorySegment of(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private static long claim(Ground ground, long byteSize) {
    long offset = ground.map.allocate(byteSize, 1, ground.base);
    ground.claimed(offset, ground.map.usableSize(offset));
    return offset;
  }

  private static void release(Ground ground, long offset) {
    long byteSize = ground.map.usableSize(offset);
    ground.map.free(offset);
    ground.released(offset, byteSize);
  }

  private static int pages(long bytes) {
    return (int) ((bytes + DIRT - 1) / DIRT);
  }
}
