package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

// The forms of the lines are those that valgrind 3.19 wrote for C and C++ programs that make each
// of these calls.
final class ValgrindTest {
  private static final String BANNER =
      """
      ==7== Memcheck, a memory error detector
      ==7== Command: ./t
      ==7==\s
      """;

  @Test
  void theCallsOfCAreUnderstood() {
    Trace trace =
        Sample.read(
            BANNER
                + """
                --7-- malloc(10) = 0x4A40040
                --7-- realloc(0x4A40040,20) = 0x4A40090
                --7-- calloc(3,7) = 0x4A40160
                --7-- memalign(al 64, size 100) = 0x4A40200
                --7-- malloc_usable_size(0x4A400F0) = 33
                --7-- mallinfo()
                --7-- free(0x4A40090)
                --7-- free(0x0)
                """);

    assertThat(Sample.operations(trace))
        .isEqualTo("a 10 @8, r 0 20 @16, z 21 @16, a 100 @64, f 0, f -");
    assertThat(trace.reading().format()).contains(TraceFormat.VALGRIND);
    assertThat(trace.line(0)).isEqualTo(4);
    assertThat(trace.reading().foreign()).isZero();
  }

  @Test
  void theOperatorsOfCppAreUnderstood() {
    Trace trace =
        Sample.read(
            """
            --7-- _Znwm(4) = 0x4D6DC80
            --7-- _ZdlPvm(0x4D6DC80)
            --7-- _Znam(20) = 0x4D6DCD0
            --7-- _ZdaPv(0x4D6DCD0)
            --7-- _ZnwmSt11align_val_t(size 64, al 128) = 0x4D6DD80
            --7-- _ZdlPvmSt11align_val_t(0x4D6DD80)
            --7-- _ZnamRKSt9nothrow_t(12) = 0x4D6DE30
            --7-- _ZdaPv(0x4D6DE30)
            """);

    assertThat(Sample.operations(trace))
        .isEqualTo("a 4 @4, f 0, a 20 @16, f 1, a 64 @128, f 2, a 12 @8, f 3");
  }

  @Test
  void ofACallThatDoesItsWorkThroughAnotherTheOtherCounts() {
    Trace trace =
        Sample.read(
            """
            --7-- realloc(0x0,160)malloc(160) = 0x4A41150
            --7-- realloc(0x4A41150,0)free(0x4A41150)
            --7--  = 0
            --7-- malloc(1) = 0x4A41150
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 160 @16, f 0, a 1 @1");
  }

  @Test
  void requestsThatWereRefusedAreLeftOutAndCounted() {
    Trace trace =
        Sample.read(
            """
            --7-- malloc(6) = 0x4A404F0
            --7-- malloc(18446744073709551615)Argument 'size' of function malloc has a fishy value
            ==7==    at 0x48417B4: malloc (in vgpreload_memcheck-amd64-linux.so)
            --7--  = 0x0
            --7-- calloc(18446744073709551615,2)realloc(0x4A404F0,4611686018427387904) = 0x0
            --7-- free(0x4A404F0)
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 6 @4, f 0");
    assertThat(trace.reading().refused()).isEqualTo(2);
    assertThat(trace.reading().damaged()).isZero();
  }

  @Test
  void whatTheProgramPrintsIsNoDamage() {
    Trace trace =
        Sample.read(
            """
            hello (world)
            no line end --7-- malloc(6) = 0x4A404F0
            free(0x1)
            --7-- WARNING: unhandled syscall (435)
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 6 @4");
  }

  @Test
  void eachProcessHasAddressesOfItsOwnAndCountsAsAThread() {
    Trace trace =
        Sample.read(
            """
            --7-- malloc(32) = 0x4A40040
            --8-- malloc(64) = 0x4A40040
            --8-- free(0x4A40040)
            --7-- free(0x4A40040)
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 32 @16, a 64 @16, f 1, f 0");
    assertThat(trace.threads()).isEqualTo(2);
    assertThat(trace.thread(2)).isEqualTo(1);
  }

  @Test
  void aChildMayFreeWhatItsParentAllocated() {
    Trace trace =
        Sample.read(
            """
            --7-- malloc(32) = 0x4A40040
            --8-- free(0x4A40040)
            --8-- realloc(0x4A40090,5) = 0x4A400E0
            --7-- free(0x4A40040)
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 32 @16, a 5 @4, f 0");
    assertThat(trace.reading().foreign()).isEqualTo(2);
  }

  @Test
  void aProcessThatRunsAnotherProgramBeginsAnew() {
    Trace trace =
        Sample.read(
            """
            --7-- malloc(32) = 0x4A40040
            ==7== Command: ./other
            --7-- malloc(64) = 0x4A40040
            --7-- free(0x4A40040)
            """);

    assertThat(Sample.operations(trace)).isEqualTo("a 32 @16, a 64 @16, f 1");
  }

  @Test
  void timeStampsMayStandBeforeTheProcess() {
    assertThat(Sample.operations(Sample.read("--00:00:00:00.123 7-- malloc(32) = 0x4A40040\n")))
        .isEqualTo("a 32 @16");
  }

  @Test
  void damageIsRefusedWithItsLineAndWhatWasExpected() {
    String good = "--7-- malloc(6) = 0x4A404F0\n";

    assertThat(Sample.damage(2, good + "--7-- malloc(1\n").expected()).contains("a whole call");
    assertThat(Sample.damage(2, good + "--7-- malloc(x) = 0x1\n").expected()).contains("a size");
    assertThat(Sample.damage(2, good + "--7-- malloc(1) = 4A\n").expected()).contains("as 0x4a40");
    assertThat(Sample.damage(2, good + "--7-- free(12)\n").expected()).contains("an address");
    assertThat(Sample.damage(2, good + "--7-- calloc(1) = 0x1\n").expected())
        .isEqualTo("calloc(count,size)");
    assertThat(Sample.damage(2, good + "--7-- memalign(al 3, size 1) = 0x1\n").expected())
        .contains("not a power of two");
    assertThat(Sample.damage(2, good + "--7-- malloc(9) = 0x4A404F0\n").expected())
        .contains("0x4a404f0 is still live");
    assertThat(Sample.damage(2, good + "--7-- malloc(18446744073709551615) = 0x9\n").expected())
        .contains("18446744073709551615 bytes");
  }

  @Test
  void skippedLinesAreCounted() {
    Trace trace = Sample.skim("--7-- malloc(6) = 0x4A40\n--7-- malloc(1\n--7-- free(0x4A40)\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 6 @4, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(1);
  }
}
