package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.own.Borrow;
import dev.cairn.own.Box;
import dev.cairn.own.Element;
import dev.cairn.own.Elements;
import dev.cairn.own.OwnershipException;
import dev.cairn.own.OwnershipException.Kind;
import dev.cairn.own.SlotMap;
import dev.cairn.own.Vec;
import dev.cairn.own.VecOfInt;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Misuse of owners, whichever allocator they have their memory from. What is not closed is what it
/// is about, and what is refused has no result.
@SuppressWarnings({"MustBeClosedChecker", "CheckReturnValue"})
class MisuseOfOwnersTest {
  @ParameterizedTest
  @EnumSource
  void useOfAnOwnerThatWasMovedIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Box<Integer> box = Box.in(misused.allocator, Elements.INT, 42);
      try (Box<Integer> moved = box.move()) {
        assertRefused(Kind.MOVED, box::get, "which was moved: use the owner that it was moved to");
        assertRefused(Kind.MOVED, box::move, "which was moved");
        assertThat(moved.get()).isEqualTo(42);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void useOfAnOwnerThatWasDroppedIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Box<Integer> box = Box.in(misused.allocator, Elements.INT, 42);
      box.close();
      assertRefused(Kind.CLOSED, box::get, "which is closed: close each owner once");
      assertRefused(Kind.CLOSED, () -> box.set(1), "which is closed");
      assertRefused(Kind.CLOSED, box::close, "which is closed");
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @Promising(Promise.ARENAS)
  void aChangeOfWhatIsBorrowedIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject);
        VecOfInt vec = VecOfInt.in(misused.allocator)) {
      vec.push(42);
      MemorySegment lent;
      try (Borrow borrow = vec.borrow()) {
        lent = borrow.segment();
        assertRefused(Kind.BORROWED, () -> vec.push(43), "let every borrow end first");
        assertRefused(Kind.BORROWED, vec::close, "let every borrow end first");
        assertThatThrownBy(misused.allocator::close).isInstanceOf(IllegalStateException.class);
        assertThat(lent.byteSize()).isEqualTo(4);
      }
      assertThatThrownBy(() -> lent.fill((byte) 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Already closed");
      vec.push(43);
      assertThat(vec.get(0)).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIteratorOrASliceFromBeforeTheListGrewIsRefused(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      try (VecOfInt vec = VecOfInt.in(misused.allocator);
          Vec<Integer> boxed = Vec.in(misused.allocator, Elements.INT)) {
        for (int i = 0; i < 4; i++) {
          vec.push(i);
          boxed.push(i);
        }
        PrimitiveIterator.OfInt numbers = vec.iterator();
        Iterator<Integer> iterator = boxed.iterator();
        List<Integer> slice = boxed.asList().subList(1, 3);
        assertThat(numbers.nextInt() + iterator.next() + slice.getFirst()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
          vec.push(i);
          boxed.push(i);
        }
        assertRefused(Kind.STALE, numbers::nextInt, "make a new one after each change");
        assertRefused(Kind.STALE, iterator::next, "make a new one after each change");
        assertRefused(Kind.STALE, slice::getFirst, "make a new one after each change");
        assertThat(vec.get(1003) + boxed.get(1003)).isEqualTo(2 * 999);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandleOfAValueThatWasRemovedIsRefusedAlsoIfItsSlotHasAnother(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      try (SlotMap<Long> map = SlotMap.in(misused.allocator, Elements.LONG)) {
        long first = map.insert(1L);
        map.remove(first);
        long second = map.insert(2L);
        assertThat((int) second).as("the slot").isEqualTo((int) first);
        for (Runnable use :
            List.<Runnable>of(
                () -> map.get(first), () -> map.set(first, 3L), () -> map.remove(first))) {
          assertThatThrownBy(use::run)
              .isInstanceOf(NoSuchElementException.class)
              .hasMessageContaining("0x" + Long.toHexString(first))
              .hasMessageContaining("a SlotMap of 1 value");
        }
        assertThat(map.get(second)).isEqualTo(2);
      }
      misused.assertUnharmed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCloseThatThrowsEndsTheOthersAndFreesTheBlock(MisuseSubject subject) {
    try (Misused misused = new Misused(subject)) {
      Explosive element = new Explosive();
      Vec<Integer> vec = Vec.in(misused.allocator, element);
      for (int i = 0; i < 5; i++) {
        vec.push(i);
      }
      assertThatThrownBy(vec::close).isInstanceOf(ArithmeticException.class).hasMessage("2");
      assertThat(element.dropped).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
      assertRefused(Kind.CLOSED, vec::size, "which is closed");
      misused.assertUnharmed();
    }
  }

  /// Numbers of which the third cannot be dropped.
  private static final class Explosive implements Element<Integer> {
    private final List<Integer> dropped = new ArrayList<>();

    @Override
    public long byteSize() {
      return Integer.BYTES;
    }

    @Override
    public long byteAlignment() {
      return 1;
    }

    @Override
    public boolean owns() {
      return true;
    }

    @Override
    public Integer get(MemorySegment memory, long offset) {
      return Elements.INT.get(memory, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Integer value) {
      Elements.INT.set(memory, offset, value);
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      int value = get(memory, offset);
      dropped.add(value);
      if (value == 2) {
        throw new ArithmeticException("2");
      }
    }
  }

  private static void assertRefused(Kind kind, Runnable use, String words) {
    assertThatThrownBy(use::run)
        .isInstanceOfSatisfying(
            OwnershipException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }
}
