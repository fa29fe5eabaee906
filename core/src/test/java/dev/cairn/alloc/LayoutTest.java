package dev.cairn.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The algebra of layouts: its edges, which are those that Rust tests in
/// `library/coretests/tests/alloc.rs`, and random ones beside numbers without bounds.
class LayoutTest {
  private static final long MAX = Long.MAX_VALUE;

  @Test
  void everyPowerOfTwoUpTo2To62IsAnAlignmentOfNoBytes() {
    for (int shift = 0; shift <= 62; shift++) {
      Layout layout = new Layout(0, 1L << shift);
      assertThat(layout.byteSize()).isZero();
      assertThat(layout.byteAlignment()).isEqualTo(1L << shift);
      assertThat(layout.padToAlign()).isSameAs(layout);
    }
  }

  @Test
  void theLargestSizeOfEachAlignmentIsTheLastThatRoundsUpWithoutOverflow() {
    for (int shift = 0; shift <= 62; shift++) {
      long alignment = 1L << shift;
      long largest = MAX - (alignment - 1);
      Layout layout = new Layout(largest, alignment);
      assertThat(layout.padToAlign().byteSize()).isEqualTo(largest);
      if (largest < MAX) {
        assertRefused(() -> new Layout(largest + 1, alignment));
        assertRefused(() -> new Layout(MAX, alignment));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -2, 3, 6, 12, 100, MAX, Long.MIN_VALUE, (1L << 62) + 1, -(1L << 62)})
  void whatIsNoPowerOfTwoIsNoAlignment(long alignment) {
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> new Layout(8, alignment))
        .withMessageContaining(Long.toString(alignment));
    assertRefused(() -> Layout.requireValid(0, alignment));
    assertRefused(() -> Layout.ofBytes(8).alignTo(alignment));
    assertRefused(() -> Layout.ofBytes(8).paddingNeededFor(alignment));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -8, Long.MIN_VALUE})
  void negativeSizesAreRefused(long size) {
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> new Layout(size, 8))
        .withMessageContaining(Long.toString(size));
    assertRefused(() -> Layout.ofBytes(size));
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "84, 4", "84, 1", "85, 1"})
  void anArrayFitsUpToTheLargestSizeAndNotBeyond(long size, long alignment) {
    Layout element = new Layout(size, alignment);
    long most = (MAX - (alignment - 1)) / size;
    assertThat(element.array(0)).isEqualTo(new Layout(0, alignment));
    assertThat(element.array(1)).isEqualTo(element);
    assertThat(element.array(most)).isEqualTo(new Layout(size * most, alignment));
    assertRefused(() -> element.array(most + 1));
    assertRefused(() -> element.array(MAX));
    assertRefused(() -> element.array(-1));
    assertRefused(() -> element.array(Long.MIN_VALUE));
  }

  @Test
  void anArrayOfNothingIsNothingHoweverLong() {
    for (int shift = 0; shift <= 62; shift++) {
      Layout nothing = new Layout(0, 1L << shift);
      assertThat(nothing.array(MAX)).isEqualTo(nothing);
      assertThat(nothing.repeat(MAX)).isEqualTo(new Layout.Repeated(nothing, 0));
    }
  }

  @Test
  void elementsOfAnArrayArePadded() {
    Layout element = new Layout(9, 4);
    assertThat(element.array(3)).isEqualTo(new Layout(36, 4));
    assertThat(element.repeat(3)).isEqualTo(new Layout.Repeated(new Layout(36, 4), 12));
    assertThat(element.repeatPacked(3)).isEqualTo(new Layout(27, 4));
    assertThat(element.repeat(0)).isEqualTo(new Layout.Repeated(new Layout(0, 4), 12));
  }

  @Test
  void aStructIsItsFieldsExtendedAndPadded() {
    Layout.Extended afterLong = Layout.of(ValueLayout.JAVA_SHORT).extend(new Layout(8, 8));
    assertThat(afterLong).isEqualTo(new Layout.Extended(new Layout(16, 8), 8));
    Layout.Extended afterByte = afterLong.layout().extend(Layout.ofBytes(1));
    assertThat(afterByte).isEqualTo(new Layout.Extended(new Layout(17, 8), 16));
    assertThat(afterByte.layout().padToAlign()).isEqualTo(new Layout(24, 8));
    assertThat(new Layout(2, 2).extendPacked(new Layout(8, 8))).isEqualTo(new Layout(10, 2));
  }

  @Test
  void extendingBeyondTheLargestSizeIsRefused() {
    Layout full = Layout.ofBytes(MAX);
    assertThat(full.extend(Layout.ofBytes(0))).isEqualTo(new Layout.Extended(full, MAX));
    assertRefused(() -> full.extend(Layout.ofBytes(1)));
    assertRefused(() -> full.extend(new Layout(0, 2)));
    assertRefused(() -> full.extendPacked(Layout.ofBytes(1)));
    assertRefused(() -> full.extendPacked(full));
    assertRefused(() -> new Layout(1, 1).extend(new Layout(1L << 62, 1L << 62)));
  }

  @Test
  void alignToRaisesTheAlignmentAndLeavesTheSize() {
    Layout layout = new Layout(9, 4);
    assertThat(layout.alignTo(2)).isSameAs(layout);
    assertThat(layout.alignTo(4)).isSameAs(layout);
    assertThat(layout.alignTo(64)).isEqualTo(new Layout(9, 64));
    assertRefused(() -> Layout.ofBytes(MAX).alignTo(2));
  }

  @Test
  void paddingReachesTheNextMultiple() {
    Layout layout = new Layout(9, 4);
    assertThat(layout.paddingNeededFor(1)).isZero();
    assertThat(layout.paddingNeededFor(4)).isEqualTo(3);
    assertThat(layout.paddingNeededFor(16)).isEqualTo(7);
    assertThat(new Layout(0, 1).paddingNeededFor(Layout.MAX_ALIGNMENT)).isZero();
    assertThat(new Layout(1, 1).paddingNeededFor(1L << 62)).isEqualTo((1L << 62) - 1);
  }

  @Test
  void foreignLayoutsAreTheirSizeAndAlignment() {
    assertThat(Layout.of(ValueLayout.JAVA_INT)).isEqualTo(new Layout(4, 4));
    assertThat(Layout.of(ValueLayout.JAVA_LONG_UNALIGNED)).isEqualTo(new Layout(8, 1));
    assertThat(Layout.of(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_SHORT)))
        .isEqualTo(new Layout(20, 2));
    assertThat(Layout.of(MemoryLayout.structLayout())).isEqualTo(new Layout(0, 1));
  }

  @Test
  void itReadsAsASentence() {
    assertThat(new Layout(24, 8)).hasToString("24 bytes aligned to 8");
    assertThat(new Layout(1, 1)).hasToString("1 byte aligned to 1");
  }

  /// Every operation on edge values and random ones, beside the same one on unbounded integers.
  @Test
  void theAlgebraIsThatOfIntegersWithoutBoundsOrRefuses() {
    SplittableRandom random = new SplittableRandom(1);
    List<Layout> layouts = new ArrayList<>(edges());
    for (int i = 0; i < 200; i++) {
      long alignment = 1L << random.nextInt(63);
      layouts.add(
          new Layout(
              (random.nextLong() >>> (1 + random.nextInt(63))) & (MAX - (alignment - 1)),
              alignment));
    }
    for (Layout layout : layouts) {
      for (Layout other : layouts) {
        checkPair(layout, other);
      }
      long count = random.nextLong() >>> (1 + random.nextInt(63));
      for (long n : new long[] {0, 1, 2, 3, count, MAX / Math.max(layout.byteSize(), 1), MAX}) {
        checkCount(layout, n);
      }
    }
  }

  private static List<Layout> edges() {
    List<Layout> edges = new ArrayList<>();
    for (int shift = 0; shift <= 62; shift += 3) {
      long alignment = 1L << shift;
      for (long size : new long[] {0, 1, alignment - 1, alignment, MAX - (alignment - 1)}) {
        if (size <= MAX - (alignment - 1)) {
          edges.add(new Layout(size, alignment));
        }
      }
    }
    return edges;
  }

  private static void checkPair(Layout layout, Layout next) {
    BigInteger size = big(layout.byteSize());
    BigInteger offset = roundedUp(size, next.byteAlignment());
    BigInteger nextSize = big(next.byteSize());
    long alignment = Math.max(layout.byteAlignment(), next.byteAlignment());
    Layout extended = modelled(offset.add(nextSize), alignment);
    assertSame(
        extended == null || offset.bitLength() > 63
            ? null
            : new Layout.Extended(extended, offset.longValueExact()),
        () -> layout.extend(next));
    assertSame(
        modelled(size.add(nextSize), layout.byteAlignment()), () -> layout.extendPacked(next));
    assertSame(modelled(size, alignment), () -> layout.alignTo(next.byteAlignment()));
    assertThat(big(layout.paddingNeededFor(next.byteAlignment()))).isEqualTo(offset.subtract(size));
  }

  private static void checkCount(Layout layout, long count) {
    BigInteger stride = roundedUp(big(layout.byteSize()), layout.byteAlignment());
    Layout packed = modelled(big(layout.byteSize()).multiply(big(count)), layout.byteAlignment());
    Layout padded = modelled(stride.multiply(big(count)), layout.byteAlignment());
    assertThat(layout.padToAlign()).isEqualTo(modelled(stride, layout.byteAlignment()));
    assertSame(packed, () -> layout.repeatPacked(count));
    assertSame(padded, () -> layout.array(count));
    assertSame(
        padded == null ? null : new Layout.Repeated(padded, stride.longValueExact()),
        () -> layout.repeat(count));
  }

  /// The layout of a size and an alignment, or null if there is none.
  private static @Nullable Layout modelled(BigInteger size, long alignment) {
    return roundedUp(size, alignment).bitLength() > 63
        ? null
        : new Layout(size.longValueExact(), alignment);
  }

  private static BigInteger roundedUp(BigInteger size, long alignment) {
    BigInteger unit = big(alignment);
    return size.add(unit).subtract(BigInteger.ONE).divide(unit).multiply(unit);
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  private static void assertSame(@Nullable Object expected, Supplier<?> operation) {
    if (expected == null) {
      assertRefused(operation::get);
    } else {
      assertThat(operation.get()).isEqualTo(expected);
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isExactlyInstanceOf(LayoutException.class);
  }
}
