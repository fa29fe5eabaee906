package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeCommandTest {
  @TempDir private Path folder;
  private final Session cairn = new Session();

  private String trace(String... operations) throws IOException {
    Path file = folder.resolve("small.trace");
    Files.writeString(file, "cairn-trace 1\nname small\n" + String.join("\n", operations) + "\n");
    return file.toString();
  }

  @Test
  void whatAProgramNeedsIsSaidInThreeParts() throws IOException {
    assertThat(cairn.run("size", trace("a 64", "a 2000", "f 0", "r 1 3000", "f -"))).isZero();

    assertThat(cairn.out())
        .containsExactly(
            "small: 5 operations",
            "  peak live  3,000 B (2.9 KiB) as asked for",
            "             5,000 B (4.9 KiB) if what is reallocated is there twice",
            "             6,144 B (6 KiB) at most as RealtimeHeap rounds it",
            "  requests   64 B to 3,000 B (2.9 KiB)",
            "",
            "  bound                             bytes  of peak  from",
            "  RealtimeHeap                     49,152    16.38  this project, docs/design/realtime.md",
            "  RealtimeHeap, over               53,248    17.75  this project, docs/design/realtime.md",
            "  RealtimeHeap, of three figures   77,824    25.94  this project, docs/design/realtime.md",
            "  first fit                        35,392    11.80  Robson 1977",
            "  half-fit                         70,784    23.59  Ogasawara 1995, Herter 2014",
            "  half-fit, o1heap                 70,362    23.45  o1heap",
            "  best fit, TLSF                  227,520    75.84  Robson 1977",
            "",
            "  RealtimeHeap at 49,152 B: every request was met",
            "  RealtimeHeap, over at 53,248 B: every request was met",
            "  RealtimeHeap at 77,824 B: every request was met",
            "",
            "  allocator            smallest  of peak  of bound   step  unlucky",
            "  RealtimeHeap            4,160     1.39      0.08   16 B  0 of 16",
            "  RealtimeHeap, over      8,176     2.73      0.17   16 B  0 of 16",
            "  Heap below 2 MiB        3,072     1.02      0.06   16 B  0 of 16",
            "  Heap                2,097,152   699.05     42.67  4 KiB  0 of 16  the least it can have",
            "  Region                  3,072     1.02      0.06   16 B  0 of 16",
            "");
    assertThat(cairn.err()).isEmpty();
  }

  @Test
  void jsonIsAnArrayOfObjectsWithAgreedNamesAndNothingElse() throws IOException {
    String trace = trace("a 64", "a 64");

    assertThat(cairn.run("size", "--json", trace, trace)).isZero();

    JsonNode array = new ObjectMapper().readTree(String.join("\n", cairn.out()));
    assertThat(array).hasSize(2);
    assertThat(array.get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "trace",
            "ops",
            "peakLiveBytes",
            "countedPeakBytes",
            "roundedPeakBytes",
            "smallestByteSize",
            "largestByteSize",
            "bounds",
            "proofs",
            "trials");
    assertThat(array.get(0).get("proofs").get(0).get("outcome").asText()).isEqualTo("MET");
    assertThat(array.get(0).get("trials").get(0).get("allocator").asText())
        .isEqualTo("RealtimeHeap");
    assertThat(array.get(0).get("trials").get(0).get("byteSize").asLong()).isEqualTo(128);
  }

  @Test
  void aRequestThatIsRefusedAtABoundIsNamedAndFailsTheCommand() throws IOException {
    assertThat(cairn.run("size", trace("a 64", "a 100 @2097152"))).isEqualTo(1);

    assertThat(cairn.out())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("  RealtimeHeap at ")
                    .endsWith(" B: refused 100 B aligned to 2,097,152 B (2 MiB), line 4"))
        .anySatisfy(line -> assertThat(line).matches("  RealtimeHeap +none .* up to .*"));
  }

  @Test
  void aTraceThatIsLargerThanTheMachineIsRefusedWithoutAStackTrace() throws IOException {
    assertThat(cairn.run("size", trace("a 64", "a 9223372036854775000 @1"))).isEqualTo(1);

    assertThat(cairn.err())
        .singleElement()
        .asString()
        .startsWith("cairn size: small asks for 9,223,372,036,854,775,000 bytes by operation 1")
        .endsWith("size it on a larger one");
    assertThat(cairn.out()).isEmpty();
  }

  @Test
  void theGuideShowsWhatTheCommandSays() throws IOException {
    assertThat(cairn.run("size", "recording:ls")).isZero();

    assertThat(Files.readString(Path.of("..", "docs", "guide", "14-realtime.md")))
        .as("docs/guide/14-realtime.md has the output of: cairn size recording:ls")
        .contains(String.join("\n", cairn.out()).strip());
  }
}
