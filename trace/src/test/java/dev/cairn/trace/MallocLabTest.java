package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MallocLabTest {
  private static final String BODY = "a 0 512\na 1 128\nr 0 640\nf 1\nf 0\n";
  private static final String OPERATIONS = "a 512 @16, a 128 @16, r 0 640 @16, f 1, f 0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20000\n2\n5\n1\n", // heap size, ids, operations, weight
        "1\n2\n5\n20000\n", // weight, ids, operations, heap size
        "1 2 5 768\n",
        "2\n5\n", // ids, operations
        "99999999999999999999999\n2\n5\n1.5\n", // what is neither need not be a number
        "\n\n  20000\r\n2\r\n5\r\n1\r\n"
      })
  void everyOrderOfTheHeaderIsUnderstood(String header) {
    Trace trace = Sample.read(header + BODY);

    assertThat(Sample.operations(trace)).isEqualTo(OPERATIONS);
    assertThat(trace.reading().format()).contains(TraceFormat.MALLOC_LAB);
    assertThat(trace.reading().notes()).isEmpty();
  }

  @Test
  void linesMayEndAsOnWindows() {
    assertThat(Sample.operations(Sample.read(("1 2 5 9\n" + BODY).replace("\n", "\r\n"))))
        .isEqualTo(OPERATIONS);
  }

  @Test
  void wordsMayStandOnLinesOfTheirOwn() {
    Trace trace = Sample.read(("1 2 5 9\n" + BODY).replace(' ', '\n'));

    assertThat(Sample.operations(trace)).isEqualTo(OPERATIONS);
    assertThat(trace.line(1)).isEqualTo(10);
  }

  @Test
  void freeOfMinusOneIsFreeOfNull() {
    assertThat(Sample.operations(Sample.read("1 3\na 0 8\nf -1\nf 0\n")))
        .isEqualTo("a 8 @8, f -, f 0");
  }

  @Test
  void reallocOfAnUnknownIdIsMalloc() {
    assertThat(Sample.operations(Sample.read("1 2\nr 0 8\nr 0 24\n")))
        .isEqualTo("a 8 @8, r 0 24 @16");
  }

  @Test
  void reallocToNothingFreesAndLeavesNull() {
    assertThat(Sample.operations(Sample.read("1 5\na 7 8\nr 7 0\nf 7\nr 7 16\nf 7\n")))
        .isEqualTo("a 8 @8, f 0, f -, a 16 @16, f 1");
  }

  @Test
  void anIdMayBeUsedAgainAfterItsFree() {
    assertThat(Sample.operations(Sample.read("1 4\na 0 8\nf 0\na 0 16\nf 0\n")))
        .isEqualTo("a 8 @8, f 0, a 16 @16, f 1");
  }

  @Test
  void idsMayBeSparseAndHuge() {
    Trace trace =
        Sample.read("9223372036854775807 3\na 9223372036854775000 8\na 5 8\nf 9223372036854775000");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, a 8 @8, f 0");
  }

  @Test
  void aHeaderOfHugeCountsTakesNoMemory() {
    assertThat(Sample.damage(2, "9000000000000000000 9000000000000000000\na 0 8\n"))
        .hasMessageContaining("9000000000000000000 operations, as the header says, not 1");
  }

  @Test
  void sizesMayBeLargerThanAnyMachine() {
    assertThat(Sample.read("1 1\na 0 58432548578713656\n").byteSize(0))
        .isEqualTo(58432548578713656L);
  }

  @Test
  void moreIdsThanTheHeaderSaysIsOddButNoDamage() {
    assertThat(Sample.read("1 2\na 0 8\na 4 8\n").reading().notes())
        .containsExactly("the header says 1 ids, but there is an id 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 3\na 0 8\nf 0\n", "1 1\na 0 8\nf 0\n"})
  void anotherNumberOfOperationsThanTheHeaderSaysIsDamage(String text) {
    assertThat(Sample.damage(3, text)).hasMessageContaining("the file was cut off or edited");
  }

  @Test
  void damageIsRefusedWithItsLineAndWhatWasExpected() {
    assertThat(Sample.damage(3, "1 2\na 0 8\nx 0\n").expected()).isEqualTo("a, r or f");
    assertThat(Sample.damage(3, "1 2\na 0 8\nf 1\n").expected()).contains("1 was freed or never");
    assertThat(Sample.damage(4, "1 3\na 0 8\nf 0\nf 0\n").expected()).contains("0 was freed");
    assertThat(Sample.damage(3, "1 2\na 0 8\na 0 8\n").expected()).contains("still live");
    assertThat(Sample.damage(2, "1 1\na 0 -8\n").expected()).contains("a size from 0");
    assertThat(Sample.damage(2, "1 1\na 0 99999999999999999999\n").expected()).contains("a size");
    assertThat(Sample.damage(2, "1 1\na 0 9223372036854775807\n").expected()).contains("overflow");
    assertThat(Sample.damage(2, "1 1\na -1 8\n").expected()).contains("an id");
    assertThat(Sample.damage(2, "1 1\na 0\n").expected()).contains("the rest of the operation a");
    assertThat(Sample.damage(2, "1 2 3\na 0 8\n").expected()).contains("two or four numbers");
  }

  @Test
  void anImpossibleSizeIsSkippedWithoutTheLineAfterIt() {
    Trace trace = Sample.skim("2 3\na 0 9223372036854775807\na 1 8\nf 1\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(1);
  }

  @Test
  void skippedLinesAreCounted() {
    Trace trace = Sample.skim("2 4\na 0 8\nx y z\nf 9\nf 0\na 1\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(3);
    assertThat(trace.reading().firstDamage())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("sample.txt:3: \"x y z\": expected a, r or f");
  }
}
