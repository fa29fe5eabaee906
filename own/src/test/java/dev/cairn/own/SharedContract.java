package dev.cairn.own;

import static dev.cairn.own.BoxTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What is true of handles that share a value, be they for one thread or for many.
@SuppressWarnings("MustBeClosedChecker") // each test says itself what is closed, and when
abstract class SharedContract<S extends Shared<Integer, S>> extends HeapTest {
  final Canaries canaries = new Canaries();

  abstract S make(Heap in, Element<Integer> element, int value);

  abstract S cyclic(Element<Integer> element, Function<? super Weak<S>, Integer> builder);

  abstract S moved(S handle);

  final S make(Element<Integer> element, int value) {
    return make(heap, element, value);
  }

  @Test
  void handlesSeeTheSameValue() {
    try (S one = make(Elements.INT, 5);
        S other = one.share()) {
      assertThat(one.get()).isEqualTo(5);
      assertThat(other.get()).isEqualTo(5);
      assertThat(one).hasToString("5");
      assertThat(one.isSameAs(other)).isTrue();
      assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    }
  }

  @Test
  void theLastHandleDropsTheValue() {
    S one = make(canaries, 1);
    S other = one.share();
    one.close();
    assertThat(canaries.dropped).isEmpty();
    other.close();
    assertThat(canaries.dropped).containsExactly(1);
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void theLastWeakHandleFreesTheBlock() {
    S strong = make(canaries, 1);
    Weak<S> weak = strong.downgrade();
    strong.close();
    assertThat(canaries.dropped).containsExactly(1);
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    weak.close();
    assertThat(heap.stats().liveBlocks()).isZero();
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void strongHandlesAreCounted() {
    S a = make(Elements.INT, 0);
    assertThat(a.strongCount()).isEqualTo(1);
    Weak<S> w = a.downgrade();
    assertThat(a.strongCount()).isEqualTo(1);
    S b = upgraded(w);
    assertThat(a.strongCount()).isEqualTo(2);
    assertThat(b.strongCount()).isEqualTo(2);
    w.close();
    a.close();
    assertThat(b.strongCount()).isEqualTo(1);
    S c = b.share();
    assertThat(c.strongCount()).isEqualTo(2);
    b.close();
    c.close();
  }

  @Test
  void weakHandlesAreCounted() {
    S a = make(Elements.INT, 0);
    assertThat(a.weakCount()).isZero();
    Weak<S> w = a.downgrade();
    assertThat(a.weakCount()).isEqualTo(1);
    Weak<S> w2 = w.share();
    assertThat(w.weakCount()).isEqualTo(2);
    assertThat(w.strongCount()).isEqualTo(1);
    assertThat(w.isSameAs(w2)).isTrue();
    w.close();
    S a2 = a.share();
    assertThat(w2.strongCount()).isEqualTo(2);
    assertThat(w2.weakCount()).isEqualTo(1);
    a2.close();
    a.close();
    assertThat(w2.strongCount()).isZero();
    assertThat(w2.weakCount()).isZero();
    w2.close();
  }

  @Test
  void aWeakHandleUpgradesWhileTheValueLives() {
    S strong = make(Elements.INT, 5);
    Weak<S> weak = strong.downgrade();
    try (S again = upgraded(weak)) {
      assertThat(again.get()).isEqualTo(5);
    }
    strong.close();
    assertThat(weak.upgrade()).isNull();
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    weak.close();
  }

  @Test
  void theOnlyStrongHandleGivesTheValueOut() {
    S one = make(canaries, 3);
    assertThat(one.tryUnwrap()).contains(3);
    assertRefused(Kind.MOVED, one::get);
    one.close();
    assertThat(heap.stats().liveBlocks()).isZero();

    S two = make(canaries, 4);
    S other = two.share();
    assertThat(two.tryUnwrap()).isEmpty();
    other.close();
    Weak<S> weak = two.downgrade();
    assertThat(two.tryUnwrap()).contains(4);
    assertThat(weak.upgrade()).isNull();
    weak.close();
    assertThat(canaries.dropped).isEmpty();
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void theLastToTakeGetsTheValue() {
    S one = make(canaries, 4);
    S other = one.share();
    assertThat(one.take()).isEmpty();
    one.close();
    assertThat(other.take()).contains(4);
    other.close();
    assertThat(canaries.dropped).isEmpty();
  }

  @Test
  void aValueThatThrowsWhenTakenIsDroppedAndFreed() {
    canaries.failingTakes.add(1);
    S one = make(canaries, 1);
    assertThatThrownBy(one::tryUnwrap).hasMessage("take of 1");
    assertThat(canaries.dropped).containsExactly(1);
    assertRefused(Kind.MOVED, one::get);
  }

  @Test
  void aValueIsSetWhileItIsNotShared() {
    S one = make(Elements.INT, 3);
    assertThat(one.setIfUnique(4)).isTrue();
    assertThat(one.get()).isEqualTo(4);
    S other = one.share();
    assertThat(one.setIfUnique(5)).isFalse();
    assertThat(one.isUnique()).isFalse();
    other.close();
    assertThat(one.setIfUnique(6)).isTrue();
    Weak<S> weak = one.downgrade();
    assertThat(one.setIfUnique(7)).isFalse();
    assertThat(one.get()).isEqualTo(6);
    weak.close();
    assertThat(one.isUnique()).isTrue();
    one.close();
  }

  @Test
  void aSharedValueIsCopiedWhenItChanges() {
    S a = make(Elements.INT, 75);
    S b = a.share();
    S c = b.share();
    a.update(n -> n + 1);
    assertThat(b.isSameAs(c)).isTrue();
    assertThat(b.strongCount()).isEqualTo(2);
    b.update(n -> n + 2);
    c.update(n -> n + 3);
    assertThat(List.of(a.get(), b.get(), c.get())).containsExactly(76, 77, 78);
    assertThat(heap.stats().liveBlocks()).isEqualTo(3);
    a.close();
    b.close();
    c.close();
  }

  @Test
  void aValueChangesInPlaceIfThereIsNoOtherHandle() {
    S one = make(Elements.INT, 1);
    one.update(n -> n + 1);
    assertThat(one.get()).isEqualTo(2);
    assertThat(heap.stats().allocations()).isEqualTo(1);
    one.close();
  }

  @Test
  void weakHandlesLoseAValueThatChanges() {
    S one = make(canaries, 1);
    Weak<S> weak = one.downgrade();
    one.update(_ -> 2);
    assertThat(weak.upgrade()).isNull();
    assertThat(canaries.dropped).containsExactly(1);
    weak.close();
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    one.close();
    assertThat(canaries.dropped).containsExactly(1, 2);
  }

  @Test
  void aChangeThatThrowsChangesNothing() {
    canaries.failingSets.add(9);
    S one = make(canaries, 1);
    S other = one.share();
    assertThatThrownBy(() -> one.update(_ -> 9)).hasMessage("set of 9");
    assertThatThrownBy(
            () ->
                one.update(
                    _ -> {
                      throw new ArithmeticException("no change");
                    }))
        .hasMessage("no change");
    assertThat(one.isSameAs(other)).isTrue();
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    other.close();
    assertThatThrownBy(() -> one.update(_ -> 9)).hasMessage("set of 9");
    assertThat(canaries.live()).containsExactly(1);
    one.close();
  }

  @Test
  void aChangeThatClosesItsHandleIsRefused() {
    S one = make(canaries, 1);
    assertRefused(
        Kind.CLOSED,
        () ->
            one.update(
                _ -> {
                  one.close();
                  return 2;
                }));
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void aDropThatThrowsReleasesTheBlock() {
    canaries.failingDrops.add(1);
    S one = make(canaries, 1);
    S other = one.share();
    Weak<S> weak = one.downgrade();
    one.close();
    assertThatThrownBy(other::close).hasMessage("drop of 1");
    assertThat(weak.upgrade()).isNull();
    assertThat(heap.stats().liveBlocks()).isEqualTo(1);
    weak.close();
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void aValueThatCannotBeWrittenLeavesNoBlock() {
    canaries.failingSets.add(1);
    assertThatThrownBy(() -> make(canaries, 1)).hasMessage("set of 1");
    assertThat(heap.stats().allocations()).isEqualTo(1);
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void handlesAreEqualIfTheirValuesAre() {
    S one = make(Elements.INT, 1);
    S equal = make(Elements.INT, 1);
    S same = one.share();
    S different = make(Elements.INT, 2);
    assertThat(one).isEqualTo(equal).hasSameHashCodeAs(equal).isEqualTo(same);
    assertThat(one).isNotEqualTo(different);
    assertThat(one.isSameAs(equal)).isFalse();
    List.of(one, equal, same, different).forEach(Owner::close);
  }

  @Test
  void theSameValueIsNotComparedWithItself() {
    S one = make(canaries, 1);
    S same = one.share();
    // Copies of canaries differ.
    S other = make(canaries, 2);
    assertThat(one).isEqualTo(same).isNotEqualTo(other);
    List.of(one, same, other).forEach(Owner::close);
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void theBuilderOfAValueGetsAWeakHandleThatDoesNotUpgradeYet() {
    List<Weak<S>> kept = new ArrayList<>();
    S one =
        cyclic(
            canaries,
            weak -> {
              assertThat(weak.strongCount()).isZero();
              assertThat(weak.upgrade()).isNull();
              kept.add(weak.share());
              kept.add(weak.share());
              return 1;
            });
    assertThat(one.strongCount()).isEqualTo(1);
    assertThat(one.weakCount()).isEqualTo(2);
    try (S again = upgraded(kept.getFirst())) {
      assertThat(again.isSameAs(one)).isTrue();
    }
    one.close();
    assertThat(canaries.dropped).containsExactly(1);
    kept.forEach(Owner::close);
  }

  @Test
  void theBuilderMayIgnoreItsWeakHandleOrMoveIt() {
    S one = cyclic(Elements.INT, _ -> 1);
    assertThat(one.weakCount()).isZero();
    one.close();
    List<Weak<S>> kept = new ArrayList<>();
    S other =
        cyclic(
            Elements.INT,
            weak -> {
              kept.add(weak.move());
              return 1;
            });
    assertThat(other.weakCount()).isEqualTo(1);
    kept.getFirst().close();
    other.close();
  }

  @Test
  void aBuilderThatThrowsLeavesNothing() {
    assertThatThrownBy(
            () ->
                cyclic(
                    canaries,
                    _ -> {
                      throw new ArithmeticException("no value");
                    }))
        .hasMessage("no value");
    assertThat(heap.stats().liveBlocks()).isZero();
    canaries.failingSets.add(1);
    List<Weak<S>> kept = new ArrayList<>();
    assertThatThrownBy(
            () ->
                cyclic(
                    canaries,
                    weak -> {
                      kept.add(weak.share());
                      return 1;
                    }))
        .hasMessage("set of 1");
    assertThat(kept.getFirst().upgrade()).isNull();
    kept.getFirst().close();
    assertThat(canaries.dropped).isEmpty();
  }

  @Test
  void aMovedHandleIsNotCounted() {
    S one = make(Elements.INT, 1);
    S moved = moved(one);
    assertThat(moved.strongCount()).isEqualTo(1);
    assertRefused(Kind.MOVED, one::get);
    assertRefused(Kind.MOVED, one::share);
    one.close();
    moved.close();
    assertRefused(Kind.CLOSED, moved::close);
  }

  @Test
  void useAfterCloseIsRefusedThoughTheValueLives() {
    S one = make(Elements.INT, 1);
    S other = one.share();
    Weak<S> weak = one.downgrade();
    one.close();
    weak.close();
    assertRefused(Kind.CLOSED, one::get);
    assertRefused(Kind.CLOSED, one::share);
    assertRefused(Kind.CLOSED, one::downgrade);
    assertRefused(Kind.CLOSED, one::tryUnwrap);
    assertRefused(Kind.CLOSED, one::close);
    assertRefused(Kind.CLOSED, weak::upgrade);
    assertRefused(Kind.CLOSED, weak::share);
    assertRefused(Kind.CLOSED, weak::close);
    assertRefused(Kind.CLOSED, () -> other.isSameAs(one));
    assertRefused(Kind.CLOSED, () -> other.equals(one));
    assertThat(one.toString()).contains(" at 0x");
    assertThat(other.strongCount()).isEqualTo(1);
    assertThat(other.weakCount()).isZero();
    other.close();
  }

  @Test
  void aBorrowedHandleStaysAndLendsForReading() {
    S one = make(Elements.INT, 1);
    try (Borrow borrow = one.borrow()) {
      MemorySegment lent = borrow.segment();
      assertThat(lent.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
      assertThat(lent.byteSize()).isEqualTo(4);
      assertThat(lent.isReadOnly()).isTrue();
      assertRefused(Kind.BORROWED, one::close);
      assertRefused(Kind.BORROWED, () -> moved(one));
      assertRefused(Kind.BORROWED, () -> one.setIfUnique(2));
      assertRefused(Kind.BORROWED, () -> one.update(n -> n));
      assertRefused(Kind.BORROWED, one::tryUnwrap);
      assertRefused(Kind.BORROWED, one::take);
      one.share().close();
    }
    one.close();
  }

  @Test
  void tooManyHandlesAreRefused() {
    S one = make(Elements.INT, 1);
    one.memory.set(ValueLayout.JAVA_INT, SharedBlock.STRONG, Counts.MOST);
    one.memory.set(ValueLayout.JAVA_INT, SharedBlock.WEAK, Counts.MOST);
    assertThatThrownBy(one::share).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(one::downgrade).isInstanceOf(IllegalStateException.class);
    assertThat(one.strongCount()).isEqualTo(Counts.MOST);
    assertThat(one.weakCount()).isEqualTo(Counts.MOST - 1);
    one.memory.set(ValueLayout.JAVA_INT, SharedBlock.STRONG, 1);
    one.memory.set(ValueLayout.JAVA_INT, SharedBlock.WEAK, 1);
    one.close();
  }

  @Test
  void aDropMayLookAtItsOwnWeakHandle() {
    List<Weak<S>> own = new ArrayList<>();
    List<Object> found = new ArrayList<>();
    Canaries looking =
        new Canaries() {
          @Override
          public void drop(MemorySegment memory, long offset) {
            super.drop(memory, offset);
            found.add(own.getFirst().upgrade() == null);
            own.getFirst().close();
          }
        };
    S one = make(looking, 1);
    own.add(one.downgrade());
    one.close();
    assertThat(found).containsExactly(true);
  }

  @Test
  void aDropMayEndOtherHandles() {
    S other = make(canaries, 2);
    Canaries ending =
        new Canaries() {
          @Override
          public void drop(MemorySegment memory, long offset) {
            super.drop(memory, offset);
            other.close();
          }
        };
    canaries.failingDrops.add(2);
    S one = make(ending, 1);
    assertThatThrownBy(one::close).hasMessage("drop of 2");
    assertThat(ending.dropped).containsExactly(1);
    assertThat(canaries.dropped).containsExactly(2);
  }

  @Test
  void aHandleThatIsForgottenIsReportedByTheHeap() {
    List<Object> leaks = new ArrayList<>();
    try (Heap own = Heap.builder().onLeak(leaks::add).growable(1 << 20)) {
      S one = make(own, Elements.INT, 1);
      one.share().close();
    }
    assertThat(leaks).isNotEmpty();
  }

  @Test
  void memoryMayBeInAJavaArray() {
    try (Heap array = Heap.over(MemorySegment.ofArray(new long[512]));
        S one = make(array, Elements.INT, 1);
        S other = one.share();
        Weak<S> weak = other.downgrade();
        S again = upgraded(weak)) {
      assertThat(again.get()).isEqualTo(1);
      assertThat(again.strongCount()).isEqualTo(3);
    }
  }

  @Test
  void aWeakHandleLendsNothing() {
    try (S one = make(Elements.INT, 1);
        Weak<S> weak = one.downgrade()) {
      assertThat(weak.<Long>borrow(MemorySegment::byteSize)).isZero();
      assertThat(weak.toString()).startsWith("the Weak at 0x");
    }
  }

  static <S extends Owner> S upgraded(Weak<S> weak) {
    return Objects.requireNonNull(weak.upgrade());
  }
}
