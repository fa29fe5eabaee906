package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import dev.cairn.check.LeakReport.Held;
import dev.cairn.telemetry.Sampler;
import java.util.List;

/// What is known of the leaks of a [CheckedAllocator], apart from itself: so that they can be told
/// when it was lost.
///
/// @param below where blocks come from
/// @param plan what it was told to do
/// @param blocks its checked blocks
/// @param sampler which blocks are checked, where they are sampled
record LeakLedger(Allocator below, CheckPlan plan, CheckedBlocks blocks, Sampler sampler) {
  /// The blocks that are live now: the checked ones by the calls that allocated them, and the
  /// others by size class, as far as the allocator below knows them.
  LeakReport leaks() {
    boolean isEstimated = plan.level() == CheckLevel.SAMPLED;
    return LeakReport.of(
        blocks
            .live()
            .map(
                block -> {
                  long byteSize = block.segment().byteSize();
                  double weight = isEstimated ? sampler.weight(byteSize) : 1;
                  return new Held(block.allocated(), byteSize, weight);
                }),
        unplaced(),
        isEstimated);
  }

  private List<ClassStats> unplaced() {
    return below instanceof Inspectable heap ? blocks.notAmong(heap.leaks().unplaced()) : List.of();
  }
}
