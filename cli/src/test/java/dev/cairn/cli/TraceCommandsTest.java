package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.trace.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCommandsTest {
  @TempDir private Path folder;
  private final Session cairn = new Session();
  private Path trace;
  private Path damaged;

  @BeforeEach
  void writeTraces() throws IOException {
    trace = folder.resolve("small.trace");
    Files.writeString(
        trace,
        """
        cairn-trace 1
        name a small program
        a 100
        z 40000
        r 0 2000
        f 0
        f -
        """);
    damaged = folder.resolve("damaged.trace");
    Files.writeString(damaged, "cairn-trace 1\na 100\nnonsense\nf 0\n");
  }

  @Test
  void statsSaysWhatAProgramAskedFor() {
    assertThat(cairn.run("stats", trace.toString())).isZero();

    assertThat(cairn.out())
        .containsExactly(
            "a small program (cairn)",
            "  operations   5: 2 allocations (1 zeroed), 1 reallocations, 1 frees (and 1 of NULL)",
            "  threads      1",
            "  sizes        p50 2.0 KiB, p90 39.1 KiB, p99 39.1 KiB, max 39.1 KiB",
            "  lifetimes    p50 3, p90 3, p99 3, max 3",
            "  peak live    42,000 B (41.0 KiB) in at most 2 blocks",
            "  over 32 KiB  1 of 3 requests, 40,000 B (39.1 KiB): 95.0 % of all bytes",
            "  never freed  1 of 2 blocks, 40,000 B (39.1 KiB)",
            "               39.1 KiB, allocated by line 4");
    assertThat(cairn.err()).isEmpty();
  }

  @Test
  void statsOfSeveralTracesAreApart() {
    assertThat(cairn.run("stats", trace.toString(), trace.toString())).isZero();

    assertThat(cairn.out()).filteredOn(String::isEmpty).hasSize(1);
  }

  @Test
  void aDamagedLineIsRefusedWithItsPlaceAndWithoutAStackTrace() {
    assertThat(cairn.run("stats", damaged.toString())).isEqualTo(1);

    assertThat(cairn.err())
        .singleElement()
        .asString()
        .startsWith("cairn stats: " + damaged + ":3: \"nonsense\": expected");
  }

  @Test
  void aDamagedLineIsSkippedAndToldOfWhenThatIsAllowed() {
    assertThat(cairn.run("stats", "--lenient", damaged.toString())).isZero();

    assertThat(cairn.err()).first().asString().contains(damaged.toString(), "skipped 1");
    assertThat(cairn.out())
        .contains(
            "  operations   2: 1 allocations (0 zeroed), 0 reallocations,"
                + " 1 frees (and 0 of NULL)");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(cairn.run("stats", "nowhere.trace")).isEqualTo(1);

    assertThat(cairn.err()).singleElement().asString().contains("nowhere.trace", "no such file");
  }

  @Test
  void statsOfNothingIsAMisuse() {
    assertThat(cairn.run("stats")).isEqualTo(2);

    assertThat(cairn.err()).last().isEqualTo("Try 'cairn stats --help'.");
  }

  @Test
  void aConvertedTraceHasTheSameStats() {
    Path converted = folder.resolve("converted.gz");
    String[] stats = {"stats", trace.toString()};

    assertThat(cairn.run("convert", trace.toString(), converted.toString())).isZero();

    Session original = new Session();
    Session copy = new Session();
    original.run(stats);
    copy.run("stats", converted.toString());
    assertThat(copy.out().subList(0, 8)).isEqualTo(original.out().subList(0, 8));
  }

  @Test
  void convertDoesNotReplaceAFile() throws IOException {
    String before = Files.readString(damaged);

    assertThat(cairn.run("convert", trace.toString(), damaged.toString())).isEqualTo(2);

    assertThat(cairn.err()).first().asString().contains(damaged.toString(), "is there already");
    assertThat(Files.readString(damaged)).isEqualTo(before);
  }

  @Test
  void convertToAFolderThatIsNotThereSaysSo() {
    Path nowhere = folder.resolve("nowhere/converted.gz");

    assertThat(cairn.run("convert", trace.toString(), nowhere.toString())).isEqualTo(1);

    assertThat(cairn.err())
        .containsExactly("cairn convert: " + nowhere + ": no such file or folder");
  }

  @Test
  void aRecordingIsReadByItsName() {
    String recording = Recordings.list().getFirst();

    assertThat(cairn.run("stats", "recording:" + recording)).isZero();

    assertThat(cairn.out().get(1)).startsWith("  operations   ");
  }

  @Test
  void aRecordingThatIsNotThereIsAMisuseAndThoseThereAreAreNamed() {
    assertThat(cairn.run("stats", "recording:nothing")).isEqualTo(2);

    assertThat(cairn.err())
        .first()
        .asString()
        .contains("\"nothing\"", Recordings.list().getFirst());
  }
}
