package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
  @TempDir private Path folder;
  private final Session cairn = new Session();
  private String trace = "";

  @BeforeEach
  void writeTrace() throws IOException {
    Path file = folder.resolve("small.trace");
    Files.writeString(file, "cairn-trace 1\nname small\na 100\nz 40000\nr 0 2000\nf 0\nf -\n");
    trace = file.toString();
  }

  @Test
  void eachAllocatorHasARow() {
    assertThat(cairn.run("replay", "--quick", "--allocator", "heap,libc", trace)).isZero();

    assertThat(cairn.out()).first().isEqualTo("small: 5 operations, at most 41.0 KiB live");
    assertThat(cairn.out().get(1)).matches("  allocator +failed +Mops/s +footprint +used +p50.*");
    assertThat(cairn.out().get(2)).matches("  heap +0 .* ns.*");
    assertThat(cairn.out().get(3)).matches("  libc +0 .* ns.*");
    assertThat(cairn.err()).isEmpty();
  }

  @Test
  void jsonIsAnArrayOfObjectsWithAgreedNamesAndNothingElse() throws IOException {
    assertThat(cairn.run("replay", "--quick", "--json", "--allocator=heap", trace, trace)).isZero();

    JsonNode array = new ObjectMapper().readTree(String.join("\n", cairn.out()));
    assertThat(array).hasSize(2);
    assertThat(array.get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "trace",
            "allocator",
            "ops",
            "failed",
            "mopsPerSecond",
            "peakLiveBytes",
            "peakFootprintBytes",
            "utilization",
            "p50Nanos",
            "p99Nanos",
            "p999Nanos",
            "maxNanos");
    assertThat(array.get(0).get("trace").asText()).isEqualTo("small");
    assertThat(array.get(0).get("allocator").asText()).isEqualTo("heap");
    assertThat(array.get(0).get("failed").asLong()).isZero();
    assertThat(array.get(0).get("peakLiveBytes").asLong()).isEqualTo(42_000);
  }

  @Test
  void anAllocatorThatIsNotKnownIsAMisuse() {
    assertThat(cairn.run("replay", "--allocator", "heap,stones", trace)).isEqualTo(2);

    assertThat(cairn.err()).first().asString().contains("\"stones\"", "heap", "libc");
    assertThat(cairn.out()).isEmpty();
  }

  @Test
  void aLibraryThatIsMissingFailsTheCommandButNotTheOthers() {
    assertThat(cairn.run("replay", "--quick", "--allocator", "/nowhere.so,heap", trace))
        .isEqualTo(1);

    assertThat(cairn.err()).first().asString().contains("/nowhere.so");
    assertThat(cairn.out()).anySatisfy(line -> assertThat(line).startsWith("  heap "));
  }

  @Test
  void aTraceThatIsDamagedIsRefusedBeforeAnythingIsReplayed() throws IOException {
    Path damaged = folder.resolve("damaged.trace");
    Files.writeString(damaged, "cairn-trace 1\nnonsense\n");

    assertThat(cairn.run("replay", "--quick", trace, damaged.toString())).isEqualTo(1);

    assertThat(cairn.err()).singleElement().asString().contains("damaged.trace:2:");
    assertThat(cairn.out()).isEmpty();
  }
}
