package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Layout;
import dev.cairn.memory.Pool;
import org.junit.jupiter.api.Test;

/// Pools withstand random programs, of which they refuse what is larger than a slot.
class PoolRandomTest {
  private static final Layout SLOT = new Layout(4096, 4096);

  @Test
  void confinedPool() {
    RandomPrograms.Tally tally =
        RandomPrograms.of(() -> Pool.confined(SLOT, 64))
            .operations(1_000_000)
            .validatingEvery(10, Pool::validate)
            .run();
    assertThat(tally.exhausted()).isPositive();
  }

  @Test
  void sharedPoolByOneThread() {
    RandomPrograms.Tally tally =
        RandomPrograms.of(() -> Pool.shared(SLOT, 64))
            .operations(1_000_000)
            .validatingEvery(10, Pool::validate)
            .run();
    assertThat(tally.exhausted()).isPositive();
  }

  @Test
  void sharedPoolByManyThreads() {
    ConcurrentPrograms.Tally tally =
        ConcurrentPrograms.of(() -> Pool.shared(SLOT, 512))
            .operations(1_000_000)
            .validatingEvery(10_000, Pool::validate)
            .run();
    assertThat(tally.exhausted()).isPositive();
  }
}
