package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StandingsTest {
  private final Samples samples = new Samples();

  private List<String> table(String... columns) {
    return new Standings(samples, Column.named(List.of(columns))).lines();
  }

  @Test
  void eachTimeStandsBesideItsRatioToTheBestCProgram() {
    samples.add("C libc", "batch", 22);
    samples.add("C libc", "churn", 114);
    samples.add("C tcmalloc", "batch", 6.25);
    samples.add("C tcmalloc", "churn", 31);
    samples.add("cairn", "batch", 5);
    samples.add("cairn", "churn", 1240);

    assertThat(table("batch", "churn"))
        .containsExactly(
            "                  batch        churn",
            "C libc       22.0 3.52x    114 3.68x",
            "C tcmalloc    6.3 1.00x   31.0 1.00x",
            "cairn         5.0 0.80x   1240   40x");
  }

  @Test
  void theMedianOfTheRoundsCounts() {
    List.of(9.0, 1.0, 2.0).forEach(nanos -> samples.add("cairn", "batch", nanos));
    List.of(1.0, 100.0, 2.0, 3.0).forEach(nanos -> samples.add("arena", "batch", nanos));

    assertThat(table("batch")).containsExactly("        batch", "cairn     2.0", "arena     2.5");
  }

  @Test
  void withoutATimeThereIsADash() {
    samples.add("cairn", "batch", 5);
    samples.add("arena", "churn", 7);

    assertThat(table("batch", "churn"))
        .containsExactly("        batch   churn", "cairn     5.0       -", "arena       -     7.0");
  }

  @Test
  void aLoopsNameStandsForAllItsColumnsAndNoneIsShownTwice() {
    assertThat(Column.named(List.of("churn", "pair-64", "pair")))
        .extracting(Column::name)
        .containsExactly("pair-16", "pair-64", "pair-1024", "pair-65536", "churn");
  }

  @Test
  void anUnknownRowIsRefusedWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Column.named(List.of("pairs")))
        .withMessageContaining("no row pairs")
        .withMessageContaining("hand-over");
  }
}
