package dev.cairn.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.DOMImplementation;
import org.w3c.dom.Element;

/// A picture of latency distributions, as HdrHistogram draws them: percentiles from left to right,
/// each nine as wide as the one before it, and latencies from bottom to top, each power of ten as
/// high as the one before it.
///
/// A line ends at the maximum, as far to the right as its number of values reaches.
public final class LatencyChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 480;
  // About what is left of them for the lines, and how many powers of ten can be labelled there.
  private static final int PLOT_WIDTH = 640;
  private static final int PLOT_HEIGHT = 350;
  private static final int MOST_PERCENTILES = 6;
  private static final int MOST_TIMES = 12;
  // What a line of the legend holds; longer ones stand below each other, and take more height.
  private static final int LETTERS = 50;
  private static final int LINE = 24;
  private static final int POINTS_PER_HALVING = 8;
  // After the point, of a coordinate: more would not be seen.
  private static final int DIGITS = 1;
  // In powers of ten: a mark at the very edge would get no label.
  private static final double EDGE = 0.05;
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final List<String> UNITS = List.of("ns", "µs", "ms", "s");

  // The colours that Okabe and Ito found to be told apart by everybody, in an order in which
  // neighbours differ most.
  private static final Color[] COLORS = {
    new Color(0xD55E00),
    new Color(0x0072B2),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0x000000),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };
  private static final BasicStroke STROKE =
      new BasicStroke(2.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);

  private LatencyChart() {}

  /// Refuses a file that could not be written: before there is something to draw, for that may
  /// take minutes.
  ///
  /// @param file the file
  /// @throws IOException if its folder is missing, or it may not be written there
  static void requireWritable(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    String reason =
        Files.isDirectory(file)
            ? "that is a folder: name a file in it"
            : folder == null || !Files.isDirectory(folder)
                ? "there is no folder " + folder + ": make it"
                : Files.isWritable(Files.exists(file) ? file : folder)
                    ? null
                    : "that may not be written";
    if (reason != null) {
      throw new IOException(
          "no picture can be drawn in " + file + ", " + reason + ", or give another --out");
    }
  }

  /// Writes the picture as an SVG file.
  ///
  /// @param file the file, which is replaced if it is there
  /// @param title what stands above the picture
  /// @param latencies the distributions in nanoseconds by their names, in the order of the legend
  /// @throws IllegalArgumentException if there is no distribution, or one without a value
  /// @throws IOException if the file cannot be written
  public static void write(Path file, String title, Map<String, Histogram> latencies)
      throws IOException {
    if (latencies.isEmpty()) {
      throw new IllegalArgumentException("no latencies to draw in " + file + ": give one at least");
    }
    boolean isWide = String.join("", latencies.keySet()).length() > LETTERS;
    XYChart chart = new XYChart(WIDTH, HEIGHT + (isWide ? LINE * latencies.size() : 0));
    chart.setTitle(title);
    chart.setXAxisTitle("percentile");
    chart.setYAxisTitle("latency");
    chart
        .getStyler()
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(isWide ? Styler.LegendLayout.Vertical : Styler.LegendLayout.Horizontal);
    style(chart.getStyler(), latencies.values());
    int index = 0;
    for (Map.Entry<String, Histogram> each : latencies.entrySet()) {
      XYSeries line = addLine(chart, each.getKey(), each.getValue());
      line.setMarker(SeriesMarkers.NONE);
      line.setLineColor(COLORS[index % COLORS.length]);
      line.setLineStyle(STROKE);
      index++;
    }
    write(file, chart);
  }

  private static XYSeries addLine(XYChart chart, String name, Histogram latency) {
    long count = latency.getTotalCount();
    if (count == 0) {
      throw new IllegalArgumentException(
          "no latency of " + name + " was recorded: nothing to draw");
    }
    List<Double> ranks = new ArrayList<>();
    List<Double> nanos = new ArrayList<>();
    for (HistogramIterationValue value : latency.percentiles(POINTS_PER_HALVING)) {
      // One in so many values is above the percentile: 1 at 0 %, 10 at 90 %, 100 at 99 %.
      double rank = Math.min(count, 100 / (100 - value.getPercentileLevelIteratedTo()));
      ranks.add(Math.log10(rank));
      nanos.add(Math.log10(Math.max(1, value.getValueIteratedTo())));
    }
    return chart.addSeries(name, ranks, nanos);
  }

  private static void style(XYStyler styler, Iterable<Histogram> latencies) {
    double least = Double.MAX_VALUE;
    double most = 1;
    double count = 10;
    for (Histogram latency : latencies) {
      least = Math.min(least, Math.max(1, latency.getMinValue()));
      most = Math.max(most, latency.getMaxValue());
      count = Math.max(count, latency.getTotalCount());
    }
    double bottom = Math.floor(Math.log10(least));
    double top = Math.max(bottom + 1, Math.ceil(Math.log10(most)));
    double right = Math.log10(count);
    styler
        .setXAxisMin(-EDGE)
        .setXAxisMax(right + EDGE)
        .setXAxisTickMarkSpacingHint(spacing(PLOT_WIDTH, right, MOST_PERCENTILES))
        .setXAxisTickLabelsFormattingFunction(power -> percentile((int) Math.round(power)))
        .setYAxisMin(bottom - EDGE)
        .setYAxisMax(top + EDGE)
        .setYAxisTickMarkSpacingHint(spacing(PLOT_HEIGHT, top - bottom, MOST_TIMES))
        .setYAxisTickLabelsFormattingFunction(power -> time((int) Math.round(power)))
        .setAxisTickLabelsFont(font(Font.PLAIN, 16))
        .setAxisTitleFont(font(Font.PLAIN, 16))
        .setPlotGridLinesColor(new Color(0xD8D8D8))
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setPlotMargin(0);
    styler
        .setChartTitleFont(font(Font.BOLD, 18))
        .setLegendFont(font(Font.PLAIN, 16))
        .setLegendBorderColor(Color.WHITE)
        .setLegendSeriesLineLength(40)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleBoxVisible(false)
        .setPlotBorderVisible(false)
        .setPlotContentSize(1);
  }

  /// The distance of two marks for which XChart puts one at each power of ten, or at every second
  /// if they were too many.
  private static int spacing(int pixels, double powers, int most) {
    return (int) Math.ceil(pixels / powers * (powers > most ? 2 : 1));
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /// The percentile above which is one in so many values: `99.9 %` for the third power of ten.
  static String percentile(int power) {
    BigDecimal above = new BigDecimal(BigInteger.ONE, power - 2);
    return BigDecimal.valueOf(100).subtract(above).stripTrailingZeros().toPlainString() + " %";
  }

  /// A power of ten nanoseconds: `100 µs` for the fifth.
  static String time(int power) {
    int unit = Math.clamp(power / 3, 0, UNITS.size() - 1);
    return BigDecimal.ONE.scaleByPowerOfTen(power - 3 * unit).toPlainString()
        + " "
        + UNITS.get(unit);
  }

  private static void write(Path file, XYChart chart) throws IOException {
    SVGGeneratorContext context =
        SVGGeneratorContext.createDefault(dom().createDocument(NAMESPACE, "svg", null));
    context.setPrecision(DIGITS);
    context.setComment("Drawn by " + LatencyChart.class.getName());
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    Dimension size = new Dimension(chart.getWidth(), chart.getHeight());
    graphics.setSVGCanvasSize(size);
    chart.paint(graphics, size.width, size.height);
    Element picture = graphics.getRoot();
    // Without it, a picture that is shown smaller is cut off in some browsers.
    picture.setAttribute("viewBox", "0 0 " + size.width + " " + size.height);
    try (Writer out = Files.newBufferedWriter(file)) {
      graphics.stream(picture, out);
    }
  }

  private static DOMImplementation dom() {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().getDOMImplementation();
    } catch (ParserConfigurationException impossible) {
      throw new IllegalStateException("a JDK without a plain XML parser", impossible);
    }
  }
}
