package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds the tables of docs/what-is-caught.md to what the tools for C do.
class WhatIsCaughtTest {
  private static final String PAGE = "docs/what-is-caught.md";

  @ParameterizedTest
  @EnumSource
  void everyCellIsWhatTheToolDoes(Misuses.Tool tool, @TempDir Path folder) throws IOException {
    Misuses program;
    try {
      program = Misuses.compile(tool, folder);
    } catch (UnsupportedOperationException missing) {
      Assumptions.abort(missing.toString());
      return;
    }
    assertThat(program.noticed())
        .hasSizeGreaterThan(30)
        .containsExactlyInAnyOrderEntriesOf(column(tool.heading));
  }

  /// What the page says in one column of all its tables, by the first cell of the row.
  private static Map<String, String> column(String heading) throws IOException {
    Map<String, String> column = new LinkedHashMap<>();
    int index = -1;
    for (String line : Files.readAllLines(page())) {
      List<String> cells = cells(line);
      if (cells.isEmpty()) {
        index = -1;
      } else if (index < 0) {
        index = cells.contains(heading) ? cells.indexOf(heading) : Integer.MAX_VALUE;
      } else if (index < cells.size() && !cells.getFirst().startsWith("--")) {
        column.put(cells.getFirst(), cells.get(index));
      }
    }
    return column;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    if (line.startsWith("|")) {
      for (String cell : line.substring(1).split("\\|", 0)) {
        cells.add(cell.strip());
      }
    }
    return cells;
  }

  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "no " + PAGE + " above " + Path.of("").toAbsolutePath() + ": run this in a checkout");
      }
    }
    return folder.resolve(PAGE);
  }
}
