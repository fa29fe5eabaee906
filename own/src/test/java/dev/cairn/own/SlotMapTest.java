package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotMapTest extends HeapTest {
  @Test
  void aHandleIsThatOfItsValueUntilItIsRemovedAndOfNoneFromThenOn() {
    try (SlotMap<Long> map = SlotMap.in(heap, Elements.LONG)) {
      long first = map.insert(1L);
      long second = map.insert(2L);
      assertThat(map.get(first)).isEqualTo(1);
      map.set(first, 10L);
      assertThat(map.get(first)).isEqualTo(10);
      map.remove(first);
      long third = map.insert(3L);
      assertThat((int) third).as("the slot is used again").isEqualTo((int) first);
      assertThat(map.contains(first)).isFalse();
      assertThatThrownBy(() -> map.get(first))
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("0x" + Long.toHexString(first))
          .hasMessageContaining("a SlotMap of 2 values");
      assertThatThrownBy(() -> map.remove(first)).isInstanceOf(NoSuchElementException.class);
      assertThatThrownBy(() -> map.set(first, 1L)).isInstanceOf(NoSuchElementException.class);
      assertThat(map.take(second)).isEqualTo(2);
      assertThat(map.get(third)).isEqualTo(3);
      assertThat(map.size()).isEqualTo(1);
    }
  }

  @Test
  void numbersThatAreNoHandlesAreRefused() {
    try (SlotMap<Byte> map = SlotMap.in(heap, Elements.BYTE)) {
      long handle = map.insert((byte) 1);
      for (long none :
          new long[] {
            0, -1, 1, Long.MIN_VALUE, handle + 1, handle + (1L << 32), handle | 1 << 31
          }) {
        assertThat(map.contains(none)).as("%x", none).isFalse();
        assertThatThrownBy(() -> map.get(none)).isInstanceOf(NoSuchElementException.class);
      }
    }
  }

  @Test
  void aSlotThatHasHadItsLastGenerationIsGivenUp() {
    try (SlotMap<Integer> map = SlotMap.in(heap, Elements.INT)) {
      long first = map.insert(1);
      map.remove(first);
      map.age(first);
      long last = map.insert(2);
      assertThat((int) last).isEqualTo((int) first);
      assertThat(map.get(last)).isEqualTo(2);
      map.remove(last);
      long elsewhere = map.insert(3);
      assertThat((int) elsewhere).isNotEqualTo((int) first);
      assertThat(map.contains(first)).isFalse();
      assertThat(map.contains(last)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomProgramsAgreeWithAMapAndNoHandleEverRepeats(long seed) {
    try (SlotMap<String> map = SlotMap.in(heap, Elements.utf8(heap))) {
      Map<Long, String> model = new HashMap<>();
      Set<Long> stale = new HashSet<>();
      Random random = new Random(seed);
      for (int step = 0; step < 20_000; step++) {
        List<Long> handles = new ArrayList<>(model.keySet());
        String text = "the value of step " + step;
        if (handles.isEmpty() || (random.nextInt(100) < 52 && handles.size() < 200)) {
          long handle = map.insert(text);
          assertThat(model.put(handle, text)).isNull();
          assertThat(stale).as("seed %s", seed).doesNotContain(handle);
        } else {
          long handle = handles.get(random.nextInt(handles.size()));
          switch (random.nextInt(3)) {
            case 0 -> {
              map.set(handle, text);
              model.put(handle, text);
            }
            case 1 -> {
              map.remove(handle);
              model.remove(handle);
              stale.add(handle);
            }
            default -> {
              assertThat(map.take(handle)).isEqualTo(model.remove(handle));
              stale.add(handle);
            }
          }
        }
        assertThat(map.size()).isEqualTo(model.size());
      }
      model.forEach((handle, text) -> assertThat(map.get(handle)).isEqualTo(text));
      assertThat(stale).noneMatch(map::contains);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closing it is what is tested
  void whatThrowsNeitherLeaksNorEndsTwice() {
    Canaries canaries = new Canaries();
    SlotMap<Integer> map = SlotMap.in(heap, canaries);
    long one = map.insert(1);
    long two = map.insert(2);
    map.insert(3);
    canaries.failingSets.add(4);
    assertThatThrownBy(() -> map.insert(4)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> map.set(one, 4)).isInstanceOf(ArithmeticException.class);
    assertThat(map.size()).isEqualTo(3);
    canaries.failingDrops.add(2);
    assertThatThrownBy(() -> map.remove(two)).isInstanceOf(ArithmeticException.class);
    assertThat(map.contains(two)).isFalse();
    map.insert(5);
    canaries.failingDrops.add(1);
    assertThatThrownBy(map::close).isInstanceOf(ArithmeticException.class);
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void aMapIsForItsThreadAndStaysWhereItIsWhileItIsLent() throws Exception {
    try (SlotMap<Integer> map = SlotMap.in(heap, Elements.INT)) {
      long handle = map.insert(1);
      try (Borrow borrow = map.borrow()) {
        assertThat(borrow.segment().byteSize()).isPositive();
        assertThat(borrow.segment().isReadOnly()).isTrue();
        refused(Kind.BORROWED, () -> map.insert(2));
        refused(Kind.BORROWED, () -> map.remove(handle));
        refused(Kind.BORROWED, map::close);
        assertThat(map.get(handle)).isEqualTo(1);
      }
      assertThatThrownBy(() -> elsewhere(() -> map.get(handle)))
          .isInstanceOf(OwnershipException.class);
      try (SlotMap<Integer> moved = map.move()) {
        assertThat(moved.get(handle)).isEqualTo(1);
        refused(Kind.MOVED, () -> map.contains(handle));
      }
    }
  }

  private static void refused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OwnershipException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }

  @Test
  void aMapWithoutRoomIsAsItWas() {
    try (Heap small = Heap.fixed(4096);
        SlotMap<Long> map = SlotMap.in(small, Elements.LONG)) {
      List<Long> handles = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (long i = 0; i < 10_000; i++) {
                  handles.add(map.insert(i));
                }
              })
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(map.size()).isEqualTo(handles.size());
      for (int i = 0; i < handles.size(); i++) {
        assertThat(map.get(handles.get(i))).isEqualTo(i);
      }
    }
  }
}
