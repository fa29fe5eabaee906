package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.cairn.bench.PauseTurn.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PausesTest {
  private static final PausePlan TINY = new PausePlan(16 << 20, 1, 2000);

  @TempDir private Path folder;

  @Test
  void theThreeAreComparedAndDrawn() throws IOException {
    Path picture = folder.resolve("pauses.svg");
    ByteArrayOutputStream progress = new ByteArrayOutputStream();

    Pauses.Report report = Pauses.compare(TINY, picture, new PrintStream(progress));

    assertThat(report.contestants())
        .extracting(Pauses.Line::name)
        .containsExactly("Java heap, G1", "Java heap, ZGC", "Cairn");
    assertThat(report.contestants())
        .allSatisfy(
            line -> {
              assertThat(line.requests()).isEqualTo(2000);
              assertThat(line.p50Nanos()).isPositive().isLessThanOrEqualTo(line.maxNanos());
            });
    Pauses.Line java = report.contestants().getFirst();
    Pauses.Line cairn = report.contestants().getLast();
    // Half of the requests make a new array of a thousand bytes, or a block of as many.
    assertThat(java.garbageBytesPerRequest()).isGreaterThan(400);
    // Until they are compiled, a block's requests make segments.
    assertThat(cairn.garbageBytesPerRequest()).isLessThan(java.garbageBytesPerRequest());
    assertThat(java.nativeBytes()).isZero();
    assertThat(cairn.nativeBytes()).isGreaterThan(16 << 20);
    assertThat(picture).isNotEmptyFile();
    assertThat(progress.toString(StandardCharsets.UTF_8)).contains("-XX:+UseZGC -Xms128m -Xmx128m");
  }

  @Test
  void aPictureThatCouldNotBeWrittenIsRefusedBeforeAnythingIsMeasured() {
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    for (Path picture : List.of(folder, folder.resolve("none").resolve("pauses.svg"))) {
      assertThatIOException()
          .isThrownBy(() -> Pauses.compare(TINY, picture, new PrintStream(progress)))
          .withMessageContainingAll(picture.toString(), "--out");
    }
    assertThat(progress.size()).isZero();
  }

  @Test
  void picturesOfLatenciesGetTheirFolderBeforeAnythingIsMeasured() throws IOException {
    Path out = folder.resolve("new").resolve("pictures");
    Latency.prepare(out);
    assertThat(out).isEmptyDirectory();
    Path file = Files.createFile(folder.resolve("file"));
    assertThatIOException()
        .isThrownBy(() -> Latency.prepare(file))
        .withMessageContainingAll(file.toString(), "--out");
  }

  @Test
  void thePausesOfTheCollectorAreSeen() throws IOException {
    try (CollectorWatch watch = new CollectorWatch()) {
      System.gc();

      assertThat(watch.stop().pauses()).isNotEmpty();
    }
  }

  @Test
  void aJvmThatFailsIsShownWithWhatItSaid() {
    assertThatIOException()
        .isThrownBy(() -> PauseTurn.take(Place.JAVA, List.of("-Xmx8m"), TINY))
        .withMessageContaining("OutOfMemoryError");
  }
}
