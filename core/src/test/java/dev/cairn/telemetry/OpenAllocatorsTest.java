package dev.cairn.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.memory.Heap;
import org.junit.jupiter.api.Test;

class OpenAllocatorsTest {
  @Test
  void aHeapIsOnTheListUntilItCloses() {
    Heap heap = Heap.builder().named("listed").fixed(4096);
    assertThat(isListed("listed")).isTrue();
    heap.close();
    assertThat(isListed("listed")).isFalse();
  }

  @Test
  void aHeapWithoutANameHasANumber() {
    try (Heap _ = Heap.fixed(4096)) {
      assertThat(OpenAllocators.all()).anyMatch(open -> open.name().matches("heap-\\d+"));
    }
  }

  @Test
  void aHeapThatIsCollectedUnclosedLeavesTheList() throws Exception {
    loseAHeap();
    for (int i = 0; i < 1000 && isListed("lost"); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(isListed("lost")).isFalse();
  }

  private static void loseAHeap() {
    Heap lost = Heap.builder().named("lost").growable(4096);
    lost.allocate(16, 8);
    assertThat(isListed("lost")).isTrue();
  }

  @Test
  void anIntervalIsANumberOfBytesWithAUnit() {
    assertThat(SamplingInterval.bytes("100")).isEqualTo(100);
    assertThat(SamplingInterval.bytes("512k")).isEqualTo(512 * 1024);
    assertThat(SamplingInterval.bytes(" 1 M ")).isEqualTo(1 << 20);
    assertThat(SamplingInterval.bytes("2g")).isEqualTo(2L << 30);
    for (String wrong : new String[] {"", "0", "-1", "1.5m", "1 kB"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SamplingInterval.bytes(wrong))
          .withMessageContaining("\"" + wrong + "\"");
    }
  }

  private static boolean isListed(String name) {
    return OpenAllocators.all().stream().anyMatch(open -> open.name().equals(name));
  }
}
