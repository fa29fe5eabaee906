package dev.cairn.trace;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Replays once to find the peak footprint.
final class FootprintPass {
  // How this is found for an allocator that does not say. A page of memory is 4 KiB.
  //
  // A block smaller than 128 KiB is taken to lie in memory that the allocator keeps when the block
  // is freed: every page that such a block ever covered is counted from then on. A larger one may
  // be mapped by itself and given back at once: its pages count only while it is live. The peak is
  // the largest sum of both. What an allocator holds beyond the pages of its blocks is not seen,
  // which makes it look smaller than it is: bookkeeping apart from the blocks, and memory that was
  // taken ahead. Pages in which the JVM has blocks of the same allocator count whole, which makes
  // it look larger where the trace is small.
  private static final long LARGE_BYTES = 128 * 1024;
  private static final int KEPT = 1 << 30;

  private final Script script;
  private final Contestant contestant;
  // Page number to how many live large blocks cover it, plus KEPT if a small one ever did.
  private final Map<Long, Integer> pages = new HashMap<>();
  private final boolean[] isLive;
  private long peakPages;

  FootprintPass(Script script, Contestant contestant) {
    this.script = script;
    this.contestant = contestant;
    this.isLive = new boolean[script.slots];
  }

  /// The peak footprint in bytes.
  long run(Meter meter) {
    boolean counting = contestant.peakFootprintBytes().isEmpty();
    for (int i = 0; i < script.operations; i++) {
      meter.at(i, script.operations);
      step(i, counting);
    }
    OptionalLong known = contestant.peakFootprintBytes();
    return known.orElse(peakPages * Contestant.PAGE_BYTES);
  }

  private void step(int i, boolean counting) {
    int slot = script.slotOf[i];
    long size = script.byteSizes[i];
    long alignment = 1L << script.alignmentShifts[i];
    switch (script.codes[i]) {
      case Trace.ALLOCATE -> isLive[slot] = contestant.allocate(slot, size, alignment);
      case Trace.ALLOCATE_ZEROED -> isLive[slot] = contestant.allocateZeroed(slot, size, alignment);
      case Trace.REALLOCATE -> {
        uncover(slot, counting);
        if (isLive[slot]) {
          boolean _ = contestant.reallocate(slot, size, alignment);
        }
      }
      case Trace.FREE -> {
        uncover(slot, counting);
        contestant.free(slot);
        isLive[slot] = false;
        return;
      }
      default -> {
        contestant.freeNull();
        return;
      }
    }
    cover(slot, counting);
  }

  private void cover(int slot, boolean counting) {
    if (!counting || !isLive[slot]) {
      return;
    }
    MemorySegment block = contestant.block(slot);
    boolean large = block.byteSize() >= LARGE_BYTES;
    for (long page = first(block); page <= last(block); page++) {
      pages.merge(page, large ? 1 : KEPT, large ? Integer::sum : (old, kept) -> old | kept);
    }
    peakPages = Math.max(peakPages, pages.size());
  }

  private void uncover(int slot, boolean counting) {
    if (!counting || !isLive[slot]) {
      return;
    }
    MemorySegment block = contestant.block(slot);
    if (block.byteSize() >= LARGE_BYTES) {
      for (long page = first(block); page <= last(block); page++) {
        pages.computeIfPresent(page, (_, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  private static long first(MemorySegment block) {
    return block.address() / Contestant.PAGE_BYTES;
  }

  private static long last(MemorySegment block) {
    return (block.address() + Math.max(block.byteSize(), 1) - 1) / Contestant.PAGE_BYTES;
  }
}
