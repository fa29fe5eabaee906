package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PausePlanTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1L << 30;

  @Test
  void aPlanIsMadeAgainOfItsArguments() {
    PausePlan plan = new PausePlan(64 * MIB, 3, 1000);

    assertThat(PausePlan.of(plan.arguments())).isEqualTo(plan);
  }

  @Test
  void theCacheIsOfTwoGibibytesWhereThereIsRoomAndOfAQuarterOfTheMemoryElsewhere() {
    assertThat(PausePlan.suitable(64 * GIB)).isEqualTo(2 * GIB);
    assertThat(PausePlan.suitable(4 * GIB)).isEqualTo(GIB);
    assertThat(PausePlan.of(List.of("0", "1", "1")).liveBytes()).isBetween(64 * MIB, 2 * GIB);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheSizeThatWould() {
    PausePlan plan = new PausePlan(2 * GIB, 1, 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.requireMemory(3 * GIB))
        .withMessageContainingAll("2048 MiB", "4396 MiB", "3072 MiB", "--live 1386m");
    assertThatCode(() -> new PausePlan(1386 * MIB, 1, 1).requireMemory(3 * GIB))
        .doesNotThrowAnyException();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedWithTheOptionAndItsLimits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PausePlan(1000, 1, 1))
        .withMessageContainingAll("1000 bytes", "--live", "1m");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PausePlan(MIB, 0, 1))
        .withMessageContainingAll("0 seconds", "--seconds", "1 to 3600");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PausePlan(MIB, 1, 0))
        .withMessageContainingAll("0 requests", "--rate", "1 to 10000000");
  }

  @Test
  void thereIsMemoryOnThisMachine() {
    assertThat(PausePlan.availableBytes()).isPositive();
  }
}
