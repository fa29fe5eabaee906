package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What a text holds after each of its methods.
@SuppressWarnings("MustBeClosedChecker") // what is refused opens nothing
class StrTest extends TextTest {
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
}
