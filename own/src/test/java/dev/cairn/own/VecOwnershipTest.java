package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever may not use a list, or no longer, is refused.
class VecOwnershipTest {
  private final Heap heap = Heap.growable(16 << 20);

  @AfterEach
  void nothingIsLeft() {
    heap.validate();
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.close();
  }

  @SuppressWarnings("MustBeClosedChecker") // the tests close it
  private VecOfInt of(int... values) {
    VecOfInt vec = VecOfInt.in(heap);
    vec.extend(values);
    return vec;
  }

  @SuppressWarnings("MustBeClosedChecker") // the tests close it
  private Vec<Integer> boxed(Integer... values) {
    Vec<Integer> vec = Vec.in(heap, Elements.INT);
    vec.extend(List.of(values));
    return vec;
  }

  private static void refused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OwnershipException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }

  /// Calls of which each needs the list.
  @SuppressWarnings("MustBeClosedChecker") // closed in the same breath, or refused
  private static List<ThrowingCallable> uses(VecOfInt vec) {
    return List.of(
        vec::size,
        vec::isEmpty,
        vec::capacity,
        () -> vec.get(0),
        vec::getFirst,
        vec::getLast,
        () -> vec.indexOf(1),
        () -> vec.lastIndexOf(1),
        () -> vec.binarySearch(1),
        () -> vec.set(0, 1),
        () -> vec.fill(1),
        () -> vec.swap(0, 0),
        vec::reverse,
        vec::sort,
        vec::toArray,
        vec::iterator,
        vec::stream,
        vec::hashCode,
        () -> vec.forEach(_ -> {}),
        () -> vec.borrow().close(),
        () -> vec.borrow(0, 0).close());
  }

  /// Calls of which each may change how many elements there are, or where they are.
  @SuppressWarnings("MustBeClosedChecker") // closed in the same breath, or refused
  private static List<ThrowingCallable> changes(VecOfInt vec) {
    return List.of(
        () -> vec.push(1),
        vec::pop,
        () -> vec.insert(0, 1),
        () -> vec.remove(0),
        () -> vec.swapRemove(0),
        () -> vec.extend(1),
        () -> vec.extendFromWithin(0, 0),
        () -> vec.append(vec.splitOff(0)),
        () -> vec.splitOff(0).close(),
        () -> vec.truncate(0),
        vec::clear,
        () -> vec.removeRange(0, 0),
        () -> vec.retain(_ -> true),
        vec::dedup,
        () -> vec.resize(0, 1),
        () -> vec.reserve(0),
        () -> vec.reserveExact(0),
        vec::shrinkToFit,
        () -> vec.shrinkTo(0),
        () -> vec.move().close(),
        vec::close);
  }

  private static List<ThrowingCallable> all(VecOfInt vec) {
    List<ThrowingCallable> all = new ArrayList<>(uses(vec));
    all.addAll(changes(vec));
    return all;
  }

  @Test
  void everyUseAfterCloseIsRefused() {
    VecOfInt vec = of(1, 2);
    vec.close();
    all(vec).forEach(call -> refused(Kind.CLOSED, call));
    assertThatThrownBy(() -> vec.get(0))
        .hasMessage(
            "get of a VecOfInt of 2 elements, which is closed: close each owner once, and drop"
                + " every reference to it when you do");
    assertThat(vec.toString()).isEqualTo("a VecOfInt of 2 elements");
  }

  @Test
  @SuppressWarnings("try") // the first one ends before its block does
  void everyUseAfterMoveIsRefusedButClose() {
    try (VecOfInt vec = of(1, 2);
        VecOfInt moved = vec.move()) {
      List<ThrowingCallable> all = all(vec);
      all.removeLast(); // closing
      all.forEach(call -> refused(Kind.MOVED, call));
      assertThat(moved.toArray()).containsExactly(1, 2);
      moved.push(3);
      assertThat(vec.toString()).isEqualTo("a VecOfInt of 2 elements");
    }
  }

  @Test
  void everyUseByAnotherThreadIsRefused() {
    try (VecOfInt vec = of(1, 2)) {
      CompletableFuture.runAsync(
              () -> {
                all(vec).forEach(call -> refused(Kind.WRONG_THREAD, call));
                assertThat(vec.toString()).isEqualTo("a VecOfInt of 2 elements");
              },
              task -> Thread.ofPlatform().start(task))
          .join();
      assertThat(vec.toArray()).containsExactly(1, 2);
    }
  }

  @Test
  void whatWasMovedBelongsToTheThreadThatUsesIt() {
    try (VecOfInt vec = of(1, 2)) {
      @SuppressWarnings("MustBeClosedChecker") // the other thread closes it
      VecOfInt moved = vec.move();
      CompletableFuture.runAsync(
              () -> {
                moved.push(3);
                assertThat(moved.toArray()).containsExactly(1, 2, 3);
                moved.close();
              },
              task -> Thread.ofPlatform().start(task))
          .join();
      refused(Kind.CLOSED, moved::size);
    }
  }

  @Test
  void duringABorrowElementsAreReadAndWrittenButStay() {
    try (VecOfInt vec = of(1, 2)) {
      vec.reserve(100);
      MemorySegment lent;
      try (Borrow borrow = vec.borrow()) {
        lent = borrow.segment();
        changes(vec).forEach(call -> refused(Kind.BORROWED, call));
        vec.set(0, 7);
        assertThat(vec.toArray()).containsExactly(7, 2);
        assertThat(lent.byteSize()).isEqualTo(8);
      }
      assertThatThrownBy(() -> lent.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
      vec.push(3);
    }
  }

  @Test
  void appendingFromWhatIsBorrowedIsRefused() {
    try (VecOfInt vec = of(1);
        VecOfInt other = of(2)) {
      try (Borrow borrow = other.borrow()) {
        refused(Kind.BORROWED, () -> vec.append(other));
        vec.extend(borrow.segment());
      }
      assertThat(vec.toArray()).containsExactly(1, 2);
      assertThat(other.toArray()).containsExactly(2);
    }
  }

  @Test
  void extendingByWhatItLendsIsRefused() {
    try (VecOfInt vec = of(1);
        Borrow borrow = vec.borrow()) {
      refused(Kind.BORROWED, () -> vec.extend(borrow.segment()));
    }
  }

  @Test
  void anIteratorOlderThanAChangeIsStale() throws Throwable {
    try (Vec<Integer> vec = boxed(1, 2, 3)) {
      for (ThrowingCallable change :
          List.<ThrowingCallable>of(
              () -> vec.push(4),
              vec::pop,
              () -> vec.insert(0, 4),
              () -> vec.remove(0),
              () -> vec.swapRemove(0),
              () -> vec.extend(List.of(1, 2, 3)),
              () -> vec.removeRange(0, 1),
              () -> vec.asList().add(9),
              () -> vec.retain(_ -> true),
              () -> vec.truncate(1),
              vec::clear)) {
        Iterator<Integer> iterator = vec.iterator();
        assertThat(iterator.next()).isNotNull();
        change.call();
        refused(Kind.STALE, iterator::next);
        refused(Kind.STALE, iterator::hasNext);
        refused(Kind.STALE, iterator::remove);
        vec.push(1);
      }
    }
  }

  @Test
  void aStaleIteratorSaysWhatToDo() {
    try (VecOfInt vec = of(1, 2, 3)) {
      PrimitiveIterator.OfInt iterator = vec.iterator();
      assertThat(iterator.nextInt()).isEqualTo(1);
      vec.push(4);
      assertThatThrownBy(iterator::nextInt)
          .hasMessage(
              "next on a view of a VecOfInt of 4 elements, which has changed since: make a new one"
                  + " after each change");
    }
  }

  @Test
  void anIteratorEndsWithItsList() {
    Vec<Integer> vec = boxed(1, 2);
    Iterator<Integer> iterator = vec.iterator();
    List<Integer> list = vec.asList();
    vec.close();
    refused(Kind.CLOSED, iterator::next);
    refused(Kind.CLOSED, list::size);
    refused(Kind.CLOSED, () -> list.get(0));
  }

  @Test
  void aPartOfAListViewOlderThanAChangeIsStale() {
    try (Vec<Integer> vec = boxed(1, 2, 3, 4)) {
      List<Integer> list = vec.asList();
      List<Integer> part = list.subList(1, 3);
      List<Integer> inner = part.subList(0, 1);
      ListIterator<Integer> iterator = list.listIterator();
      part.add(9);
      assertThat(list).containsExactly(1, 2, 3, 9, 4);
      assertThat(part).containsExactly(2, 3, 9);
      refused(Kind.STALE, () -> inner.get(0));
      refused(Kind.STALE, iterator::next);
      vec.push(5);
      assertThat(list).hasSize(6);
      refused(Kind.STALE, part::size);
      refused(Kind.STALE, () -> part.get(0));
      refused(Kind.STALE, () -> part.add(1));
      refused(Kind.STALE, part::clear);
    }
  }
}
