package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a text holds after each of its methods.
@SuppressWarnings("MustBeClosedChecker") // what is refused opens nothing
class StrTest {
  private static final String THAI = "ศไทย中华Việt Nam";

  private final Heap heap = Heap.growable(1 << 24);

  @AfterEach
  void nothingIsLeft() {
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.validate();
    heap.close();
  }

  /// Gives a text of the heap to a check, and closes it.
  private void with(String text, Consumer<Str> check) {
    try (Str str = Str.of(heap, text)) {
      check.accept(str);
    }
  }

  private static MemorySegment bytes(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return MemorySegment.ofArray(array);
  }

  /// Bytes, of which a char is one each.
  private static MemorySegment latin1(String bytes) {
    return MemorySegment.ofArray(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static MemorySegment utf8(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anEmptyTextTakesNoMemory() {
    try (Str str = Str.in(heap)) {
      assertThat(str.isEmpty()).isTrue();
      assertThat(str.byteSize()).isZero();
      assertThat(str.capacity()).isZero();
      assertThat(str.toString()).isEmpty();
      assertThat(str.pop()).isEmpty();
      assertThat(str.hashCode()).isZero();
      str.append("");
      str.clear();
      str.shrinkToFit();
      assertThat(heap.stats().allocations()).isZero();
    }
  }

  @Test
  void aTextHoldsWhatItWasMadeOf() {
    for (String text :
        List.of("", "string", "\0", THAI, "𐍅𐌿𐌻𐍆𐌹𐌻𐌰\n", "\ud840\udc00", "x".repeat(1000))) {
      with(
          text,
          str -> {
            assertThat(str.toString()).isEqualTo(text);
            assertThat(str.byteSize()).isEqualTo(utf8(text).byteSize());
            assertThat(str.capacity()).isEqualTo(str.byteSize());
            assertThat(str.hashCode()).isEqualTo(text.hashCode());
            assertThat(str.contentEquals(text)).isTrue();
            assertThat(str.codePoints())
                .containsExactly(text.codePoints().boxed().toArray(Integer[]::new));
          });
    }
  }

  @Test
  void anyCharSequenceCanBeATextAndBeAppended() {
    try (Str str = Str.of(heap, CharBuffer.wrap("añ"))) {
      str.append(CharBuffer.wrap("ñb"));
      assertThat(str.contentEquals(CharBuffer.wrap("aññb"))).isTrue();
      assertThat(str.contentEquals("añña")).isFalse();
      assertThat(str.contentEquals("aññ")).isFalse();
      assertThat(str.contentEquals("aññbb")).isFalse();
      assertThat(str.contentEquals("aaaabb")).isFalse();
    }
  }

  @Test
  void halfASurrogatePairIsRefused() {
    with(
        "as it was",
        str -> {
          for (String half :
              List.of("\ud800", "\ud800\ud800", "a\udc00", "\ud800\ud801\udc8b\ud800", "\ud801x")) {
            assertThatIllegalArgumentException()
                .isThrownBy(() -> str.append(half))
                .withMessageContaining("without its other half, at index");
            assertThatIllegalArgumentException().isThrownBy(() -> str.insert(2, half));
            assertThatIllegalArgumentException().isThrownBy(() -> str.replace("as", half));
            assertThatIllegalArgumentException().isThrownBy(() -> str.replaceRange(0, 2, half));
            assertThatIllegalArgumentException().isThrownBy(() -> str.indexOf(half));
            assertThatIllegalArgumentException().isThrownBy(() -> makeAndClose(half));
            assertThat(str.contentEquals(half)).isFalse();
          }
          assertThatIllegalArgumentException()
              .isThrownBy(() -> str.push('\udfff'))
              .withMessageContaining("half a surrogate pair");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> str.insert(0, 0x11_0000))
              .withMessageContaining("no code point");
          assertThatIllegalArgumentException().isThrownBy(() -> str.push(-1));
          assertThat(str).hasToString("as it was");
        });
  }

  private void makeAndClose(String text) {
    Str.of(heap, text).close();
  }

  @Test
  void bytesThatAreUtf8AreAText() {
    for (String text : List.of("", "hello", THAI, "\0\u007f\u0080\u07ff\u0800\uffff\ud800\udc00")) {
      try (Str str = Str.fromUtf8(heap, utf8(text))) {
        assertThat(str).hasToString(text);
      }
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirOffset() {
    Map.of(
            latin1("hello\u00ff"), 5,
            latin1("\u0080"), 0,
            latin1("long enough to be read by words \u00c3"), 32,
            bytes('a', 0xc0, 0x80), 1,
            bytes('a', 'b', 0xed, 0xa0, 0x80), 2,
            bytes(0xe2, 0x82, 0xac, 0xe2, 0x82), 3,
            bytes(0xf4, 0x90, 0x80, 0x80), 0,
            bytes(0xf0, 0x8f, 0xbf, 0xbf), 0,
            bytes(0xe0, 0x9f, 0xbf), 0)
        .forEach(
            (bytes, offset) -> {
              assertThatExceptionOfType(MalformedUtf8Exception.class)
                  .isThrownBy(() -> Str.fromUtf8(heap, bytes).close())
                  .withMessageContaining("at offset " + offset + " of " + bytes.byteSize())
                  .matches(refusal -> refusal.byteOffset() == offset);
              with(
                  "€",
                  str -> {
                    assertThatThrownBy(() -> str.append(bytes))
                        .isInstanceOf(MalformedUtf8Exception.class)
                        .matches(e -> ((MalformedUtf8Exception) e).byteOffset() == offset);
                    assertThat(str).hasToString("€");
                  });
            });
  }

  @Test
  void whatIsNotUtf8CanBeReplaced() {
    String bad = "\ufffd";
    Map.ofEntries(
            Map.entry(latin1("hello"), "hello"),
            Map.entry(utf8(THAI), THAI),
            Map.entry(latin1("Hello\u00c2 There\u00ff Goodbye"), "Hello? There? Goodbye"),
            Map.entry(
                latin1("Hello\u00c0\u0080 There\u00e6\u0083 Goodbye"), "Hello?? There? Goodbye"),
            Map.entry(latin1("\u00f5foo\u00f5\u0080bar"), "?foo??bar"),
            Map.entry(latin1("\u00f1foo\u00f1\u0080bar\u00f1\u0080\u0080baz"), "?foo?bar?baz"),
            Map.entry(latin1("\u00f4foo\u00f4\u0080bar\u00f4\u00bfbaz"), "?foo?bar??baz"),
            Map.entry(
                latin1("\u00f0\u0080\u0080\u0080foo\u00f0\u0090\u0080\u0080bar"),
                "????foo\ud800\udc00bar"),
            Map.entry(latin1("\u00ed\u00a0\u0080foo\u00ed\u00bf\u00bfbar"), "???foo???bar"),
            Map.entry(latin1("\u00f1\u0080\u0080"), "?"),
            Map.entry(latin1(""), ""))
        .forEach(
            (bytes, text) -> {
              try (Str str = Str.fromUtf8Lossy(heap, bytes)) {
                assertThat(str).hasToString(text.replace("?", bad));
              }
            });
  }

  @Test
  void everyCodePointComesBack() {
    try (Str str = Str.in(heap)) {
      for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x1_0000 ? 1 : 77) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          str.push(c);
          assertThat(str.codePointAt(0)).isEqualTo(c);
          assertThat(str.pop()).isEqualTo(OptionalInt.of(c));
        }
      }
      assertThat(str.isEmpty()).isTrue();
    }
  }

  @Test
  void whatIsAppendedComesLast() {
    try (Str str = Str.in(heap)) {
      str.append("");
      str.append("abc");
      str.append(THAI);
      str.append(utf8("中"));
      str.push('华');
      str.push('b');
      str.push('¢');
      str.push('€');
      str.push(0x24b62);
      str.append("long enough to be copied all at once, as its bytes are");
      assertThat(str)
          .hasToString(
              "abc" + THAI + "中华b¢€𤭢" + "long enough to be copied all at once, as its bytes are");
    }
  }

  @Test
  void aTextCanBeAppendedToItself() {
    with(
        "aä",
        str -> {
          str.append(str);
          str.append(str);
          assertThat(str).hasToString("aäaäaäaä");
          with("!", more -> str.append(more));
          assertThat(str).hasToString("aäaäaäaä!");
        });
  }

  @Test
  void popTakesTheLastCodePoint() {
    with(
        "中华b¢€𤭢",
        str -> {
          for (String last : List.of("𤭢", "€", "¢", "b", "华")) {
            assertThat(str.pop()).isEqualTo(OptionalInt.of(last.codePointAt(0)));
          }
          assertThat(str).hasToString("中");
        });
  }

  @Test
  void splitOffDividesAtACodePoint() {
    with(
        "日本語",
        str -> {
          long capacity = str.capacity();
          try (Str last = str.splitOff(6)) {
            assertThat(last).hasToString("語");
          }
          assertThat(str).hasToString("日本");
          assertThat(str.capacity()).isEqualTo(capacity);
          try (Str none = str.splitOff(6)) {
            assertThat(none.isEmpty()).isTrue();
            assertThat(none.capacity()).isZero();
          }
          assertOutside(() -> str.splitOff(7).close(), "outside of it");
          assertOutside(() -> str.splitOff(1).close(), "inside of the code point");
          assertThat(str).hasToString("日本");
        });
  }

  @Test
  void truncateCutsAtACodePoint() {
    with(
        "12ü",
        str -> {
          MemorySegment block = str.memory;
          str.truncate(9);
          str.truncate(4);
          assertThat(str).hasToString("12ü");
          assertOutside(() -> str.truncate(3), "inside of the code point that begins at byte 2");
          assertThatIllegalArgumentException().isThrownBy(() -> str.truncate(-1));
          str.truncate(2);
          str.push('6');
          assertThat(str).hasToString("126");
          str.clear();
          assertThat(str).hasToString("");
          assertThat(str.memory).isEqualTo(block);
        });
  }

  @Test
  void removeTakesACodePointOut() {
    with(
        THAI + "; foobar",
        str -> {
          assertThat(str.remove(0)).isEqualTo('ศ');
          assertThat(str.byteSize()).isEqualTo(33);
          assertThat(str.remove(17)).isEqualTo('ệ');
          assertThat(str).hasToString("ไทย中华Vit Nam; foobar");
          assertOutside(() -> str.remove(1), "inside of the code point that begins at byte 0");
          assertOutside(() -> str.remove(str.byteSize()), "no code point begins there");
          assertOutside(() -> str.remove(str.byteSize() + 1), "outside of it");
          assertOutside(() -> str.remove(-1), "outside of it");
        });
  }

  @Test
  void insertPutsInTheMidst() {
    with(
        "foobar",
        str -> {
          str.insert(0, 'ệ');
          str.insert(6, 'ย');
          assertThat(str).hasToString("ệfooยbar");
          str.insert(6, "");
          str.insert(6, " a text of more than thirty-two bytes ");
          str.insert(str.byteSize(), "!");
          assertThat(str).hasToString("ệfoo a text of more than thirty-two bytes ยbar!");
          assertOutside(() -> str.insert(1, 't'), "inside of the code point");
          assertOutside(() -> str.insert(1, "t"), "inside of the code point");
          assertOutside(() -> str.insert(99, 't'), "outside of it");
          assertOutside(() -> str.insert(Long.MIN_VALUE, "t"), "outside of it");
        });
  }

  @Test
  void aRangeIsRemoved() {
    with(
        "αβγ",
        str -> {
          assertThat(str.substring(2, 4)).isEqualTo("β");
          str.removeRange(2, 4);
          assertThat(str).hasToString("αγ");
          str.removeRange(0, 0);
          str.removeRange(4, 4);
          assertOutside(() -> str.removeRange(1, 4), "inside of the code point");
          assertOutside(() -> str.removeRange(0, 3), "inside of the code point");
          assertOutside(() -> str.removeRange(4, 2), "which is before");
          assertOutside(() -> str.removeRange(Long.MAX_VALUE, 0), "outside of it");
          assertOutside(() -> str.removeRange(0, Long.MAX_VALUE), "outside of it");
          assertOutside(() -> str.substring(0, 5), "outside of it");
          assertThat(str).hasToString("αγ");
          str.removeRange(0, 4);
          assertThat(str.isEmpty()).isTrue();
        });
  }

  @Test
  void aRangeIsReplaced() {
    with(
        "Hello, world!",
        str -> {
          str.replaceRange(7, 12, "世界");
          assertThat(str).hasToString("Hello, 世界!");
          assertOutside(() -> str.replaceRange(8, 10, ""), "inside of the code point");
          assertOutside(() -> str.replaceRange(0, 8, ""), "inside of the code point");
          assertOutside(() -> str.replaceRange(0, 15, ""), "outside of it");
          str.replaceRange(0, 7, "");
          assertThat(str).hasToString("世界!");
          str.replaceRange(0, 7, "🦀");
          assertThat(str).hasToString("🦀");
        });
  }

  @Test
  void everyOccurrenceIsReplaced() {
    record Case(String text, String target, String replacement, String result) {}
    for (Case each :
        List.of(
            new Case("~ ❌ Middle ❌ Last ❌ ~", "❌", "✅✅", "~ ✅✅ Middle ✅✅ Last ✅✅ ~"),
            new Case("❌", "❌", "✅✅", "✅✅"),
            new Case("❌", "❌", "", ""),
            new Case("", "❌", "x", ""),
            new Case("abcb", "b", "", "ac"),
            new Case("aaaaa", "a", "", ""),
            new Case("aaaaa", "aa", "a", "aaa"),
            new Case("aaaaa", "aa", "aaa", "aaaaaaa"),
            new Case("Hello **world****today!**", "**", "", "Hello worldtoday!"),
            new Case("CASE ** SeNsItIvE", "sEnSiTiVe", "", "CASE ** SeNsItIvE"),
            new Case(THAI, "ศ", "", THAI.substring(1)),
            new Case("abab", "b", "c", "acac"))) {
      with(
          each.text,
          str -> {
            long count = str.replace(each.target, each.replacement);
            assertThat(str)
                .hasToString(each.result)
                .hasToString(each.text.replace(each.target, each.replacement));
            assertThat(count).isEqualTo(each.text.split(Pattern.quote(each.target), -1).length - 1);
            assertThatIllegalArgumentException().isThrownBy(() -> str.replace("", "x"));
          });
    }
  }

  @Test
  void retainKeepsWhatIsWanted() {
    with(
        "α_β_γ",
        str -> {
          str.retain(c -> true);
          assertThat(str).hasToString("α_β_γ");
          str.retain(c -> c != '_');
          assertThat(str).hasToString("αβγ");
          str.retain(c -> c != 'β');
          assertThat(str).hasToString("αγ");
          str.retain(c -> c == 'α');
          assertThat(str).hasToString("α");
          str.retain(c -> false);
          assertThat(str).hasToString("");
        });
  }

  @Test
  void retainThatThrowsKeepsWhatWasNotRefused() {
    with(
        "0è0€",
        str -> {
          int[] count = {0};
          assertThatThrownBy(
                  () ->
                      str.retain(
                          c -> {
                            if (++count[0] == 3) {
                              throw new IllegalCallerException("third");
                            }
                            return count[0] == 2;
                          }))
              .hasMessage("third");
          assertThat(str).hasToString("è0€");
          str.push('!');
        });
  }

  @Test
  void whatIsFoundIsWhereItIs() {
    with(
        "aβaβa€",
        str -> {
          assertThat(str.indexOf("β")).isEqualTo(1);
          assertThat(str.indexOf("βa", 3)).isEqualTo(4);
          assertThat(str.indexOf("βa", 6)).isEqualTo(-1);
          assertThat(str.lastIndexOf("β")).isEqualTo(4);
          assertThat(str.lastIndexOf("a€")).isEqualTo(6);
          assertThat(str.lastIndexOf("€€")).isEqualTo(-1);
          assertThat(str.indexOf("")).isZero();
          assertThat(str.lastIndexOf("")).isEqualTo(10);
          assertThat(str.indexOf("aβaβa€!")).isEqualTo(-1);
          assertThat(str.contains("β")).isTrue();
          assertThat(str.contains("x")).isFalse();
          assertThat(str.startsWith("aβ")).isTrue();
          assertThat(str.startsWith("β")).isFalse();
          assertThat(str.startsWith("")).isTrue();
          assertThat(str.endsWith("€")).isTrue();
          assertThat(str.endsWith("aaβaβa€")).isFalse();
          assertThat(str.endsWith("")).isTrue();
          assertOutside(() -> str.indexOf("a", 2), "inside of the code point");
        });
  }

  @Test
  void boundariesAreWhereCodePointsBegin() {
    with(
        "aé€𝄞",
        str -> {
          assertThat(LongStream.range(-2, 13).filter(str::isCharBoundary))
              .containsExactly(0L, 1L, 3L, 6L, 10L);
          assertThat(str.codePointAt(6)).isEqualTo(0x1d11e);
          assertOutside(() -> str.codePointAt(10), "no code point begins there");
          assertOutside(() -> str.codePointAt(8), "inside of the code point that begins at byte 6");
        });
  }

  @Test
  void textsCompareByCodePoints() {
    List<String> ordered =
        List.of("", "a", "a\0", "aa", "b", "\u007f", "é", "€", "\uffff", "𝄞", "𝄞a");
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        try (Str a = Str.of(heap, ordered.get(i));
            Str b = Str.of(heap, ordered.get(j))) {
          b.reserve(100);
          assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.compare(i, j));
          assertThat(a.equals(b)).isEqualTo(i == j);
          if (i == j) {
            assertThat(a).hasSameHashCodeAs(b);
          }
        }
      }
    }
  }

  @Test
  void aTextIsNoString() {
    with("a", str -> assertThat(str.equals((Object) "a")).isFalse());
  }

  @Test
  void roomIsMadeAheadAndGivenBack() {
    try (Str str = Str.in(heap)) {
      str.reserveExact(2);
      assertThat(str.capacity()).isEqualTo(2);
      for (int i = 0; i < 16; i++) {
        str.push('0');
      }
      assertThat(str.capacity()).isGreaterThanOrEqualTo(16);
      str.reserveExact(16);
      assertThat(str.capacity()).isGreaterThanOrEqualTo(32);
      str.push('0');
      str.reserve(1000);
      assertThat(str.capacity()).isGreaterThanOrEqualTo(1017);
      str.shrinkToFit();
      assertThat(str.capacity()).isEqualTo(17);
      str.clear();
      str.shrinkToFit();
      assertThat(str.capacity()).isZero();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThatIllegalArgumentException().isThrownBy(() -> str.reserve(-1));
      assertThatIllegalArgumentException().isThrownBy(() -> str.reserveExact(Long.MIN_VALUE));
    }
  }

  @Test
  void appendingTakesFewBlocks() {
    try (Str str = Str.in(heap)) {
      for (int i = 0; i < 10_000; i++) {
        str.append("ten bytes.");
      }
      assertThat(str.byteSize()).isEqualTo(100_000);
      assertThat(heap.stats().allocations()).isLessThan(20);
    }
  }

  @Test
  @SuppressWarnings("restricted")
  void aCStringComesBackFromC() throws Throwable {
    MethodHandle strlen =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("strlen"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined();
        Str str = Str.of(heap, THAI)) {
      MemorySegment string = str.toCString(arena);
      assertThat((long) strlen.invokeExact(string)).isEqualTo(str.byteSize());
      try (Str back = Str.fromCString(heap, string.asSlice(0))) {
        assertThat(back).isEqualTo(str);
      }
      MemorySegment ofHeap = str.toCString((Allocator) heap);
      assertThat(ofHeap.getString(0)).isEqualTo(THAI);
      heap.free(ofHeap);
      str.insert(3, 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> str.toCString(arena))
          .withMessageContaining("U+0000 at byte 3");
    }
  }

  @Test
  void aCStringEndsAtItsFirstZero() {
    try (Str str = Str.fromCString(heap, latin1("ab\0c\0"))) {
      assertThat(str).hasToString("ab");
    }
    try (Str str = Str.fromCString(heap, latin1("\0"))) {
      assertThat(str.isEmpty()).isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Str.fromCString(heap, latin1("abc")).close())
        .withMessageContaining("without a zero in its 3 bytes");
    assertThatExceptionOfType(MalformedUtf8Exception.class)
        .isThrownBy(() -> Str.fromCString(heap, bytes(0xff, 0)).close());
  }

  private static void assertOutside(ThrowingCallable call, String message) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(call)
        .withMessageContaining(message);
  }
}
