package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class BoxTest extends HeapTest {
  private final Canaries canaries = new Canaries();

  @Test
  void aBoxHoldsWhatWasPutIn() {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 5)) {
      box.set(1000);
      assertThat(box.get()).isEqualTo(1000);
      assertThat(box.replace(7)).isEqualTo(1000);
      assertThat(box.get()).isEqualTo(7);
      assertThat(box).hasToString("7");
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @Test
  void valuesAreDroppedOnce() {
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      box.set(2);
      assertThat(canaries.dropped).containsExactly(1);
      assertThat(box.replace(3)).isEqualTo(2);
      assertThat(canaries.dropped).containsExactly(1);
    }
    assertThat(canaries.dropped).containsExactly(1, 3);
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void takingMovesTheValueOutAndEndsTheBox() {
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      assertThat(box.take()).isEqualTo(1);
      assertThat(heap.stats().liveBlocks()).isZero();
      assertRefused(Kind.MOVED, box::get);
    }
    assertThat(canaries.dropped).isEmpty();
  }

  @Test
  void whatThrowsWhenTakenIsDropped() {
    canaries.failingTakes.add(1);
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      assertThatThrownBy(box::take).hasMessage("take of 1");
    }
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void aValueThatCannotBeWrittenLeavesNoBlock() {
    canaries.failingSets.add(1);
    assertThatThrownBy(() -> make(1)).hasMessage("set of 1");
    assertThat(heap.stats().liveBlocks()).isZero();
    assertThat(heap.stats().allocations()).isEqualTo(1);
  }

  @Test
  void aValueThatCannotBeWrittenLeavesTheOldOne() {
    canaries.failingSets.add(2);
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      assertThatThrownBy(() -> box.set(2)).hasMessage("set of 2");
      assertThatThrownBy(() -> box.replace(2)).hasMessage("set of 2");
      assertThat(canaries.live()).containsExactly(1);
    }
  }

  @Test
  void anOldValueThatThrowsIsReplacedNevertheless() {
    canaries.failingDrops.add(1);
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      assertThatThrownBy(() -> box.set(2)).hasMessage("drop of 1");
      assertThat(canaries.live()).containsExactly(2);
    }
    assertThat(canaries.dropped).containsExactly(1, 2);
  }

  @Test
  void aDropThatThrowsLeavesNoBlock() {
    canaries.failingDrops.add(1);
    @SuppressWarnings("MustBeClosedChecker") // closed, in an odd way
    Box<Integer> box = make(1);
    assertThatThrownBy(box::close).hasMessage("drop of 1");
    assertThat(heap.stats().liveBlocks()).isZero();
    assertRefused(Kind.CLOSED, box::close);
  }

  @Test
  void aValueOfNoBytesHasABlock() {
    try (Box<Nothing> one = Box.in(heap, Nothing.ELEMENT, Nothing.NOTHING);
        Box<Nothing> other = Box.in(heap, Nothing.ELEMENT, Nothing.NOTHING)) {
      assertThat(heap.stats().liveBlocks()).isEqualTo(2);
      assertThat(one.get()).isEqualTo(Nothing.NOTHING);
      assertThat(one).isEqualTo(other);
    }
  }

  @Test
  void boxesAreEqualIfTheirValuesAre() {
    try (Box<Integer> one = Box.in(heap, Elements.INT, 1);
        Box<Integer> same = Box.in(heap, Elements.INT, 1);
        Box<Integer> two = Box.in(heap, Elements.INT, 2);
        Box<Long> wide = Box.in(heap, Elements.LONG, 1L);
        Box<Double> nan = Box.in(heap, Elements.DOUBLE, Double.NaN);
        Box<Double> sameNan = Box.in(heap, Elements.DOUBLE, Double.NaN)) {
      assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
      assertThat(one).isNotEqualTo(two).isNotEqualTo(wide);
      assertThat(nan).isEqualTo(sameNan);
    }
  }

  @Test
  void comparingAndPrintingBoxesOfOwnersLeavesNothing() {
    Element<String> texts = Elements.utf8(heap);
    String text = "longer than what lies in place";
    try (Box<String> one = Box.in(heap, texts, text);
        Box<String> same = Box.in(heap, Elements.utf8(heap), text)) {
      assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).hasToString(text);
      assertThat(heap.stats().liveBlocks()).isEqualTo(4);
    }
  }

  @Test
  void aMovedBoxBelongsToWhoeverUsesItFirst() throws Exception {
    try (Box<Integer> box = Box.in(heap, canaries, 1)) {
      Box<Integer> moved = moved(box);
      assertRefused(Kind.MOVED, box::get);
      assertRefused(Kind.MOVED, () -> moved(box));
      elsewhere(
          () -> {
            moved.close();
            return "closed";
          });
      assertRefused(Kind.CLOSED, moved::get);
      assertRefused(Kind.CLOSED, moved::close);
    }
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void anotherThreadIsRefused() throws Exception {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 1)) {
      elsewhere(
          () -> {
            assertRefused(Kind.WRONG_THREAD, box::get);
            assertRefused(Kind.WRONG_THREAD, () -> box.set(2));
            assertRefused(Kind.WRONG_THREAD, box::close);
            assertThat(box.toString()).startsWith("the Box at 0x");
            return "refused";
          });
      assertThat(box.get()).isEqualTo(1);
    }
  }

  @Test
  void useAfterCloseIsRefused() {
    @SuppressWarnings("MustBeClosedChecker") // closed in the next line
    Box<Integer> box = make(1);
    box.close();
    assertRefused(Kind.CLOSED, box::get);
    assertRefused(Kind.CLOSED, () -> box.set(2));
    assertRefused(Kind.CLOSED, () -> box.replace(2));
    assertRefused(Kind.CLOSED, box::take);
    assertRefused(Kind.CLOSED, box::hashCode);
    assertRefused(Kind.CLOSED, box::close);
    assertThat(box.toString()).startsWith("the Box at 0x");
  }

  @Test
  void aBorrowedBoxStays() {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 1)) {
      try (Borrow borrow = box.borrow()) {
        borrow.segment().set(ValueLayout.JAVA_INT, 0, 2);
        assertThat(borrow.segment().byteSize()).isEqualTo(4);
        assertRefused(Kind.BORROWED, box::close);
        assertRefused(Kind.BORROWED, box::take);
        assertRefused(Kind.BORROWED, () -> moved(box));
      }
      assertThat(box.get()).isEqualTo(2);
    }
  }

  @Test
  void aDropMayEndTheBoxThatItIsReplacedIn() {
    @SuppressWarnings({"unchecked", "rawtypes"}) // a holder for the drop to find it in
    Box<Integer>[] holder = new Box[1];
    Canaries closing =
        new Canaries() {
          @Override
          public void drop(MemorySegment memory, long offset) {
            super.drop(memory, offset);
            if (dropped.size() == 1) {
              holder[0].close();
            }
          }
        };
    holder[0] = make(closing, 1);
    holder[0].set(2);
    assertThat(closing.dropped).containsExactly(1, 2);
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void aFullAllocatorIsReported() {
    try (Heap small = Heap.fixed(0)) {
      assertThatThrownBy(() -> Box.in(small, canaries, 1))
          .isInstanceOf(MemoryExhaustedException.class);
    }
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void memoryMayBeInAJavaArray() {
    try (Heap array = Heap.over(MemorySegment.ofArray(new byte[4096]));
        Box<Byte> box = Box.in(array, Elements.BYTE, (byte) 1)) {
      box.set((byte) 2);
      assertThat(box.get()).isEqualTo((byte) 2);
      assertThatThrownBy(box::borrow).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  private Box<Integer> make(int number) {
    return make(canaries, number);
  }

  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  private Box<Integer> make(Canaries element, int number) {
    return Box.in(heap, element, number);
  }

  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  private static <T> Box<T> moved(Box<T> box) {
    return box.move();
  }

  static void assertRefused(Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOfSatisfying(
            OwnershipException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }
}
