package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LatencyChartTest {
  @TempDir private Path folder;

  /// A hundred thousand values of which one in a thousand takes longer.
  private static Histogram latency(long usual, long rare) {
    Histogram latency = new Histogram(3);
    latency.recordValueWithCount(usual, 99_900);
    latency.recordValueWithCount(rare, 100);
    return latency;
  }

  private static Document read(Path file) throws Exception {
    DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
    // The definition of SVG is at the other end of the network.
    parsers.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return parsers.newDocumentBuilder().parse(file.toFile());
  }

  @Test
  void eachDistributionHasALineOfItsOwnColour() throws Exception {
    Path file = folder.resolve("picture.svg");
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    latencies.put("one", latency(2_000, 30_000_000));
    latencies.put("another", latency(5_000, 8_000));
    latencies.put("a third", latency(100, 200));

    LatencyChart.write(file, "Three of them", latencies);

    assertThat(strokes(read(file)))
        .contains("rgb(213,94,0)", "rgb(0,114,178)", "rgb(0,158,115)")
        .doesNotContain("rgb(204,121,167)");
  }

  private static List<String> strokes(Document picture) {
    NodeList groups = picture.getElementsByTagName("g");
    return IntStream.range(0, groups.getLength())
        .mapToObj(i -> ((Element) groups.item(i)).getAttribute("stroke"))
        .toList();
  }

  @Test
  void theAxesSayPercentilesAndTimesWithTheirUnits() {
    assertThat(IntStream.rangeClosed(0, 5).mapToObj(LatencyChart::percentile))
        .containsExactly("0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %");
    assertThat(IntStream.of(0, 2, 3, 8, 9, 10).mapToObj(LatencyChart::time))
        .containsExactly("1 ns", "100 ns", "1 µs", "100 ms", "1 s", "10 s");
  }

  @Test
  void aPictureThatIsShownSmallerIsWhole() throws Exception {
    Path file = folder.resolve("picture.svg");

    LatencyChart.write(file, "One", Map.of("one", latency(2_000, 3_000)));

    var root = read(file).getDocumentElement();
    assertThat(root.getAttribute("viewBox"))
        .isEqualTo("0 0 " + root.getAttribute("width") + " " + root.getAttribute("height"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 10, 3_600_000_000_000L})
  void oneCallIsDrawnHoweverLongItTook(long nanos) throws Exception {
    Path file = folder.resolve("picture.svg");
    Histogram latency = new Histogram(3);
    latency.recordValue(nanos);

    LatencyChart.write(file, "Once", Map.of("one", latency));

    assertThat(strokes(read(file))).contains("rgb(213,94,0)");
  }

  @Test
  void whatHasNoValueIsRefusedByItsName() {
    Path file = folder.resolve("picture.svg");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyChart.write(file, "", Map.of("idle", new Histogram(3))))
        .withMessageContaining("no latency of idle");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyChart.write(file, "", Map.of()))
        .withMessageContaining(file.toString());
    assertThat(Files.exists(file)).isFalse();
  }
}
