package dev.cairn.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.check.CallTrace;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// In a package of its own, because frames of Cairn's packages are not the caller's place.
class CheckedAllocatorTest {
  private final Heap below = Heap.fixed(8 << 20);
  private final CheckedAllocator heap = checked().over(below);

  private static CheckedAllocatorBuilder checked() {
    return CheckedAllocator.builder().stackDepth(3).onLeak(_ -> {});
  }

  @AfterEach
  void nothingElseIsHarmed() {
    heap.validate();
    MemorySegment block = heap.allocate(100, 8).fill((byte) 1);
    heap.validate();
    heap.free(block);
    below.validate();
    heap.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1 << 20})
  void anOverflowIsFoundByFreeWithItsOffsetAndWhoAllocatedTheBlock(int length) {
    MemorySegment block = allocate(40);
    overwrite(block, 40, length);
    DamagedBlockException damage = damage(() -> heap.free(block));
    assertThat(damage.kind()).isEqualTo(DamagedBlockException.Kind.OVERFLOW);
    assertThat(damage.address()).isEqualTo(block.address());
    assertThat(damage.byteSize()).isEqualTo(40);
    assertThat(damage.offset()).isEqualTo(40);
    assertThat(damage)
        .hasMessageStartingWith(
            "overflow of a 40-byte block at 0x" + Long.toHexString(block.address()))
        .hasMessageContaining(length == 1 ? "offset 40 written to, with 0x2a" : "offsets 40 to ")
        .hasMessageContaining("found by free")
        .hasMessageContaining(
            "allocated at CheckedAllocatorTest.allocate(CheckedAllocatorTest.java:")
        .hasMessageContaining("write to the block's own bytes only");
    assertTraces(damage, "allocated", "allocate");
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void anUnderflowByAMebibyteIsFoundByFree() {
    MemorySegment before = heap.allocate(2 << 20, 8);
    MemorySegment block = allocate(40);
    assertThat(block.address()).isGreaterThan(before.address());
    overwrite(block, -(1 << 20), 1 << 20);
    DamagedBlockException damage = damage(() -> heap.free(block));
    assertThat(damage.kind()).isEqualTo(DamagedBlockException.Kind.UNDERFLOW);
    assertThat(damage.offset()).isEqualTo(-32);
    // What lies between is the end of the other block, and its redzone.
    assertThat(damage(() -> heap.free(before)).kind())
        .isEqualTo(DamagedBlockException.Kind.OVERFLOW);
  }

  @Test
  void anOverflowIsFoundByValidateOnceAndTheBlockLivesOn() {
    MemorySegment block = allocate(40).fill((byte) 7);
    overwrite(block, 40, 1);
    assertThat(damage(heap::validate)).hasMessageContaining("found by validate");
    heap.validate();
    assertThat(block.get(ValueLayout.JAVA_BYTE, 39)).isEqualTo((byte) 7);
    heap.free(block);
  }

  @Test
  void anOverflowIsFoundByCloseWhichClosesEverythingNevertheless() {
    CheckedAllocator other = checked().over(Heap.fixed(65536));
    MemorySegment block = other.allocate(40, 8);
    overwrite(block, 40, 1);
    assertThat(damage(other::close)).hasMessageContaining("found by close");
    assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_BYTE, 0));
    other.close();
  }

  @Test
  void anOverflowIsFoundByResizeAndReallocateWhichThenDoNothing() {
    MemorySegment block = allocate(40).fill((byte) 7);
    overwrite(block, 40, 1);
    assertThat(damage(() -> heap.resize(block, 20))).hasMessageContaining("found by resize");
    overwrite(block, 40, 1);
    assertThat(damage(() -> heap.reallocate(block, 5000, 8)))
        .hasMessageContaining("found by reallocate");
    overwrite(block, -1, 1);
    assertThat(damage(() -> heap.reallocate(block, 5000, 1 << 20)))
        .hasMessageContaining("found by reallocate");
    assertThat(block.get(ValueLayout.JAVA_BYTE, 39)).isEqualTo((byte) 7);
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    heap.free(block);
  }

  @Test
  void redzonesMoveWithTheEndOfABlock() {
    MemorySegment block = heap.resize(allocate(40), 20);
    assertThat(block).isNotNull();
    overwrite(block, 20, 1);
    assertThat(damage(heap::validate).offset()).isEqualTo(20);
    MemorySegment grown = heap.reallocate(block, 5000, 64);
    overwrite(grown, 5000, 1);
    overwrite(grown, -1, 1);
    DamagedBlockException both = damage(() -> heap.free(grown));
    assertThat(both.offset()).isEqualTo(-1);
    assertThat(both.getSuppressed())
        .hasAtLeastOneElementOfType(DamagedBlockException.class)
        .extracting(Throwable::getMessage)
        .anyMatch(message -> message.startsWith("overflow of a 5000-byte block"));
  }

  @Test
  void redzonesKeepBlocksAligned() {
    for (long alignment = 1; alignment <= 1 << 16; alignment *= 2) {
      MemorySegment block = heap.allocate(100, alignment);
      assertThat(block.address() % alignment).isZero();
      overwrite(block, -1, 1);
      assertThat(damage(() -> heap.free(block)).offset()).isEqualTo(-1);
    }
  }

  @Test
  void aWriteAfterFreeIsFoundByValidateWithWhoAllocatedAndWhoFreed() {
    MemorySegment block = allocate(40);
    free(block);
    block.set(ValueLayout.JAVA_INT, 4, 42);
    DamagedBlockException damage = damage(heap::validate);
    assertThat(damage.kind()).isEqualTo(DamagedBlockException.Kind.WRITE_AFTER_FREE);
    assertThat(damage.offset()).isEqualTo(4);
    assertThat(damage)
        .hasMessageStartingWith("write after free of a 40-byte block at 0x")
        .hasMessageContaining("offsets 4 to 7 written to, with 0x2a first")
        .hasMessageContaining("allocated at CheckedAllocatorTest.allocate(")
        .hasMessageContaining("and freed at CheckedAllocatorTest.free(")
        .hasMessageContaining("drop every reference");
    assertTraces(damage, "allocated", "allocate");
    assertTraces(damage, "freed", "free");
  }

  @Test
  void aWriteAfterFreeIsFoundWhenTheBlockLeavesTheQuarantine() {
    try (CheckedAllocator small = checked().quarantine(1 << 20, 2).over(Heap.fixed(65536))) {
      MemorySegment stale = small.allocate(40, 8);
      small.free(stale);
      stale.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      small.free(small.allocate(40, 8));
      MemorySegment last = small.allocate(40, 8);
      assertThat(damage(() -> small.free(last)))
          .hasMessageContaining("found when it left the quarantine");
      assertThat(small.stats().liveBlocks()).isZero();
      small.validate();
    }
  }

  @Test
  void aWriteAfterFreeIsFoundByCloseAndWhereThereIsNoRoom() {
    CheckedAllocator small = checked().over(Heap.fixed(4096));
    MemorySegment stale = small.allocate(2000, 8);
    small.free(stale);
    stale.set(ValueLayout.JAVA_BYTE, 1999, (byte) 1);
    assertThat(damage(() -> small.allocate(3000, 8)).offset()).isEqualTo(1999);
    MemorySegment block = small.allocate(3000, 8);
    small.free(block);
    block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    assertThat(damage(small::close)).hasMessageContaining("found by close");
  }

  @Test
  void whatIsReadAfterFreeAndBeforeAWriteIsPoison() {
    MemorySegment block = allocate(40);
    assertThat(block.get(ValueLayout.JAVA_INT, 36)).isEqualTo(0xA5A5A5A5);
    free(block);
    assertThat(block.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xFDFDFDFD);
    assertThat(heap.explain(block.asSlice(3)))
        .startsWith("3 bytes inside a 40-byte block, allocated at CheckedAllocatorTest.allocate(")
        .contains(" and freed at CheckedAllocatorTest.free(");
    assertThat(heap.explain(MemorySegment.ofAddress(16))).isEqualTo("unknown");
    assertThat(heap.allocateZeroed(40, 8).get(ValueLayout.JAVA_INT, 0)).isZero();
  }

  @Test
  void aSecondFreeNamesTheFirst() {
    MemorySegment block = allocate(40);
    free(block);
    InvalidBlockException refusal = refusal(() -> heap.free(block));
    assertThat(refusal.kind()).isEqualTo(InvalidBlockException.Kind.NOT_LIVE);
    assertThat(refusal)
        .hasMessageStartingWith("free of 40 bytes at 0x" + Long.toHexString(block.address()))
        .hasMessageContaining(
            "that is a 40-byte block, allocated at CheckedAllocatorTest.allocate(")
        .hasMessageContaining("and freed at CheckedAllocatorTest.free(CheckedAllocatorTest.java:")
        .hasMessageContaining("free each block once");
    assertTraces(refusal, "allocated", "allocate");
    assertTraces(refusal, "freed", "free");
  }

  @Test
  void whatIsFreedFromInsideOrBesideABlockIsToldWithTheBlock() {
    MemorySegment block = allocate(40);
    InvalidBlockException inside = refusal(() -> heap.free(block.asSlice(17)));
    assertThat(inside.kind()).isEqualTo(InvalidBlockException.Kind.INTERIOR);
    assertThat(inside)
        .hasMessageContaining(
            "17 bytes inside a 40-byte block, allocated at CheckedAllocatorTest.allocate(");
    MemorySegment wide = wide(block, -32, 72);
    assertThat(refusal(() -> heap.free(wide)))
        .hasMessageContaining("32 bytes before a 40-byte block");
    InvalidBlockException foreign = refusal(() -> heap.free(wide(block, 0, 40)));
    assertThat(foreign.kind()).isEqualTo(InvalidBlockException.Kind.FOREIGN);
    assertThat(foreign).hasMessageContaining("a view, in another scope or read-only, of a 40-byte");
    assertThat(refusal(() -> heap.free(wide(block, 0, 72))).kind())
        .isEqualTo(InvalidBlockException.Kind.WRONG_SIZE);
    assertThat(refusal(() -> heap.free(wide(block, 41, 1))))
        .hasMessageContaining("1 byte behind the end of a 40-byte block");
    heap.free(block);
  }

  @Test
  void aBlockOfAnotherAllocatorIsRefusedAlsoOfTheOneBelow() {
    try (Heap other = Heap.fixed(4096)) {
      MemorySegment anothers = other.allocate(40, 8);
      assertThat(refusal(() -> heap.free(anothers)).kind())
          .isEqualTo(InvalidBlockException.Kind.FOREIGN);
      other.free(anothers);
    }
    MemorySegment unknown = below.allocate(40, 8);
    assertThat(refusal(() -> heap.free(unknown)))
        .hasMessageContaining("a block that fixed heap of 8388608 bytes has handed out by itself");
    below.free(unknown);
  }

  @Test
  void aConfinedBlockThrowsAtEveryUseAfterFreeOrResize() {
    try (CheckedAllocator confined = checked().confined().over(Heap.fixed(65536))) {
      MemorySegment block = confined.allocate(40, 8);
      confined.free(block);
      assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_INT, 0));
      assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) 1));
      assertThat(refusal(() -> confined.free(block))).hasMessageContaining("and freed at ");
      MemorySegment old = confined.allocate(40, 8).fill((byte) 3);
      MemorySegment resized = confined.resize(old, 20);
      assertThat(resized).isNotNull();
      assertThatIllegalStateException().isThrownBy(() -> old.get(ValueLayout.JAVA_INT, 0));
      assertThat(resized.get(ValueLayout.JAVA_BYTE, 19)).isEqualTo((byte) 3);
    }
  }

  @Test
  void aConfinedAllocatorIsForTheThreadThatOpenedIt() {
    Heap shared = Heap.fixed(65536);
    try (CheckedAllocator confined = checked().confined().over(shared)) {
      MemorySegment block = confined.allocate(40, 8);
      assertThatThrownBy(() -> CompletableFuture.runAsync(() -> confined.free(block)).join())
          .hasCauseInstanceOf(WrongThreadException.class)
          .hasMessageContaining("belongs to Thread[");
      assertThatThrownBy(() -> CompletableFuture.runAsync(confined::close).join())
          .hasCauseInstanceOf(WrongThreadException.class);
      // Blocks would outlive their memory.
      assertThatIllegalStateException().isThrownBy(shared::close);
      confined.free(block);
    }
  }

  @Test
  void overAnAllocatorOfOneThreadOthersAreRefusedByEveryCall() {
    CheckedAllocator region = checked().over(Region.over(MemorySegment.ofArray(new byte[65536])));
    MemorySegment block = region.allocate(40, 1).fill((byte) 7);
    MemorySegment freed = region.allocate(40, 1);
    region.free(freed);
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> region.allocate(40, 1),
            () -> region.free(block),
            () -> region.free(freed),
            () -> region.resize(block, 20),
            () -> region.reallocate(block, 80, 1),
            () -> region.usableSize(block),
            () -> region.blockAt(block.address(), 40),
            region::close)) {
      assertRefusedElsewhere(call);
    }
    region.validate();
    assertThat(block.get(ValueLayout.JAVA_BYTE, 39)).isEqualTo((byte) 7);
    region.free(block);
    region.close();
  }

  @Test
  void anEmptyOneOverAnAllocatorOfOneThreadStaysOpenIfAnotherThreadClosesIt() {
    CheckedAllocator region = checked().over(Region.fixed(65536));
    assertRefusedElsewhere(region::close);
    region.free(region.allocate(40, 8));
    region.close();
  }

  private static void assertRefusedElsewhere(ThrowingCallable call) {
    Throwable refusal = CompletableFuture.supplyAsync(() -> catchThrowable(call)).join();
    assertThat(refusal).isInstanceOf(WrongThreadException.class);
  }

  @Test
  void trimGivesTheQuarantineBackAndLooksAtItOnTheWay() {
    heap.free(allocate(5000));
    assertThat(below.stats().liveBlocks()).isEqualTo(1);
    heap.trim();
    assertThat(below.stats().liveBlocks()).isZero();
    MemorySegment stale = allocate(40);
    free(stale);
    stale.set(ValueLayout.JAVA_INT, 4, 42);
    assertThat(damage(heap::trim)).hasMessageContaining("found when it left the quarantine");
    assertThat(below.stats().liveBlocks()).isZero();
  }

  @Test
  void theQuarantineGivesWayToBlocksThatFindNoRoom() {
    try (CheckedAllocator small = checked().over(Heap.fixed(4096))) {
      for (int i = 0; i < 100; i++) {
        small.free(small.allocate(3000, 8));
      }
      assertThatThrownBy(() -> small.allocate(4096, 8))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContaining("no room for 4096 bytes")
          .hasMessageContaining("redzones of 32 bytes");
      assertThat(small.stats().failures()).isEqualTo(1);
    }
  }

  @Test
  void offIsTheAllocatorItselfAndAPropertySetsTheLevel() {
    try {
      assertThat(CheckedAllocator.over(below)).isSameAs(below);
      System.setProperty(CheckLevel.PROPERTY, "full");
      Allocator full = CheckedAllocator.over(below);
      MemorySegment block = full.allocate(40, 8);
      overwrite(block, 40, 1);
      assertThat(damage(() -> full.free(block)).offset()).isEqualTo(40);
      System.setProperty(CheckLevel.PROPERTY, "fully");
      assertThatThrownBy(() -> CheckedAllocator.over(below))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "-Ddev.cairn.check=fully names no level: say off, sampled or full");
    } finally {
      System.clearProperty(CheckLevel.PROPERTY);
    }
  }

  private MemorySegment allocate(long byteSize) {
    return heap.allocate(byteSize, 8);
  }

  private void free(MemorySegment block) {
    heap.free(block);
  }

  /// Does what a native function may do.
  private static void overwrite(MemorySegment block, long offset, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 42);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, wide(block, offset, length), 0, length);
  }

  /// Memory beside a block.
  @SuppressWarnings("restricted")
  private static MemorySegment wide(MemorySegment block, long offset, long length) {
    return MemorySegment.ofAddress(block.address() + offset).reinterpret(length);
  }

  private static DamagedBlockException damage(ThrowingCallable call) {
    DamagedBlockException damage = catchThrowableOfType(DamagedBlockException.class, call);
    assertThat(damage).isNotNull();
    return damage;
  }

  private static InvalidBlockException refusal(ThrowingCallable call) {
    InvalidBlockException refusal = catchThrowableOfType(InvalidBlockException.class, call);
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static void assertTraces(Throwable report, String what, String method) {
    assertThat(report.getSuppressed())
        .filteredOn(CallTrace.class::isInstance)
        .anySatisfy(
            trace -> {
              assertThat(trace).hasMessageStartingWith(what + " by thread ");
              assertThat(trace.getStackTrace()[0].getMethodName()).isEqualTo(method);
            });
  }
}
