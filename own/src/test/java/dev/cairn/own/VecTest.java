package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a [Vec] of plain data does.
class VecTest {
  private final Heap heap = Heap.growable(16 << 20);

  @AfterEach
  void nothingIsLeft() {
    heap.validate();
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.close();
  }

  @SuppressWarnings("MustBeClosedChecker") // the tests close it
  private Vec<Integer> of(Integer... values) {
    Vec<Integer> vec = Vec.in(heap, Elements.INT);
    vec.extend(List.of(values));
    return vec;
  }

  @Test
  void elementsComeAndGoAtTheEnd() {
    try (Vec<Integer> vec = of()) {
      assertThat(vec.isEmpty()).isTrue();
      vec.push(1);
      vec.push(2);
      assertThat(vec.size()).isEqualTo(2);
      assertThat(vec.getFirst()).isEqualTo(1);
      assertThat(vec.getLast()).isEqualTo(2);
      assertThat(vec.pop()).isEqualTo(2);
      assertThat(vec.pollLast()).isEqualTo(1);
      assertThat(vec.pollLast()).isNull();
      assertThatThrownBy(vec::pop)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("pop of a Vec of 0 elements");
      assertThatThrownBy(vec::getFirst).isInstanceOf(NoSuchElementException.class);
      assertThatThrownBy(vec::getLast).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void elementsComeAndGoAnywhere() {
    try (Vec<Integer> vec = of(1, 2, 3)) {
      vec.insert(0, 0);
      vec.insert(4, 4);
      vec.insert(2, 9);
      assertThat(vec).containsExactly(0, 1, 9, 2, 3, 4);
      assertThat(vec.remove(2)).isEqualTo(9);
      assertThat(vec.remove(4)).isEqualTo(4);
      assertThat(vec.swapRemove(0)).isZero();
      assertThat(vec).containsExactly(3, 1, 2);
      assertThat(vec.swapRemove(2)).isEqualTo(2);
      assertThat(vec).containsExactly(3, 1);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closed in the same breath
  void anIndexThatIsNotThereIsRefusedWithTheValues() {
    try (Vec<Integer> vec = of(1, 2, 3)) {
      List<ThrowingCallable> calls =
          List.of(
              () -> vec.get(3),
              () -> vec.get(-1),
              () -> vec.set(3, 0),
              () -> vec.replace(3, 0),
              () -> vec.insert(4, 0),
              () -> vec.insert(-1, 0),
              () -> vec.remove(3),
              () -> vec.swapRemove(3),
              () -> vec.swap(0, 3),
              () -> vec.swap(-1, 0),
              () -> vec.removeRange(2, 4),
              () -> vec.removeRange(2, 1),
              () -> vec.drain(-1, 1, value -> {}),
              () -> vec.extendFromWithin(1, 4),
              () -> vec.borrow(0, 4).close(),
              () -> vec.splitOff(4).close(),
              () -> vec.get(Long.MIN_VALUE),
              () -> vec.get(Long.MAX_VALUE));
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> vec.get(3))
          .hasMessageContaining("3")
          .hasMessage("Index 3 out of bounds for length 3");
      assertThat(vec).containsExactly(1, 2, 3);
    }
  }

  @Test
  void countsBelowZeroAreRefused() {
    try (Vec<Integer> vec = of(1)) {
      List<ThrowingCallable> calls =
          List.of(
              () -> vec.truncate(-1),
              () -> vec.reserve(-1),
              () -> vec.reserveExact(-1),
              () -> vec.shrinkTo(-1),
              () -> vec.resize(-1, 0));
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("-1 elements");
      }
      assertThat(vec).containsExactly(1);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // that is the point
  void nullIsRefused() {
    try (Vec<Integer> vec = of(1)) {
      assertThatThrownBy(() -> vec.push(null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> vec.set(0, null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> vec.replace(0, null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> vec.insert(0, null)).isInstanceOf(NullPointerException.class);
      assertThat(vec).containsExactly(1);
    }
  }

  @Test
  void rangesAndSizesChange() {
    try (Vec<Integer> vec = of(0, 1, 2, 3, 4, 5, 6)) {
      vec.removeRange(1, 3);
      assertThat(vec).containsExactly(0, 3, 4, 5, 6);
      vec.removeRange(2, 2);
      vec.truncate(9);
      vec.truncate(3);
      assertThat(vec).containsExactly(0, 3, 4);
      vec.resize(5, 8);
      assertThat(vec).containsExactly(0, 3, 4, 8, 8);
      vec.resize(1, 8);
      vec.resizeWith(3, () -> 7);
      assertThat(vec).containsExactly(0, 7, 7);
      vec.fill(2);
      assertThat(vec).containsExactly(2, 2, 2);
      vec.clear();
      assertThat(vec).isEmpty();
    }
  }

  @Test
  void elementsAreExtendedByBytes() {
    try (Vec<Integer> vec = of(1)) {
      vec.extend(MemorySegment.ofArray(new int[] {2, 3}));
      vec.extendFromWithin(1, 3);
      vec.extend(vec);
      assertThat(vec).containsExactly(1, 2, 3, 2, 3, 1, 2, 3, 2, 3);
      assertThatThrownBy(() -> vec.extend(MemorySegment.ofArray(new byte[6])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "extend of a Vec of 10 elements by 6 bytes, but an element has 4: pass whole"
                  + " elements");
    }
  }

  @Test
  void whatOwnsSomethingIsNotCopiedByItsBytes() {
    Ledger ledger = new Ledger();
    try (Vec<Ledger.Coin> vec = Vec.in(heap, ledger);
        Ledger.Coin coin = ledger.coin(1)) {
      assertThatThrownBy(() -> vec.extend(MemorySegment.ofArray(new byte[12])))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> vec.fill(coin)).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> vec.resize(2, coin))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("use resizeWith");
    }
    ledger.assertNothingLeft();
  }

  @Test
  void listsAreJoinedAndSplit() {
    try (Vec<Integer> vec = of(1, 2);
        Vec<Integer> other = of(3, 4)) {
      vec.append(other);
      assertThat(vec).containsExactly(1, 2, 3, 4);
      assertThat(other).isEmpty();
      vec.append(other);
      assertThatThrownBy(() -> vec.append(vec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use extendFromWithin");
      try (Vec<Integer> tail = vec.splitOff(1);
          Vec<Integer> none = vec.splitOff(1);
          Vec<Integer> all = vec.splitOff(0)) {
        assertThat(vec).isEmpty();
        assertThat(all).containsExactly(1);
        assertThat(none).isEmpty();
        assertThat(tail).containsExactly(2, 3, 4);
      }
    }
  }

  @Test
  void listsOfOtherElementsAreNotJoined() {
    Ledger ledger = new Ledger();
    try (Vec<Ledger.Coin> vec = Vec.in(heap, ledger);
        Vec<Ledger.Coin> other = Vec.in(heap, new Ledger())) {
      assertThatThrownBy(() -> vec.append(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use extend");
    }
  }

  @Test
  void retainAndDedupKeepTheOrder() {
    try (Vec<Integer> vec = of(1, 1, 2, 3, 5, 5, 5, 8)) {
      vec.dedup();
      assertThat(vec).containsExactly(1, 2, 3, 5, 8);
      vec.retain(value -> value % 2 == 1);
      assertThat(vec).containsExactly(1, 3, 5);
      vec.dedup((a, b) -> a - b == 2);
      assertThat(vec).containsExactly(1, 5);
      vec.retain(_ -> false);
      vec.dedup();
      assertThat(vec).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("try") // closing it too early is the point
  void whileCodeOfTheCallerRunsTheListDoesNotChange() {
    try (Vec<Integer> vec = of(3, 1, 2)) {
      assertThatThrownBy(
              () ->
                  vec.retain(
                      _ -> {
                        vec.push(4);
                        return true;
                      }))
          .isInstanceOf(OwnershipException.class)
          .hasMessageContaining("push")
          .hasMessageContaining("1 borrow open");
      assertThatThrownBy(
              () ->
                  vec.sort(
                      (a, b) -> {
                        vec.close();
                        return a - b;
                      }))
          .isInstanceOf(OwnershipException.class);
      assertThat(vec).containsExactly(3, 1, 2);
      vec.push(4);
    }
  }

  @Test
  void sortingKeepsTheOrderOfEqualOnes() {
    try (Vec<Integer> vec = of()) {
      List<Integer> model = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        vec.push(i * 31 % 97 * 1000 + i);
        model.add(i * 31 % 97 * 1000 + i);
      }
      Comparator<Integer> byThousands = Comparator.comparingInt(value -> value / 1000 % 10);
      vec.sort(byThousands);
      model.sort(byThousands);
      assertThat(vec).containsExactlyElementsOf(model);
      vec.sort(Comparator.naturalOrder());
      assertThat(new ArrayList<>(vec.asList())).isSorted();
      assertThat(vec.binarySearch(vec.get(77), Comparator.naturalOrder())).isEqualTo(77);
      assertThat(vec.binarySearch(-5, Comparator.naturalOrder())).isEqualTo(-1);
      assertThat(vec.binarySearch(1 << 30, Comparator.naturalOrder())).isEqualTo(-501);
    }
  }

  @Test
  void elementsAreFound() {
    try (Vec<Integer> vec = of(1, 2, 1)) {
      assertThat(vec.indexOf(1)).isZero();
      assertThat(vec.lastIndexOf(1)).isEqualTo(2);
      assertThat(vec.contains(2)).isTrue();
      assertThat(vec.contains(3)).isFalse();
    }
  }

  @Test
  void orderIsTurnedRound() {
    try (Vec<Integer> vec = of(1, 2, 3)) {
      vec.reverse();
      assertThat(vec).containsExactly(3, 2, 1);
      vec.swap(0, 1);
      vec.swap(2, 2);
      vec.push(4);
      vec.reverse();
      assertThat(vec).containsExactly(4, 1, 3, 2);
    }
  }

  @Test
  void listsAreEqualIfTheirElementsAre() {
    try (Vec<Integer> vec = of(1, 2);
        Vec<Integer> same = of(1, 2);
        Vec<Integer> longer = of(1, 2, 3);
        Vec<Integer> other = of(1, 3);
        Vec<Long> longs = Vec.in(heap, Elements.LONG)) {
      longs.extend(List.of(1L, 2L));
      assertThat(vec.equals(same)).isTrue();
      assertThat(vec.equals(longer)).isFalse();
      assertThat(vec.equals(other)).isFalse();
      assertThat(vec.equals((Object) longs)).isFalse();
      assertThat(vec.equals((Object) "a string")).isFalse();
      assertThat(vec.hashCode()).isEqualTo(List.of(1, 2).hashCode());
      assertThat(vec.toString()).isEqualTo("[1, 2]");
    }
  }

  @Test
  void anIteratorRemovesWhatItAnswered() {
    try (Vec<Integer> vec = of(1, 2, 3, 4)) {
      Iterator<Integer> iterator = vec.iterator();
      assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
      while (iterator.hasNext()) {
        if (iterator.next() % 2 == 0) {
          iterator.remove();
        }
      }
      assertThat(vec).containsExactly(1, 3);
      assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void elementsAreLentAsASegment() {
    try (Vec<Integer> vec = of(1, 2, 3, 4)) {
      int sum = vec.borrow(all -> all.toArray(ValueLayout.JAVA_INT).length);
      assertThat(sum).isEqualTo(4);
      try (Borrow middle = vec.borrow(1, 3)) {
        assertThat(middle.segment().toArray(ValueLayout.JAVA_INT)).containsExactly(2, 3);
        middle.segment().setAtIndex(ValueLayout.JAVA_INT, 0, 20);
      }
      assertThat(vec).containsExactly(1, 20, 3, 4);
    }
  }
}
