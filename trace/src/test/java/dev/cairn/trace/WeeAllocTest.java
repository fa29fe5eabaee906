package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WeeAllocTest {
  @Test
  void indexesAreThoseOfTheAllocs() {
    Trace trace = Sample.read("Alloc(552),\nAlloc(3),\r\n\nFree(1),\nFree(0)");

    assertThat(Sample.operations(trace)).isEqualTo("a 552 @16, a 3 @2, f 1, f 0");
    assertThat(trace.reading().format()).contains(TraceFormat.WEE_ALLOC);
    assertThat(trace.line(2)).isEqualTo(4);
  }

  @Test
  void damageIsRefusedWithItsLineAndWhatWasExpected() {
    assertThat(Sample.damage(2, "Alloc(1),\nFree(1),\n").expected())
        .isEqualTo("the index of a live block: there were only 1 Alloc lines before");
    assertThat(Sample.damage(3, "Alloc(1),\nFree(0),\nFree(0),\n").expected())
        .isEqualTo("the index of a live block: number 0 was freed before");
    assertThat(Sample.damage(2, "Alloc(1),\nAlloc(-1),\n").expected())
        .isEqualTo("Alloc(size), or Free(index),");
    assertThat(Sample.damage(2, "Alloc(1),\nFree(99999999999999999999),\n").expected())
        .contains("an index from 0");
    assertThat(Sample.damage(1, "Alloc(1\n").text()).isEqualTo("Alloc(1");
  }

  @Test
  void skippedLinesAreCounted() {
    Trace trace = Sample.skim("Alloc(1),\nAllo\nFree(7),\nFree(0),\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 1 @1, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(2);
  }
}
