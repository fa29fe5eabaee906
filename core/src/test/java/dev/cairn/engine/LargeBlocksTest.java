package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.InvalidBlockException;
import org.junit.jupiter.api.Test;

class LargeBlocksTest {
  private static final long SIZE = 4 << 20;

  private final HeapPlan plan =
      new HeapPlan(
          "heap",
          HeapPlan.Growth.ON_DEMAND,
          64 << 20,
          null,
          HeapPlan.Source.ARENAS,
          Long.MAX_VALUE,
          -1,
          HeapPlan.USUALLY_HUGE_FROM);
  private final PagedHeap heap = new PagedHeap(plan, () -> false);
  private final LargeBlocks large =
      new LargeBlocks(
          plan, heap.grounds, heap.directory, new Usage(), new OddSizes(), new Refusals(null));

  @Test
  void anAddressWhoseGroundHasGoneIsNotThatOfABlockAtItsPosition() {
    long position = large.allocate(SIZE, 1);
    // Of a block that was freed here, in another ground: its free was stopped after it had found
    // the position.
    long stale = heap.address(position) + (1L << 40);
    assertThatThrownBy(() -> large.free("free", stale, SIZE, position))
        .isInstanceOf(InvalidBlockException.class)
        .hasMessageContaining("no live block is there");
    assertThat(large.free("free", heap.address(position), SIZE, position)).isTrue();
    heap.close();
  }
}
