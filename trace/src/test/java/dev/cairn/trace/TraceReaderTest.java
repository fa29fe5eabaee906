package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TraceReaderTest {
  @TempDir private Path folder;

  /// A trace of one block of 8 bytes in each format.
  private static String text(TraceFormat format) {
    return switch (format) {
      case CAIRN -> "cairn-trace 1\na 8\nf 0\n";
      case MALLOC_LAB -> "1 2\na 0 8\nf 0\n";
      case WEE_ALLOC -> "Alloc(8),\nFree(0),\n";
      case VALGRIND -> "==7== Memcheck\n--7-- malloc(8) = 0x40\n--7-- free(0x40)\n";
      case MTRACE -> "= Start\n@ a:[0x1] + 0x10 0x8\n@ a:[0x1] - 0x10\n= End\n";
    };
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatIsKnownByItsContentGzippedOrNot(TraceFormat format) throws IOException {
    byte[] plain = text(format).getBytes(StandardCharsets.UTF_8);
    for (byte[] bytes : new byte[][] {plain, Sample.gzip(plain)}) {
      Path file = Files.write(folder.resolve("recording.misnamed"), bytes);
      Trace trace = TraceReader.read(file, OnDamage.REFUSE);

      assertThat(trace.reading().format()).contains(format);
      assertThat(Sample.operations(trace)).isEqualTo("a 8 @8, f 0");
      assertThat(trace.reading().lines()).isEqualTo(text(format).lines().count());
      assertThat(trace.name()).isEqualTo("recording.misnamed");
    }
  }

  @Test
  void theNameIsThatOfTheFileWithoutItsEndings() throws IOException {
    Path file = folder.resolve("git-log.rep.gz");
    Files.write(file, Sample.gzip(text(TraceFormat.MALLOC_LAB).getBytes(StandardCharsets.UTF_8)));

    assertThat(TraceReader.read(file, OnDamage.REFUSE).name()).isEqualTo("git-log");
  }

  @Test
  void noFormatIsTakenForAnother() {
    for (TraceFormat format : TraceFormat.values()) {
      assertThat(TraceFormat.of(text(format))).contains(format);
    }
  }

  @Test
  void anUnknownFormatIsRefusedWithThoseThatAreKnown() {
    IOException refusal = Sample.refusal("<html>\n".getBytes(StandardCharsets.UTF_8));

    assertThat(refusal)
        .isInstanceOf(TraceFormatException.class)
        .hasMessageStartingWith(
            "sample.txt is no trace in a known format: it begins with \"<html>\"");
    for (TraceFormat format : TraceFormat.values()) {
      assertThat(refusal).hasMessageContaining(format.description());
    }
  }

  @Test
  void emptyAndBinaryFilesAreRefusedAsSuch() {
    assertThat(Sample.refusal(new byte[0])).hasMessageStartingWith("sample.txt is empty. ");
    assertThat(Sample.refusal("\n \n".getBytes(StandardCharsets.UTF_8)))
        .hasMessageStartingWith("sample.txt is empty. ");
    assertThat(Sample.refusal(Sample.gzip(new byte[0]))).hasMessageStartingWith("sample.txt is em");
    assertThat(Sample.refusal(new byte[] {0x7f, 'E', 'L', 'F', 0, 1, 2}))
        .hasMessageStartingWith("sample.txt is a binary file, not a trace. ");
  }

  @Test
  void gzipDataThatEndsEarlyIsRefusedAndWhatCameBeforeCanBeKept() {
    byte[] whole = Sample.gzip("Alloc(8),\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    byte[] cut = Arrays.copyOf(whole, whole.length * 9 / 10);

    assertThat(Sample.refusal(cut))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("the gzip data ends early or is damaged");
    Trace kept = Sample.read(cut, OnDamage.SKIP);
    assertThat(kept.operations()).isGreaterThan(70_000);
    assertThat(kept.reading().damaged()).isPositive();
  }

  @Test
  void gzipDataThatIsNoneIsRefused() {
    assertThat(Sample.refusal(new byte[] {0x1f, (byte) 0x8b, 1, 2, 3}))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageStartingWith("sample.txt: its gzip data is damaged before the first line");
  }

  @Test
  void aLineWithoutEndIsCutNotKept() {
    String line = "Alloc(" + "1".repeat(10_000_000);

    DamagedTraceException damage = Sample.damage(2, "Alloc(8),\n" + line + "\nFree(0),\n");
    assertThat(damage.expected()).isEqualTo("a line of at most 65536 bytes");
    assertThat(damage.text()).hasSize(65536);
    assertThat(damage.getMessage()).hasSizeLessThan(200);
    assertThat(Sample.operations(Sample.skim("Alloc(8),\n" + line + "\nFree(0),\n")))
        .isEqualTo("a 8 @8, f 0");
  }

  @Test
  void linesAreWholeAcrossTheEndsOfBuffers() {
    int count = 50_000;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("Alloc(").append(i).append("),\n");
    }
    Trace trace = Sample.read(text.toString());

    assertThat(trace.operations()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(trace.byteSize(i)).isEqualTo(i);
      assertThat(trace.line(i)).isEqualTo(i + 1);
    }
  }

  @Test
  void missingFilesAndFoldersAreRefusedAsSuch() {
    assertThat(
            assertThrows(
                NoSuchFileException.class,
                () -> TraceReader.read(folder.resolve("none.rep"), OnDamage.REFUSE)))
        .hasMessageContaining("none.rep")
        .hasMessageContaining("there is no such file");
    assertThat(
            assertThrows(
                TraceFormatException.class, () -> TraceReader.read(folder, OnDamage.REFUSE)))
        .hasMessageContaining("is a directory");
  }

  @Test
  void onlyTheFirstFewDamagesAreQuoted() {
    Reading reading = Sample.skim("Alloc(8),\n" + "x\n".repeat(1000)).reading();

    assertThat(reading.damaged()).isEqualTo(1000);
    assertThat(reading.firstDamage()).hasSize(5);
  }

  @Test
  void theMessageHasFileLineTextAndWhatWasExpected() {
    assertThat(Sample.damage(2, "Alloc(8),\nFr\u0007ee\n"))
        .hasMessage("sample.txt:2: \"Fr?ee\": expected Alloc(size), or Free(index),");
  }
}
