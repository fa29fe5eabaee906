package dev.cairn.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class LeakReportTest {
  private static final StackTraceElement LOAD =
      new StackTraceElement("shop.Orders", "load", "Orders.java", 42);
  private static final StackTraceElement SERVE =
      new StackTraceElement("shop.Shop", "serve", "Shop.java", 7);
  private static final StackTraceElement GENERATED =
      new StackTraceElement("shop.Gen\"1\\", "run", null, -1);

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
  void jsonHasEveryFigureAndIsQuoted() {
    assertThat(REPORT.json())
        .isEqualTo(
            "{\"estimated\":false,\"blocks\":4,\"bytes\":3024,\"leaks\":["
                + "{\"blocks\":3,\"bytes\":3000,\"ageMillis\":12500,\"stack\":["
                + "{\"class\":\"shop.Orders\",\"method\":\"load\",\"file\":\"Orders.java\",\"line\":42},"
                + "{\"class\":\"shop.Shop\",\"method\":\"serve\",\"file\":\"Shop.java\",\"line\":7}]},"
                + "{\"blocks\":1,\"bytes\":24,\"ageMillis\":0,\"stack\":["
                + "{\"class\":\"shop.Gen\\\"1\\\\\",\"method\":\"run\",\"file\":null,\"line\":-1},"
                + "{\"class\":\"shop.Shop\",\"method\":\"serve\",\"file\":\"Shop.java\",\"line\":7}]}],\"unplaced\":[]}");
    assertThat(new LeakReport(List.of(), List.of(), true).json())
        .isEqualTo("{\"estimated\":true,\"blocks\":0,\"bytes\":0,\"leaks\":[],\"unplaced\":[]}");
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

  @Test
  void aProfileHasSamplesLocationsFunctionsAndStrings() throws IOException {
    List<Field> profile;
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(REPORT.pprof()))) {
      profile = Field.all(gzip.readAllBytes());
    }
    List<String> strings = Field.of(profile, 6).stream().map(Field::text).toList();
    assertThat(strings).startsWith("", "inuse_objects", "count", "inuse_space", "bytes");
    List<List<Field>> types = Field.messages(profile, 1);
    assertThat(types).hasSize(2);
    assertThat(strings.get((int) Field.number(types.get(1), 1))).isEqualTo("inuse_space");
    assertThat(strings.get((int) Field.number(types.get(1), 2))).isEqualTo("bytes");
    List<List<Field>> samples = Field.messages(profile, 2);
    assertThat(samples).hasSize(2);
    assertThat(Field.of(samples.getFirst(), 2)).extracting(Field::value).containsExactly(3L, 3000L);
    assertThat(Field.of(samples.getFirst(), 1)).extracting(Field::value).containsExactly(1L, 2L);
    // The last call is the same one.
    assertThat(Field.of(samples.getLast(), 1)).extracting(Field::value).containsExactly(3L, 2L);
    List<List<Field>> locations = Field.messages(profile, 4);
    assertThat(locations).extracting(each -> Field.number(each, 1)).containsExactly(1L, 2L, 3L);
    List<Field> line = Field.messages(locations.getFirst(), 4).getFirst();
    assertThat(Field.number(line, 2)).isEqualTo(42);
    List<Field> function =
        Field.messages(profile, 5).stream()
            .filter(each -> Field.number(each, 1) == Field.number(line, 1))
            .findFirst()
            .orElseThrow();
    assertThat(strings.get((int) Field.number(function, 2))).isEqualTo("shop.Orders.load");
    assertThat(strings.get((int) Field.number(function, 4))).isEqualTo("Orders.java");
  }

  @Test
  void aLeakHasAPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Leak(List.of(), 1, 1, Duration.ZERO))
        .withMessageContaining("give it the place");
  }

  /// A field of a message of protocol buffers.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Field(int number, long value, byte[] bytes) {
    static List<Field> all(byte[] message) {
      List<Field> fields = new ArrayList<>();
      ByteArrayInputStream in = new ByteArrayInputStream(message);
      while (in.available() > 0) {
        long key = varint(in);
        long value = varint(in);
        byte[] bytes = new byte[(key & 7) == 2 ? (int) value : 0];
        assertThat(in.readNBytes(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        fields.add(new Field((int) (key >>> 3), value, bytes));
      }
      return fields;
    }

    static List<Field> of(List<Field> message, int number) {
      return message.stream().filter(field -> field.number == number).toList();
    }

    static List<List<Field>> messages(List<Field> message, int number) {
      return of(message, number).stream().map(field -> all(field.bytes)).toList();
    }

    static long number(List<Field> message, int number) {
      return of(message, number).getFirst().value;
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long varint(ByteArrayInputStream in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = in.read();
        value |= (long) (next & 0x7F) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
      }
    }
  }
}
