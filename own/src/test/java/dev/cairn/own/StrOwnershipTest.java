package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Who may use a text, and for how long.
@SuppressWarnings("MustBeClosedChecker") // what is refused opens nothing
class StrOwnershipTest {
  /// A call, and the method it is of.
  private record Use(String call, Consumer<Str> use) {
    void accept(Str str) {
      use.accept(str);
    }
  }

  private static final List<Use> READS = new ArrayList<>();
  private static final List<Use> CHANGES = new ArrayList<>();

  static {
    READS.add(new Use("byteSize", s -> assertThat(s.byteSize()).isPositive()));
    READS.add(new Use("capacity", s -> assertThat(s.capacity()).isPositive()));
    READS.add(new Use("isCharBoundary", s -> assertThat(s.isCharBoundary(0)).isTrue()));
    READS.add(new Use("codePointAt", s -> assertThat(s.codePointAt(0)).isPositive()));
    READS.add(new Use("codePoints", s -> assertThat(s.codePoints()).isNotEmpty()));
    READS.add(new Use("indexOf", s -> assertThat(s.indexOf("y")).isNegative()));
    READS.add(new Use("lastIndexOf", s -> assertThat(s.lastIndexOf("y")).isNegative()));
    READS.add(new Use("startsWith", s -> assertThat(s.startsWith("")).isTrue()));
    READS.add(new Use("endsWith", s -> assertThat(s.endsWith("")).isTrue()));
    READS.add(new Use("substring", s -> assertThat(s.substring(0, 0)).isEmpty()));
    READS.add(new Use("toString", s -> assertThat(s.toString()).isNotEmpty()));
    READS.add(new Use("contentEquals", s -> assertThat(s.contentEquals("x")).isFalse()));
    READS.add(new Use("equals", s -> assertThat(s.equals(new Object())).isFalse()));
    READS.add(new Use("hashCode", s -> assertThat(s.hashCode()).isNotZero()));
    READS.add(new Use("compareTo", s -> assertThat(s).isEqualByComparingTo(s)));
    READS.add(
        new Use(
            "toCString",
            s -> {
              try (Arena arena = Arena.ofConfined()) {
                assertThat(s.toCString(arena).byteSize()).isPositive();
              }
            }));
    READS.add(
        new Use("borrow", s -> assertThat(s.<Long>borrow(MemorySegment::byteSize)).isPositive()));
    CHANGES.add(new Use("push", s -> s.push('x')));
    CHANGES.add(new Use("append", s -> s.append("x")));
    CHANGES.add(new Use("append", s -> s.append(MemorySegment.ofArray(new byte[1]))));
    CHANGES.add(new Use("insert", s -> s.insert(0, 'x')));
    CHANGES.add(new Use("insert", s -> s.insert(0, "x")));
    CHANGES.add(new Use("pop", Str::pop));
    CHANGES.add(new Use("remove", s -> s.remove(0)));
    CHANGES.add(new Use("removeRange", s -> s.removeRange(0, 1)));
    CHANGES.add(new Use("replaceRange", s -> s.replaceRange(0, 1, "xy")));
    CHANGES.add(new Use("replace", s -> s.replace("e", "xy")));
    CHANGES.add(new Use("truncate", s -> s.truncate(1)));
    CHANGES.add(new Use("splitOff", s -> s.splitOff(1).close()));
    CHANGES.add(new Use("retain", s -> s.retain(c -> false)));
    CHANGES.add(new Use("reserve", s -> s.reserve(1000)));
    CHANGES.add(new Use("reserveExact", s -> s.reserveExact(1000)));
    CHANGES.add(new Use("shrinkToFit", Str::shrinkToFit));
    CHANGES.add(new Use("move", s -> s.move().close()));
  }

  private static void assertRefused(Kind kind, String call, Runnable use) {
    assertThatExceptionOfType(OwnershipException.class)
        .as(call)
        .isThrownBy(use::run)
        .withMessageStartingWith(call + " of a Str of 5 bytes")
        .matches(refusal -> refusal.kind() == kind, "is of kind " + kind);
  }

  private static void assertEveryUseIsRefused(Kind kind, Str str) {
    READS.forEach(use -> assertRefused(kind, use.call, () -> use.accept(str)));
    CHANGES.forEach(use -> assertRefused(kind, use.call, () -> use.accept(str)));
  }

  @Test
  void everyUseIsPossibleBeforeTheEnd() {
    try (Heap heap = Heap.growable(1 << 20)) {
      READS.forEach(use -> useOnce(heap, use));
      CHANGES.forEach(use -> useOnce(heap, use));
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  private static void useOnce(Heap heap, Use use) {
    try (Str str = Str.of(heap, "text.")) {
      use.accept(str);
    }
  }

  @Test
  void useAfterCloseIsRefused() {
    try (Heap heap = Heap.growable(1 << 20)) {
      Str str = Str.of(heap, "text.");
      str.close();
      assertEveryUseIsRefused(Kind.CLOSED, str);
      assertRefused(Kind.CLOSED, "close", str::close);
      assertThat(heap.stats().frees()).isOne();
    }
  }

  @Test
  @SuppressWarnings("try") // to close one that was moved does nothing
  void useAfterMoveIsRefused() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.");
        Str moved = str.move()) {
      assertEveryUseIsRefused(Kind.MOVED, str);
      str.close();
      assertThat(moved).hasToString("text.");
      moved.append(" And more of it.");
      assertThat(heap.stats().liveBlocks()).isOne();
    }
  }

  @Test
  void useByAnotherThreadIsRefusedUntilItIsMoved() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.")) {
      CompletableFuture.runAsync(
              () -> {
                assertEveryUseIsRefused(Kind.WRONG_THREAD, str);
                assertRefused(Kind.WRONG_THREAD, "close", str::close);
              })
          .join();
      Str moved = move(str);
      CompletableFuture.runAsync(
              () -> {
                moved.push('!');
                assertThat(moved).hasToString("text.!");
                moved.close();
              })
          .join();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  private static Str move(Str str) {
    return str.move();
  }

  @Test
  void aTextThatIsLentDoesNotChange() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.")) {
      MemorySegment kept;
      try (Borrow borrow = str.borrow(1, 3)) {
        kept = borrow.segment();
        assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).containsExactly('e', 'x');
        assertThatThrownBy(() -> kept.set(ValueLayout.JAVA_BYTE, 0, (byte) 0xff))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("read-only");
        CHANGES.forEach(use -> assertRefused(Kind.BORROWED, use.call, () -> use.accept(str)));
        assertRefused(Kind.BORROWED, "close", str::close);
        READS.forEach(use -> use.accept(str));
        assertThat(str).hasToString("text.");
      }
      assertThatThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
      str.push('!');
    }
  }

  @Test
  void onlyWholeCodePointsAreLent() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "€")) {
      assertThatThrownBy(() -> str.borrow(0, 1).close())
          .isInstanceOf(IndexOutOfBoundsException.class);
      str.push('!');
    }
  }

  @Test
  void aTextInAnArrayCannotBeLent() {
    try (Heap heap = Heap.over(MemorySegment.ofArray(new byte[4096]));
        Str str = Str.of(heap, "in an array, ä")) {
      assertThatThrownBy(() -> str.borrow().close())
          .isInstanceOf(UnsupportedOperationException.class);
      str.append(", and all else can be done, €");
      str.insert(0, "𝄞");
      assertThat(str.indexOf("€")).isEqualTo(47);
      assertThat(str).hasToString("𝄞in an array, ä, and all else can be done, €");
    }
  }

  @Test
  void aPredicateOfRetainCannotChangeTheText() {
    CHANGES.forEach(
        use -> {
          try (Heap heap = Heap.growable(1 << 20);
              Str str = Str.of(heap, "text.")) {
            str.retain(
                c -> {
                  assertRefused(Kind.BORROWED, use.call, () -> use.accept(str));
                  return c != 'x';
                });
            assertThat(str).hasToString("tet.");
          }
        });
  }

  /// A [CharSequence] that does something when it is read.
  private record Trap(Runnable action) implements CharSequence {
    @Override
    public int length() {
      return 3;
    }

    @Override
    public char charAt(int index) {
      return 'x';
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return "xxx".substring(start, end);
    }

    @Override
    public String toString() {
      action.run();
      return "xxx";
    }
  }

  @Test
  void aCharSequenceThatEndsTheTextWhileItIsReadIsRefused() {
    List<BiConsumer<Str, CharSequence>> calls =
        List.of(
            Str::append,
            (s, text) -> s.insert(0, text),
            (s, text) -> s.replaceRange(0, 1, text),
            (s, text) -> s.replace(text, ""),
            (s, text) -> s.replace("t", text),
            (s, text) -> assertThat(s.contains(text)).isFalse(),
            (s, text) -> assertThat(s.lastIndexOf(text)).isNegative(),
            (s, text) -> assertThat(s.startsWith(text)).isFalse(),
            (s, text) -> assertThat(s.endsWith(text)).isFalse(),
            (s, text) -> assertThat(s.contentEquals(text)).isFalse());
    try (Heap heap = Heap.growable(1 << 20)) {
      for (BiConsumer<Str, CharSequence> call : calls) {
        Str str = Str.of(heap, "text.");
        assertThatExceptionOfType(OwnershipException.class)
            .isThrownBy(() -> call.accept(str, new Trap(str::close)))
            .matches(refusal -> refusal.kind() == Kind.CLOSED);
      }
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void aPositionThatIsNoneAfterTheArgumentWasReadIsRefused() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "12")) {
      assertThatThrownBy(() -> str.insert(1, new Trap(() -> str.replaceRange(0, 2, "€"))))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(str).hasToString("€");
    }
  }

  @Test
  @SuppressWarnings("try") // the close that is refused
  void anAllocatorOfACStringCannotEndTheText() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.")) {
      assertRefused(
          Kind.BORROWED,
          "close",
          () ->
              assertThat(
                      str.toCString(
                          (size, alignment) -> {
                            str.close();
                            return heap.allocate(size, alignment);
                          }))
                  .isNull());
      assertThat(str).hasToString("text.");
    }
  }

  @Test
  void codePointsOfATextThatHasChangedAreRefused() {
    CHANGES.forEach(
        use -> {
          if (!use.call.equals("move")
              && !use.call.startsWith("reserve")
              && !use.call.startsWith("shrink")) {
            try (Heap heap = Heap.growable(1 << 20);
                Str str = Str.of(heap, "text.")) {
              PrimitiveIterator.OfInt codePoints = str.codePoints().iterator();
              assertThat(codePoints.nextInt()).isEqualTo('t');
              use.accept(str);
              assertThatExceptionOfType(OwnershipException.class)
                  .as(use.call)
                  .isThrownBy(codePoints::nextInt)
                  .matches(refusal -> refusal.kind() == Kind.STALE);
            }
          }
        });
  }

  @Test
  void codePointsOfATextThatHasAnotherBlockGoOn() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.")) {
      PrimitiveIterator.OfInt codePoints = str.codePoints().iterator();
      assertThat(codePoints.nextInt()).isEqualTo('t');
      str.reserve(10_000);
      assertThat(codePoints.nextInt()).isEqualTo('e');
    }
  }

  @Test
  void codePointsOfATextThatWasMovedAreRefused() {
    try (Heap heap = Heap.growable(1 << 20);
        Str str = Str.of(heap, "text.")) {
      PrimitiveIterator.OfInt codePoints = str.codePoints().iterator();
      try (Str moved = str.move()) {
        assertRefused(Kind.MOVED, "codePoints", codePoints::nextInt);
        assertThat(moved).hasToString("text.");
      }
    }
  }

  @Test
  void aHeapThatIsFullLeavesTheTextAsItWas() {
    String much = "x".repeat(10_000);
    try (Heap heap = Heap.fixed(4096);
        Str str = Str.of(heap, "text.")) {
      str.shrinkToFit();
      for (Consumer<Str> change :
          List.<Consumer<Str>>of(
              s -> s.append(much),
              s -> s.insert(2, much),
              s -> s.replaceRange(1, 2, much),
              s -> s.replace("t", much),
              s -> s.append(MemorySegment.ofArray(new byte[10_000])),
              s -> s.reserve(10_000),
              s -> s.reserve(Long.MAX_VALUE),
              s -> s.reserveExact(10_000))) {
        assertThatExceptionOfType(MemoryExhaustedException.class)
            .isThrownBy(() -> change.accept(str));
        assertThat(str).hasToString("text.");
        assertThat(str.capacity()).isEqualTo(5);
      }
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(() -> Str.of(heap, much).close());
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(
              () ->
                  Str.fromUtf8Lossy(heap, MemorySegment.ofArray(new byte[3000]).fill((byte) -1))
                      .close());
      assertThat(heap.stats().liveBlocks()).isOne();
      heap.validate();
    }
  }

  @Test
  void aHeapThatIsFullLeavesASplitTextWhole() {
    try (Heap heap = Heap.fixed(4096);
        Str str = Str.of(heap, "x".repeat(2500))) {
      assertThatExceptionOfType(MemoryExhaustedException.class)
          .isThrownBy(() -> str.splitOff(100).close());
      assertThat(str.byteSize()).isEqualTo(2500);
      assertThat(heap.stats().liveBlocks()).isOne();
    }
  }
}
