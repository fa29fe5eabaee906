package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// What texts are made of, and what cannot be one.
@SuppressWarnings("MustBeClosedChecker") // what is refused opens nothing
class StrMakingTest extends TextTest {
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
}
