package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyOptionsTest {
  @Test
  void everythingThatCanBeAskedForIsUnderstood() {
    LatencyOptions options =
        LatencyOptions.of(
            "--operations",
            "500k,1m,100M,7",
            "--contestants",
            "arrays-zgc,realtime-raw",
            "--out",
            "docs",
            "--jvm",
            "-Xint,-Xshare:off");

    assertThat(options)
        .isEqualTo(
            new LatencyOptions(
                List.of(500_000L, 1_000_000L, 100_000_000L, 7L),
                List.of(Entrant.ARRAYS_ZGC, Entrant.REALTIME_RAW),
                Path.of("docs"),
                List.of("-Xint", "-Xshare:off")));
  }

  @Test
  void withoutOptionsAllTakePartAndNothingIsDrawn() {
    LatencyOptions options = LatencyOptions.of();

    assertThat(options.entrants()).containsExactly(Entrant.values());
    assertThat(options.out()).isNull();
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithWhatThereIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyOptions.of("--contestants", "malloc"))
        .withMessageContainingAll("no contestant malloc", "realtime-raw");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyOptions.of("--operations", "many"))
        .withMessageContainingAll("many operations", "500k");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyOptions.of("--operations"))
        .withMessageContaining("--operations needs a value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatencyOptions.of("--fast", "1"))
        .withMessageContainingAll("no option --fast", "--contestants");
  }
}
