package dev.cairn.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns: each column as wide as its widest cell, two spaces between them.
public final class Table {
  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /// A column: its heading, and the side its cells stand on.
  ///
  /// @param heading the heading
  /// @param side the side
  public record Column(String heading, Side side) {
    /// A column of words, on the left.
    ///
    /// @param heading the heading
    /// @return the column
    public static Column left(String heading) {
      return new Column(heading, Side.LEFT);
    }

    /// A column of figures, on the right.
    ///
    /// @param heading the heading
    /// @return the column
    public static Column right(String heading) {
      return new Column(heading, Side.RIGHT);
    }
  }

  /// The side of a column that its cells stand on.
  public enum Side {
    /// Words.
    LEFT,
    /// Figures.
    RIGHT
  }

  /// Makes a table without rows.
  ///
  /// @param columns its columns
  public Table(Column... columns) {
    this.columns = List.of(columns);
  }

  /// Adds a row.
  ///
  /// @param cells a cell for each column
  /// @throws IllegalArgumentException if there are more or fewer cells than columns
  public void row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(List.of(cells));
  }

  /// The table as lines: the headings, then the rows.
  ///
  /// @return the lines, without spaces at their ends
  public List<String> lines() {
    List<List<String>> all = new ArrayList<>();
    all.add(columns.stream().map(Column::heading).toList());
    all.addAll(rows);
    return all.stream().map(this::line).toList();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(width(i) - cells.get(i).length());
      line.append(i == 0 ? "" : "  ")
          .append(
              columns.get(i).side() == Side.RIGHT
                  ? padding + cells.get(i)
                  : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int width = columns.get(column).heading().length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}
