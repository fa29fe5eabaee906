package dev.cairn.own;

import static dev.cairn.own.BoxTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // each test says itself what is closed, and when
class RcTest extends SharedContract<Rc<Integer>> {
  @Override
  Rc<Integer> make(Heap in, Element<Integer> element, int value) {
    return Rc.in(in, element, value);
  }

  @Override
  Rc<Integer> cyclic(
      Element<Integer> element, Function<? super Weak<Rc<Integer>>, Integer> builder) {
    return Rc.cyclic(heap, element, builder);
  }

  @Override
  Rc<Integer> moved(Rc<Integer> handle) {
    return handle.move();
  }

  @Test
  void noHandleLeavesItsThread() throws Exception {
    try (Rc<Integer> one = Rc.in(heap, Elements.INT, 1);
        Rc<Integer> moved = one.move();
        Rc<Integer> shared = moved.share();
        Weak<Rc<Integer>> weak = moved.downgrade();
        Weak<Rc<Integer>> movedWeak = weak.move()) {
      elsewhere(
          () -> {
            assertRefused(Kind.WRONG_THREAD, moved::get);
            assertRefused(Kind.WRONG_THREAD, moved::close);
            assertRefused(Kind.WRONG_THREAD, shared::share);
            assertRefused(Kind.WRONG_THREAD, movedWeak::upgrade);
            return "refused";
          });
      assertThat(moved.strongCount()).isEqualTo(2);
    }
  }

  @Test
  void aValueOfNoBytesIsCounted() {
    try (Rc<Nothing> one = Rc.in(heap, Nothing.ELEMENT, Nothing.NOTHING);
        Rc<Nothing> other = one.share()) {
      assertThat(other.get()).isEqualTo(Nothing.NOTHING);
      assertThat(other.strongCount()).isEqualTo(2);
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @Test
  void bytesCanBeSharedInAnArrayOfBytes() {
    try (Heap array = Heap.over(MemorySegment.ofArray(new byte[4096]));
        Rc<Byte> one = Rc.in(array, Elements.BYTE, (byte) 1);
        Rc<Byte> other = one.share()) {
      assertThat(other.get()).isEqualTo((byte) 1);
    }
  }

  @Test
  void whatTheValueOwnsGoesWithIt() {
    Element<String> texts = Elements.utf8(heap);
    try (Rc<String> one = Rc.in(heap, texts, "longer than what lies in place");
        Rc<String> other = one.share()) {
      assertThat(heap.stats().liveBlocks()).isEqualTo(2);
      other.update(text -> text + "!");
      assertThat(heap.stats().liveBlocks()).isEqualTo(4);
      assertThat(other.get()).endsWith("!");
      assertThat(other).isNotEqualTo(one);
    }
  }

  @Test
  void alignmentIsThatOfTheValue() {
    Element<Integer> wide = new Wide();
    try (Rc<Integer> one = Rc.in(heap, wide, 7)) {
      assertThat(one.get()).isEqualTo(7);
      assertThat((one.memory.address() + one.family.valueOffset) % 64).isZero();
    }
  }

  /// Numbers that are aligned to a cache line.
  private static final class Wide implements Element<Integer> {
    @Override
    public long byteSize() {
      return 64;
    }

    @Override
    public long byteAlignment() {
      return 64;
    }

    @Override
    public Integer get(MemorySegment memory, long offset) {
      return Elements.INT.get(memory, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Integer value) {
      Elements.INT.set(memory, offset, value);
    }
  }
}
