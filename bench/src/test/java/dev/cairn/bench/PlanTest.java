package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final List<Column> columns = Column.named(List.of("churn", "pair-16", "pair-64"));

  @Test
  void differentLoopsNeverRunInOneJvm() {
    assertThat(Plan.quick().parted(columns))
        .containsExactly(columns.subList(0, 1), columns.subList(1, 3));
  }

  @Test
  void aThoroughFigureHasAJvmOfItsOwn() {
    assertThat(Plan.thorough().parted(columns)).hasSize(3).allMatch(part -> part.size() == 1);
  }
}
