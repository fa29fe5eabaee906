package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.own.Ledger.Coin;
import dev.cairn.own.Ledger.Planned;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a [Vec] does with elements that own something: each is dropped or taken exactly once,
/// whatever throws.
class VecDropTest extends CoinTest {
  @Test
  void closingDropsEachElementOnce() {
    Vec<Coin> vec = coins(1, 2, 3);
    assertThat(ledger.alive()).isEqualTo(3);
    vec.close();
    assertThat(ledger.drops()).isEqualTo(3);
  }

  @Test
  void aDropThatThrowsOnCloseDoesNotKeepTheOthersNorTheBlock() {
    ledger.curse(1);
    ledger.curse(3);
    Vec<Coin> vec = coins(1, 2, 3, 4);
    assertThatThrownBy(vec::close)
        .isInstanceOf(Planned.class)
        .hasMessage("dropping 1")
        .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
    assertThat(ledger.drops()).isEqualTo(4);
  }

  @Test
  void aDropThatThrowsInTruncateOrClearDoesNotKeepTheOthers() {
    ledger.curse(3);
    try (Vec<Coin> vec = coins(1, 2, 3, 4, 5)) {
      assertThatThrownBy(() -> vec.truncate(2)).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(1, 2);
      assertThat(ledger.drops()).isEqualTo(3);
      ledger.curse(1);
      assertThatThrownBy(vec::clear).isInstanceOf(Planned.class);
      assertThat(vec.isEmpty()).isTrue();
      assertThat(ledger.drops()).isEqualTo(5);
    }
  }

  @Test
  void aDropThatThrowsInARemovedRangeLeavesTheRest() {
    ledger.curse(2);
    try (Vec<Coin> vec = coins(0, 1, 2, 3, 4)) {
      assertThatThrownBy(() -> vec.removeRange(1, 4)).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(0, 4);
    }
  }

  @Test
  void settingDropsTheOldElementAfterTheNewOneIsThere() {
    ledger.curse(2);
    try (Vec<Coin> vec = coins(1, 2, 3)) {
      vec.set(0, ledger.coin(10));
      assertThatThrownBy(() -> vec.set(1, ledger.coin(20))).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(10, 20, 3);
      assertThat(ledger.drops()).isEqualTo(2);
    }
  }

  @Test
  void aValueThatCannotMoveInChangesNothing() {
    try (Vec<Coin> vec = coins(1, 2, 3);
        Coin coin = ledger.coin(9)) {
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.set(1, coin)).isInstanceOf(Planned.class);
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.push(coin)).isInstanceOf(Planned.class);
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.insert(0, coin)).isInstanceOf(Planned.class);
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.replace(2, coin)).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(1, 2, 3);
      assertThat(ledger.drops()).isZero();
    }
  }

  @Test
  void anElementThatCannotMoveOutStays() {
    try (Vec<Coin> vec = coins(1, 2, 3)) {
      ledger.failAfter(0);
      assertThatThrownBy(vec::pop).isInstanceOf(Planned.class);
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.remove(0)).isInstanceOf(Planned.class);
      ledger.failAfter(0);
      assertThatThrownBy(() -> vec.swapRemove(0)).isInstanceOf(Planned.class);
      ledger.failAfter(1); // the new one moves in
      assertThatThrownBy(() -> vec.replace(1, ledger.coin(7))).isInstanceOf(Planned.class);
      assertThat(values(vec)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void whatIsTakenIsNotDropped() {
    try (Vec<Coin> vec = coins(1, 2, 3, 4, 5)) {
      try (Coin popped = vec.pop();
          Coin removed = vec.remove(1);
          Coin swapped = vec.swapRemove(0);
          Coin replaced = vec.replace(0, ledger.coin(9))) {
        assertThat(popped.value).isEqualTo(5);
        assertThat(removed.value).isEqualTo(2);
        assertThat(swapped.value).isEqualTo(1);
        assertThat(replaced.value).isEqualTo(4);
        assertThat(ledger.drops()).isZero();
      }
      assertThat(values(vec)).containsExactly(9, 3);
    }
  }

  @Test
  void appendAndSplitOffMoveElements() {
    try (Vec<Coin> vec = coins(1, 2);
        Vec<Coin> other = coins(3, 4, 5)) {
      vec.append(other);
      assertThat(other.isEmpty()).isTrue();
      assertThat(values(vec)).containsExactly(1, 2, 3, 4, 5);
      try (Vec<Coin> tail = vec.splitOff(3)) {
        assertThat(values(vec)).containsExactly(1, 2, 3);
        assertThat(values(tail)).containsExactly(4, 5);
      }
      assertThat(ledger.drops()).isEqualTo(2);
    }
  }

  @Test
  void readingAndComparingLeavesNoValueBehind() {
    try (Vec<Coin> vec = coins(1, 2, 4);
        Vec<Coin> other = coins(1, 2, 4);
        Coin two = ledger.coin(2);
        Coin three = ledger.coin(3)) {
      assertThat(vec.equals(other)).isTrue();
      assertThat(vec.hashCode()).isEqualTo(List.of(1, 2, 4).hashCode());
      assertThat(vec.toString()).isEqualTo("[1, 2, 4]");
      assertThat(vec.indexOf(two)).isEqualTo(1);
      assertThat(vec.lastIndexOf(three)).isEqualTo(-1);
      assertThat(vec.binarySearch(three, Comparator.naturalOrder())).isEqualTo(-3);
      vec.swap(0, 2);
      vec.reverse();
      vec.swap(1, 1);
      assertThat(values(vec)).containsExactly(1, 2, 4);
    }
  }

  @Test
  void aDropThatComesBackToItsVecIsRefusedAndFindsNothing() {
    List<String> found = new ArrayList<>();
    try (Vec<Integer> vec = Vec.in(heap, new Nosy(found))) {
      vec.push(1);
      vec.push(2);
      Nosy.watched = vec;
      vec.clear();
      assertThat(found).containsExactly("0 BORROWED", "0 BORROWED");
      assertThat(vec.isEmpty()).isTrue();
    } finally {
      Nosy.watched = null;
    }
  }

  /// Elements whose drop uses the list that drops them.
  private record Nosy(List<String> found) implements Element<Integer> {
    static @Nullable Vec<Integer> watched;

    @Override
    public long byteSize() {
      return Integer.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Integer.BYTES;
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
      Vec<Integer> vec = watched;
      if (vec != null) {
        long size = vec.size();
        try {
          vec.push(3);
          found.add("pushed");
        } catch (OwnershipException refusal) {
          found.add(size + " " + refusal.kind());
        }
      }
    }

    @Override
    public boolean owns() {
      return true;
    }
  }
}
