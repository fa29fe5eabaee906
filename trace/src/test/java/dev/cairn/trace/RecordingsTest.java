package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordingsTest {
  // A row of the README's table: name, program, operations, peak live bytes.
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (\\S+) \\| [^|]+ \\| ([\\d,]+) \\| ([\\d,]+) \\|$");

  static Stream<String> names() {
    return Recordings.list().stream();
  }

  private static List<MatchResult> rows() throws IOException {
    try (InputStream in = Recordings.class.getResourceAsStream("recordings/README.md")) {
      String readme = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ROW.matcher(readme).results().toList();
    }
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  @Test
  void theListHasEveryRecordingOfTheReadmeAndNoOther() throws IOException {
    assertThat(rows().stream().map(row -> row.group(1))).isEqualTo(Recordings.list());
    assertThat(Recordings.list()).hasSizeGreaterThanOrEqualTo(6);
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachRecordingIsAsTheReadmeSays(String name) throws IOException {
    Trace trace = Recordings.open(name);
    MatchResult row = rows().stream().filter(r -> r.group(1).equals(name)).findFirst().get();

    assertThat(trace.name()).isEqualTo(name);
    assertThat(trace.reading().damaged()).isZero();
    assertThat(trace.operations()).isEqualTo((int) number(row.group(2)));
    assertThat(TraceStats.of(trace).peakLiveBytes()).isEqualTo(number(row.group(3)));
  }

  @Test
  void anUnknownRecordingIsRefusedWithThoseThatThereAre() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> Recordings.open("lss")))
        .hasMessageContaining("\"lss\"")
        .hasMessageContaining("ls, ");
  }
}
