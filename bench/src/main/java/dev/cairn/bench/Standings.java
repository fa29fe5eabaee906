package dev.cairn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// The comparison as a table: a line for each contestant, and for each column its time and how many
/// times the best time of a C program that is.
final class Standings {
  private static final String GAP = "   ";

  private final Samples samples;
  private final List<Column> columns;

  Standings(Samples samples, List<Column> columns) {
    this.samples = samples;
    this.columns = columns;
  }

  /// The table as lines, without spaces at their ends.
  List<String> lines() {
    List<List<String>> rows = new ArrayList<>();
    List<String> headings = new ArrayList<>(List.of(""));
    columns.forEach(column -> headings.add(column.name()));
    rows.add(headings);
    for (String contestant : samples.contestants()) {
      List<String> row = new ArrayList<>(List.of(contestant));
      columns.forEach(column -> row.add(cell(contestant, column.name())));
      rows.add(row);
    }
    int[] widths = new int[headings.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(row.getFirst());
    line.append(" ".repeat(widths[0] - line.length()));
    for (int i = 1; i < widths.length; i++) {
      line.append(GAP).append(" ".repeat(widths[i] - row.get(i).length())).append(row.get(i));
    }
    return line.toString().stripTrailing();
  }

  private String cell(String contestant, String column) {
    OptionalDouble nanos = samples.median(contestant, column);
    if (nanos.isEmpty()) {
      return "-";
    }
    OptionalDouble best =
        samples.contestants().stream()
            .filter(name -> name.startsWith(CProgram.PREFIX))
            .flatMapToDouble(name -> samples.median(name, column).stream())
            .min();
    return figure(nanos.getAsDouble())
        + (best.isEmpty()
            ? ""
            : String.format(Locale.ROOT, " %5s", ratio(nanos.getAsDouble() / best.getAsDouble())));
  }

  private static String figure(double nanos) {
    return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%.0f", nanos);
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, ratio < 10 ? "%.2fx" : "%.0fx", ratio);
  }
}
