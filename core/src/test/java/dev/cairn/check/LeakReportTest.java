package dev.cairn.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakReportTest {
  private static final StackTraceElement LOAD =
      new StackTraceElement("shop.Orders", "load", "Orders.java", 42);
  private static final StackTraceElement SERVE =
      new StackTraceElement("shop.Shop", "serve", "Shop.java", 7);
  private static final StackTraceElement GENERATED =
      new StackTraceElement("shop.Gen\"1\\", "run", null, -1);

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  // What flamegraph.pl takes a line apart with; a line that does not match it passes over.
  private static final Pattern COLLAPSED = Pattern.compile("(?<frames>.*)\\s+?(?<value>\\d+)\n");

  private static final LeakReport REPORT =
      new LeakReport(
          List.of(
              new Leak(List.of(LOAD, SERVE), 3, 3000, Duration.ofMillis(12_500)),
              new Leak(List.of(GENERATED, SERVE), 1, 24, Duration.ZERO)),
          List.of(),
          false);

  @Test
  void aTextHasALineForEachLeakAndOneForEachCall() {
    assertThat(REPORT.text())
        .isEqualTo(
            """
            3 blocks of 3000 bytes in all, allocated at Orders.load(Orders.java:42), the oldest 12 s ago
                called at Shop.serve(Shop.java:7)
            1 block of 24 bytes, allocated at Gen"1\\.run(null:-1), the oldest 0 s ago
                called at Shop.serve(Shop.java:7)
            """);
    assertThat(new LeakReport(REPORT.leaks(), List.of(), true).text()).startsWith("about 3 blocks");
  }

  @Test
  void jsonHasEveryFigureAndName() throws IOException {
    JsonNode json = JSON.readTree(REPORT.json());
    assertThat(json.get("estimated").booleanValue()).isFalse();
    assertThat(json.get("blocks").longValue()).isEqualTo(4);
    assertThat(json.get("bytes").longValue()).isEqualTo(3024);
    assertThat(json.get("leaks")).hasSize(2);
    JsonNode leak = json.get("leaks").get(0);
    assertThat(leak.get("blocks").longValue()).isEqualTo(3);
    assertThat(leak.get("bytes").longValue()).isEqualTo(3000);
    assertThat(leak.get("ageMillis").longValue()).isEqualTo(12_500);
    assertThat(frames(leak)).containsExactly(LOAD, SERVE);
    assertThat(frames(json.get("leaks").get(1))).containsExactly(GENERATED, SERVE);
    assertThat(JSON.readTree(new LeakReport(List.of(), List.of(), true).json()))
        .isEqualTo(
            JSON.createObjectNode()
                .put("estimated", true)
                .put("blocks", 0)
                .put("bytes", 0)
                .<ObjectNode>set("leaks", JSON.createArrayNode())
                .set("unplaced", JSON.createArrayNode()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a \"quoted\" name",
        "back\\slash\\",
        "line\nfeed\r\ttab\b\f\u0000\u001f\u007f",
        "Größe, 石, \u2028, \ud83e\udea8",
        "{\"not\":[\"a\",\"structure\"]}",
        "%s%n${}",
        "",
      })
  void jsonGivesBackEveryName(String name) throws IOException {
    StackTraceElement frame = new StackTraceElement("shop." + name, name, name, 1);
    JsonNode json = JSON.readTree(of(frame).json());
    assertThat(frames(json.get("leaks").get(0))).containsExactly(frame);
  }

  @Test
  @ResourceLock(Resources.LOCALE)
  void formatsForProgramsHaveTheSameDigitsInEveryCountry() throws IOException {
    String collapsed = REPORT.collapsed();
    Locale locale = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(3024)).isNotEqualTo("3024");
      assertThat(JSON.readTree(REPORT.json()).get("bytes").longValue()).isEqualTo(3024);
      assertThat(REPORT.collapsed()).isEqualTo(collapsed);
    } finally {
      Locale.setDefault(locale);
    }
  }

  @Test
  void collapsedStacksGoFromTheOutermostToTheInnermost() {
    assertThat(REPORT.collapsed())
        .isEqualTo(
            """
            shop.Shop.serve;shop.Orders.load 3000
            shop.Shop.serve;shop.Gen"1\\.run 24
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "run in a test named like a sentence", "two\nlines", "a;b", "7"})
  void eachLineOfCollapsedStacksIsFramesASpaceAndANumber(String name) {
    LeakReport report = of(new StackTraceElement("shop.Shop", name, null, -1), SERVE);
    assertThat(report.collapsed().lines()).hasSize(1);
    Matcher line = COLLAPSED.matcher(report.collapsed());
    assertThat(line.matches()).isTrue();
    assertThat(line.group("frames").split(";", -1)).hasSize(2).startsWith("shop.Shop.serve");
    assertThat(line.group("value")).isEqualTo("1000");
  }

  @Test
  void aProfileHasSamplesLocationsFunctionsAndStrings() throws IOException {
    UnknownFieldSet profile;
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(REPORT.pprof()))) {
      profile = UnknownFieldSet.parseFrom(gzip);
    }
    List<String> strings =
        profile.getField(6).getLengthDelimitedList().stream()
            .map(ByteString::toStringUtf8)
            .toList();
    assertThat(strings).startsWith("", "inuse_objects", "count", "inuse_space", "bytes");
    List<UnknownFieldSet> types = messages(profile, 1);
    assertThat(types).hasSize(2);
    assertThat(strings.get((int) number(types.get(1), 1))).isEqualTo("inuse_space");
    assertThat(strings.get((int) number(types.get(1), 2))).isEqualTo("bytes");
    List<UnknownFieldSet> samples = messages(profile, 2);
    assertThat(samples).hasSize(2);
    assertThat(samples.getFirst().getField(2).getVarintList()).containsExactly(3L, 3000L);
    assertThat(samples.getFirst().getField(1).getVarintList()).containsExactly(1L, 2L);
    // The last call is the same one.
    assertThat(samples.getLast().getField(1).getVarintList()).containsExactly(3L, 2L);
    List<UnknownFieldSet> locations = messages(profile, 4);
    assertThat(locations).extracting(each -> number(each, 1)).containsExactly(1L, 2L, 3L);
    UnknownFieldSet line = messages(locations.getFirst(), 4).getFirst();
    assertThat(number(line, 2)).isEqualTo(42);
    UnknownFieldSet function =
        messages(profile, 5).stream()
            .filter(each -> number(each, 1) == number(line, 1))
            .findFirst()
            .orElseThrow();
    assertThat(strings.get((int) number(function, 2))).isEqualTo("shop.Orders.load");
    assertThat(strings.get((int) number(function, 4))).isEqualTo("Orders.java");
  }

  @Test
  void pprofReadsTheProfile(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("leaks.pb.gz"), REPORT.pprof());
    Process pprof;
    try {
      pprof =
          new ProcessBuilder("go", "tool", "pprof", "-raw", file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException missing) {
      Assumptions.abort("no go on the PATH: " + missing);
      return;
    }
    try (BufferedReader lines = pprof.inputReader()) {
      assertThat(lines.lines().map(String::strip))
          .containsSubsequence(
              "inuse_objects/count inuse_space/bytes",
              "3       3000: 1 2",
              "1         24: 3 2",
              "1: 0x0 M=1 shop.Orders.load Orders.java:42 s=0",
              "2: 0x0 M=1 shop.Shop.serve Shop.java:7 s=0");
    }
  }

  @Test
  void aLeakHasAPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Leak(List.of(), 1, 1, Duration.ZERO))
        .withMessageContaining("give it the place");
  }

  private static LeakReport of(StackTraceElement... stack) {
    return new LeakReport(
        List.of(new Leak(List.of(stack), 1, 1000, Duration.ZERO)), List.of(), false);
  }

  private static List<StackTraceElement> frames(JsonNode leak) {
    return leak.get("stack")
        .valueStream()
        .map(
            frame ->
                new StackTraceElement(
                    frame.get("class").textValue(),
                    frame.get("method").textValue(),
                    frame.get("file").textValue(),
                    frame.get("line").intValue()))
        .toList();
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field) {
    List<UnknownFieldSet> messages = new ArrayList<>();
    for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
      try {
        messages.add(UnknownFieldSet.parseFrom(bytes));
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError("field " + field, malformed);
      }
    }
    return messages;
  }

  private static long number(UnknownFieldSet message, int field) {
    return message.getField(field).getVarintList().getFirst();
  }
}
