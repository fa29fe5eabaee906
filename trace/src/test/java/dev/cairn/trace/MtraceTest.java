package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

// The forms of the lines are those that glibc 2.36 wrote.
final class MtraceTest {
  @Test
  void everyKindOfLineIsUnderstood() {
    Trace trace =
        Sample.read(
            """
            = Start
            @ ./a.out:(main+31)[0x120a] + 0x555e2680e2a0 0xa
            @ ./a.out:(main+4e)[0x1227] < 0x555e2680e2a0
            @ ./a.out:(main+4e)[0x1227] > 0x7f16ad78d010 0x1e8480
            @ ./my program:(main+ed)[0x13c6] + 0x555e2680e7e0 0
            @ ./my program:(main+fd)[0x13d6] - 0x555e2680e7e0
            - 0x7f16ad78d010
            = End
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 10 @8, r 0 2000000 @16, a 0 @1, f 1, f 0");
    assertThat(trace.reading().format()).contains(TraceFormat.MTRACE);
    assertThat(trace.line(0)).isEqualTo(2);
  }

  @Test
  void requestsThatWereRefusedAreLeftOutAndCounted() {
    Trace trace =
        Sample.read(
            """
            = Start
            @ a:[0x1] + 0x10 0x6
            @ a:[0x1] + (nil) 0xffffffffffffffff
            @ a:[0x1] ! 0x10 0x4000000000000000
            @ a:[0x1] - 0x10
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 6 @4, f 0");
    assertThat(trace.reading().refused()).isEqualTo(2);
  }

  @Test
  void whatWasAllocatedBeforeTheStartMayBeFreedAndReallocated() {
    Trace trace =
        Sample.read(
            """
            = Start
            @ a:[0x1] - 0x20
            @ a:[0x1] < 0x30
            @ a:[0x1] > 0x40 0x8
            @ a:[0x1] - 0x40
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
    assertThat(trace.reading().foreign()).isEqualTo(2);
    assertThat(trace.reading().damaged()).isZero();
  }

  @Test
  void whatWasFreedWhileNothingWasRecordedIsForgotten() {
    Trace trace = Sample.read("= Start\n+ 0x10 0x8\n= End\n= Start\n+ 0x10 0x4\n- 0x10\n= End\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, a 4 @4, f 1");
  }

  @Test
  void damageIsRefusedWithItsLineAndWhatWasExpected() {
    String start = "= Start\n+ 0x10 0x8\n";

    assertThat(Sample.damage(3, start + "@ a + 0x10\n").expected()).contains("and a size after +");
    assertThat(Sample.damage(3, start + "@ a - 0x10 0x8\n").expected()).contains("no size after -");
    assertThat(Sample.damage(3, start + "@ a 0x10\n").expected()).contains("@ caller");
    assertThat(Sample.damage(3, start + "a + 0x20 0x8\n").expected()).contains("@ caller");
    assertThat(Sample.damage(3, start + "+ 16 0x8\n").expected()).contains("an address as 0x4a40");
    assertThat(Sample.damage(3, start + "+ 0x10 0x9\n").expected()).contains("still live");
    assertThat(Sample.damage(3, start + "> 0x20 0x9\n").expected()).contains("< before one");
    assertThat(Sample.damage(4, start + "< 0x10\n- 0x10\n").expected()).contains("> that ends");
    assertThat(Sample.damage(3, start + "= Stop\n").expected()).isEqualTo("= Start or = End");
    assertThat(Sample.damage(3, start + "+ 0x20 0xffffffffffffffff\n").expected())
        .contains("a size that a program can have");
  }

  @Test
  void skippedLinesAreCounted() {
    Trace trace = Sample.skim("= Start\n+ 0x10 0x8\n+ 0x\n- 0x10\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(1);
  }
}
