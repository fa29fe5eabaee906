package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PausesCommandTest {
  private static final String PROPERTY = "cairn.bench";

  @TempDir private Path folder;
  private final Session cairn = new Session();

  @AfterEach
  void forgetTheBenchmarks() {
    System.clearProperty(PROPERTY);
  }

  /// A comparison that prints what it is told to, and says what it was asked for as its machine.
  private void makeBenchmarks(int exitCode) throws IOException {
    Path source = folder.resolve("Pauses.java");
    Files.writeString(
        source,
        """
        package dev.cairn.bench;

        public class Pauses {
          public static void main(String[] arguments) {
            System.out.println(\"""
                {"machine": "asked for %%s", "liveBytes": 67108864, "entries": 62291,
                 "seconds": 2, "warmupSeconds": 1, "rate": 50000, "picture": "p.svg",
                 "contestants": [%%s, %%s]}
                \""".formatted(
                    String.join(" ", arguments),
                    line("Java heap, G1", 1000, 9, 12),
                    line("Cairn", 1500, 0, 0)));
            System.exit(%d);
          }

          private static String line(String name, int p50, int pauses, int stalls) {
            return \"""
                {"name": "%%s", "options": "-Xmx1g", "requests": 100, "meanNanos": 5000,
                 "p50Nanos": %%d, "p99Nanos": 2000000, "p999Nanos": 3000000,
                 "p9999Nanos": 4000000, "maxNanos": 5000000, "pauses": %%d,
                 "longestPauseNanos": 571875716, "pausedNanos": 770702964, "stalls": %%d,
                 "stalledNanos": 640169170, "otherCpu": 0.25,
                 "garbageBytesPerRequest": 581.6, "javaHeapBytes": 134217728,
                 "nativeBytes": 75276288}
                \""".formatted(name, p50, pauses, stalls);
          }
        }
        """
            .formatted(exitCode));
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    assertThat(javac.run(System.out, System.err, "-d", folder.toString(), source.toString()))
        .isZero();
    System.setProperty(PROPERTY, folder.toString());
  }

  @Test
  void theTablesSayWhatWasMeasuredAndTheSentencesWhatIsSeen() throws IOException {
    makeBenchmarks(0);

    assertThat(cairn.run("pauses")).isZero();

    assertThat(String.join("\n", cairn.out()))
        .contains("62,291 values of 100 to 4096 bytes, 64 MiB together")
        .containsPattern("Java heap, G1 +5 µs +1 µs +2 ms +3 ms +4 ms +5 ms")
        .containsPattern("Java heap, G1 +9 +571.9 ms +770.7 ms +12 +640.2 ms +25.0 % +581.6 B")
        .contains("Java heap, G1: the collector stopped the program 9 times, for 571.9 ms at the")
        .contains("allocation waited for it 12 times, 640.2 ms together")
        .contains("Cairn: the collector never stopped the program; the slowest")
        .contains("The picture is in p.svg");
  }

  @Test
  void whereCairnIsNotTheFastestIsSaid() throws IOException {
    makeBenchmarks(0);

    cairn.run("pauses");

    assertThat(cairn.out()).contains("Cairn is not the fastest in: p50 (Java heap, G1).");
  }

  @ParameterizedTest
  @CsvSource({"2g,2147483648", "512m,536870912", "64K,65536", "100,100"})
  void theOptionsArePassedOn(String live, String bytes) throws IOException {
    makeBenchmarks(0);

    assertThat(
            cairn.run("pauses", "--live", live, "--seconds", "3", "--rate", "7", "--out", "x.svg"))
        .isZero();

    assertThat(cairn.out()).first().isEqualTo("asked for " + bytes + " 3 7 x.svg");
  }

  @Test
  void jsonIsPrintedAsItIs() throws IOException {
    makeBenchmarks(0);

    assertThat(cairn.run("pauses", "--json")).isZero();

    assertThat(cairn.out()).first().asString().startsWith("{\"machine\": \"asked for 0 12 100000");
  }

  @Test
  void aComparisonThatFailedPrintsNoTable() throws IOException {
    makeBenchmarks(1);

    assertThat(cairn.run("pauses")).isEqualTo(1);

    assertThat(cairn.out()).isEqualTo(List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"much", "0", "-1g", "1.5g", "12345678901"})
  void whatIsNoSizeIsRefused(String size) {
    assertThat(cairn.run("pauses", "--live", size)).isEqualTo(2);

    assertThat(cairn.err()).first().asString().contains("'" + size + "' is no size", "512m");
  }

  @Test
  void whereTheBenchmarksAreNotBuiltItIsSaidWhatBuildsThem() {
    assertThat(cairn.run("pauses")).isEqualTo(1);

    assertThat(cairn.err()).singleElement().asString().contains("./cairn pauses");
  }
}
