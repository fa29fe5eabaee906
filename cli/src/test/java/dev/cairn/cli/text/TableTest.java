package dev.cairn.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.cli.text.Table.Column;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table = new Table(Column.left("trace"), Column.right("ops"));

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    table.row("python", "1,234");
    table.row("ls", "7");

    assertThat(table.lines()).containsExactly("trace     ops", "python  1,234", "ls          7");
  }

  @Test
  void aRowOfTooFewCellsIsRefused() {
    assertThatThrownBy(() -> table.row("python"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 2 columns");
  }
}
