package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is peculiar to lists of primitives.
class VecOfPrimitivesTest {
  @Test
  void equalListsHaveEqualElementsAndTheHashCodesOfArrays() {
    try (Heap heap = Heap.growable(1 << 20);
        VecOfInt ints = VecOfInt.in(heap);
        VecOfInt same = VecOfInt.in(heap);
        VecOfLong longs = VecOfLong.in(heap);
        VecOfDouble doubles = VecOfDouble.in(heap);
        VecOfByte bytes = VecOfByte.in(heap)) {
      assertThat(ints.equals(same)).isTrue();
      ints.extend(1, -2);
      assertThat(ints.equals(same)).isFalse();
      same.extend(1, -2);
      assertThat(ints.equals(same)).isTrue();
      same.set(1, 2);
      assertThat(ints.equals(same)).isFalse();
      longs.extend(1L, -2L);
      doubles.extend(1.0, -2.5);
      bytes.extend((byte) 1, (byte) -2);
      assertThat(ints.equals((Object) longs)).isFalse();
      assertThat(ints.hashCode()).isEqualTo(Arrays.hashCode(new int[] {1, -2}));
      assertThat(longs.hashCode()).isEqualTo(Arrays.hashCode(new long[] {1, -2}));
      assertThat(doubles.hashCode()).isEqualTo(Arrays.hashCode(new double[] {1, -2.5}));
      assertThat(bytes.hashCode()).isEqualTo(Arrays.hashCode(new byte[] {1, -2}));
      assertThat(doubles.toString()).isEqualTo("[1.0, -2.5]");
    }
  }

  @Test
  void elementsAreStreamedAndHandedOut() {
    try (Heap heap = Heap.growable(1 << 20);
        VecOfInt ints = VecOfInt.in(heap);
        VecOfDouble doubles = VecOfDouble.in(heap)) {
      ints.extend(1, 2, 3);
      doubles.extend(0.5, 0.25);
      assertThat(ints.stream().sum()).isEqualTo(6);
      assertThat(doubles.stream().sum()).isEqualTo(0.75);
      List<Integer> seen = new ArrayList<>();
      ints.forEach(seen::add);
      assertThat(seen).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> ints.forEach(ints::push))
          .isInstanceOf(OwnershipException.class)
          .hasMessageContaining("borrow");
      assertThat(ints.toArray()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void doublesAreTheSameAsObjectsOfThemAre() {
    try (Heap heap = Heap.growable(1 << 20);
        VecOfDouble vec = VecOfDouble.in(heap)) {
      vec.extend(Double.NaN, Double.NaN, 0.0, -0.0, -1.0);
      assertThat(vec.indexOf(Double.NaN)).isZero();
      assertThat(vec.indexOf(-0.0)).isEqualTo(3);
      vec.dedup();
      vec.sort();
      assertThat(vec.toArray()).containsExactly(-1.0, -0.0, 0.0, Double.NaN);
      assertThat(vec.binarySearch(-0.0)).isEqualTo(1);
      assertThat(vec.binarySearch(Double.NaN)).isEqualTo(3);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // it throws
  void theMemoryMayBeInAJavaArray() {
    try (Heap heap = Heap.over(MemorySegment.ofArray(new long[1 << 15]));
        VecOfLong vec = VecOfLong.in(heap)) {
      for (int i = 0; i < 1000; i++) {
        vec.push(-i);
      }
      vec.sort();
      vec.removeRange(1, 999);
      assertThat(vec.toArray()).containsExactly(-999, 0);
      assertThatThrownBy(() -> vec.borrow(0, 1).close())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("a VecOfLong of 2 elements");
    }
  }
}
