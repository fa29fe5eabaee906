package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class InterruptionsTest {
  @Test
  void memoryThatIsUsedForTheFirstTimeIsNotInPlace() {
    Interruptions before = Interruptions.ofThisThread();
    assumeThat(before).isNotEqualTo(Interruptions.UNKNOWN);

    try (Arena arena = Arena.ofConfined()) {
      // Zeroed by this thread. With huge pages there are fewer faults, but some.
      assertThat(arena.allocate(64 << 20).byteSize()).isEqualTo(64 << 20);
    }

    Interruptions during = Interruptions.ofThisThread().since(before);
    assertThat(during.pageFaults()).isGreaterThanOrEqualTo(32);
    assertThat(during.preemptions()).isGreaterThanOrEqualTo(0);
  }
}
