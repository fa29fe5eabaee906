package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CairnFormatTest {
  private static final String TEXT =
      """
      cairn-trace 1
      name git log
      a 552
      a 100 @64
      z 40
      z 40 @4096
      r 0 600
      t 3
      r 1 50 @128
      f 0
      f -
      t 0
      f 2
      """;

  @Test
  void everyKindOfLineIsUnderstood() {
    Trace trace = Sample.read("cairn-trace 1\n# a comment\n\n" + TEXT.substring(14));

    assertThat(Sample.operations(trace))
        .isEqualTo(
            "a 552 @16, a 100 @64, z 40 @16, z 40 @4096, r 0 600 @16, r 1 50 @128, f 0, f -, f 2");
    assertThat(trace.name()).isEqualTo("git log");
    assertThat(trace.threads()).isEqualTo(4);
    assertThat(trace.thread(4)).isZero();
    assertThat(trace.thread(5)).isEqualTo(3);
    assertThat(trace.thread(8)).isZero();
    assertThat(trace.line(0)).isEqualTo(5);
    assertThat(trace.reading().format()).contains(TraceFormat.CAIRN);
  }

  @Test
  void whatWasReadIsWrittenTheSame() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TraceWriter.write(Sample.read(TEXT), out);

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(TEXT);
  }

  @Test
  void whatWasWrittenIsReadTheSameGzippedOrNot(@TempDir Path folder) throws IOException {
    Trace trace = Sample.read(TEXT.replace("git log", "größe 道"));

    for (String name : new String[] {"plain.cairn", "zipped.cairn.gz"}) {
      Path file = folder.resolve(name);
      TraceWriter.write(trace, file);

      assertThat(TraceReader.read(file, OnDamage.REFUSE)).isEqualTo(trace);
    }
    assertThat(Files.readAllBytes(folder.resolve("zipped.cairn.gz"))).startsWith(0x1f, 0x8b);
  }

  @Test
  void tracesOfOtherFormatsSurviveTheConversion(@TempDir Path folder) throws IOException {
    for (String text :
        new String[] {
          "1 3\na 0 8\nf -1\nr 0 24\n",
          "Alloc(552),\nAlloc(3),\nFree(0),\n",
          "--7-- memalign(al 64, size 1) = 0x40\n--8-- calloc(3,3) = 0x40\n--7-- free(0x40)\n",
          "= Start\n+ 0x10 0x8\n< 0x10\n> 0x20 0x100\n"
        }) {
      Trace trace = Sample.read(text);
      Path file = folder.resolve("converted.cairn");
      TraceWriter.write(trace, file);

      assertThat(TraceReader.read(file, OnDamage.REFUSE)).isEqualTo(trace);
    }
  }

  @Test
  void anotherVersionIsRefused() {
    assertThat(Sample.damage(1, "cairn-trace 2\na 1\n").expected()).contains("version 1");
  }

  @Test
  void damageIsRefusedWithItsLineAndWhatWasExpected() {
    String start = "cairn-trace 1\na 8\n";

    assertThat(Sample.damage(3, start + "b 8\n").expected()).contains("begins with a, z, r, f, t");
    assertThat(Sample.damage(3, start + "a\n").expected()).contains("a takes at least 1");
    assertThat(Sample.damage(3, start + "a -1\n").expected()).contains("a size from 0");
    assertThat(Sample.damage(3, start + "a 8 8\n").expected()).contains("@ and an alignment");
    assertThat(Sample.damage(3, start + "a 8 @8 8\n").expected()).contains("2 values after a");
    assertThat(Sample.damage(3, start + "a 8 @3\n").expected()).contains("not a power of two");
    assertThat(Sample.damage(3, start + "f 1\n").expected()).contains("block 1 was freed or never");
    assertThat(Sample.damage(4, start + "f 0\nf 0\n").expected()).contains("block 0 was freed");
    assertThat(Sample.damage(4, start + "f 0\nr 0 8\n").expected()).contains("block 0 was freed");
    assertThat(Sample.damage(3, start + "r 0\n").expected()).contains("r takes at least 2");
    assertThat(Sample.damage(3, start + "f 99999999999\n").expected()).contains("a live block");
    assertThat(Sample.damage(3, start + "t 32768\n").expected()).contains("from 0 to 32767");
    assertThat(Sample.damage(3, start + "t\n").expected()).contains("1 values after t");
  }

  @Test
  void skippedLinesAreCountedAndChangeNothing() {
    Trace trace = Sample.skim("cairn-trace 1\na 8\nr 0 -1\nf 0 0\na 4 @5\nf 0\n");

    assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
    assertThat(trace.reading().damaged()).isEqualTo(3);
  }
}
