package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final List<Column> columns = Column.named(List.of("pair-16", "churn", "hand-over"));

  @Test
  void aHandOverHasAJvmOfItsOwn() {
    assertThat(Plan.quick().parted(columns))
        .containsExactly(columns.subList(0, 2), columns.subList(2, 3));
    assertThat(Plan.quick().parted(columns.subList(2, 3))).containsExactly(columns.subList(2, 3));
  }

  @Test
  void aThoroughFigureHasAJvmOfItsOwn() {
    assertThat(Plan.thorough().parted(columns)).hasSize(3).allMatch(part -> part.size() == 1);
  }
}
