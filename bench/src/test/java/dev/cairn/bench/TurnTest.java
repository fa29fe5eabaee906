package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.cairn.bench.Turn.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final Plan BRIEF = new Plan(1, 10, 10, 1, Plan.Turns.TOGETHER);

  @Test
  void aTurnGivesATimeForEachColumnAndSaysWhyThereIsNone() throws IOException {
    List<Column> columns = Column.named(List.of("pair-64", "batch", "hand-over"));

    Map<Column, Outcome> outcomes = Turn.take("arena", columns, BRIEF);

    assertThat(outcomes).containsOnlyKeys(columns);
    assertThat(outcomes.get(columns.get(0)))
        .isInstanceOfSatisfying(
            Outcome.Time.class, time -> assertThat(time.nanos()).isBetween(0.1, 1e6));
    assertThat(outcomes.get(columns.get(2)))
        .isInstanceOfSatisfying(
            Outcome.Refusal.class, refusal -> assertThat(refusal.reason()).contains("own thread"));
  }

  @Test
  void aJvmThatFailsIsShownWithWhatItSaid() {
    assertThatIOException()
        .isThrownBy(() -> Turn.take("nobody", Column.all(), BRIEF))
        .withMessageContaining("no contestant nobody");
  }
}
