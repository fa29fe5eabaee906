package dev.cairn.trace;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// What a trace holds, in figures.
///
/// Sizes are in bytes, as requested: what an allocator adds is not in them. A request is an
/// allocation or a reallocation, of the whole new size. A sum that exceeds [Long#MAX_VALUE] is
/// given as that.
///
/// @param trace the name of the trace
/// @param operations the number of operations of all kinds
/// @param allocations how many of them allocate
/// @param zeroedAllocations how many of those ask for zeroed memory
/// @param reallocations how many change a block's size
/// @param frees how many free a block
/// @param nullFrees how many free NULL
/// @param sizes the sizes of all requests
/// @param lifetimes of the blocks that are freed, how many operations after its allocation each is;
///     1 where the free comes next
/// @param requestedBytes the sum of the sizes of all requests
/// @param largeRequests the number of requests of more than 32 KiB
/// @param largeBytes the sum of their sizes
/// @param peakLiveBytes the largest sum of the sizes of live blocks
/// @param peakLiveBlocks the largest number of live blocks
/// @param unfreedBlocks the number of blocks that are never freed
/// @param unfreedBytes the sum of their sizes
/// @param largestUnfreed the largest few of them, the largest first
/// @param threads the number of threads
public record TraceStats(
    String trace,
    int operations,
    int allocations,
    int zeroedAllocations,
    int reallocations,
    int frees,
    int nullFrees,
    Distribution sizes,
    Distribution lifetimes,
    long requestedBytes,
    int largeRequests,
    long largeBytes,
    long peakLiveBytes,
    int peakLiveBlocks,
    int unfreedBlocks,
    long unfreedBytes,
    List<Unfreed> largestUnfreed,
    int threads) {
  /// The size above which a request is called large: 32 KiB.
  public static final long LARGE_BYTES = 32 * 1024;

  private static final int MOST_UNFREED = 5;

  /// A block that is never freed.
  ///
  /// @param block its number
  /// @param byteSize its size at the end, in bytes
  /// @param operation the index of the operation that allocated it
  /// @param line the line of the file that the operation is on; 0 where there is no file
  public record Unfreed(int block, long byteSize, int operation, long line) {}

  /// Makes the figures, with a copy of the list.
  public TraceStats {
    largestUnfreed = List.copyOf(largestUnfreed);
  }

  /// Sums up a trace.
  ///
  /// ## Cost
  /// O(n log n) in its operations, and some 30 bytes for each while it runs.
  ///
  /// @param trace the trace
  /// @return its figures
  public static TraceStats of(Trace trace) {
    return new Sum(trace).stats();
  }

  /// The figures while they are being summed up.
  private static final class Sum {
    private final Trace trace;
    private final long[] sizes;
    private final long[] lifetimes;
    // Per block: its size now, and the operation that allocated it; -1 once it is freed.
    private final long[] liveSize;
    private final int[] allocatedAt;
    private int zeroed;
    private int requests;
    private int reallocations;
    private int frees;
    private int nullFrees;
    private long requestedBytes;
    private int largeRequests;
    private long largeBytes;
    private long liveBytes;
    private long peakLiveBytes;
    private int liveBlocks;
    private int peakLiveBlocks;

    Sum(Trace trace) {
      this.trace = trace;
      this.sizes = new long[trace.operations()];
      this.lifetimes = new long[trace.blocks()];
      this.liveSize = new long[trace.blocks()];
      this.allocatedAt = new int[trace.blocks()];
      for (int i = 0; i < trace.operations(); i++) {
        add(i);
      }
    }

    private void add(int i) {
      int block = trace.block(i);
      long size = trace.byteSize(i);
      switch (trace.kind(i)) {
        case ALLOCATE -> {
          zeroed += trace.isZeroed(i) ? 1 : 0;
          allocatedAt[block] = i;
          liveBlocks++;
          request(block, size);
        }
        case REALLOCATE -> {
          reallocations++;
          request(block, size);
        }
        case FREE -> {
          lifetimes[frees++] = (long) i - allocatedAt[block];
          allocatedAt[block] = -1;
          liveBlocks--;
          liveBytes -= liveSize[block];
        }
        case FREE_NULL -> nullFrees++;
      }
    }

    private void request(int block, long size) {
      sizes[requests++] = size;
      requestedBytes = plus(requestedBytes, size);
      if (size > LARGE_BYTES) {
        largeRequests++;
        largeBytes = plus(largeBytes, size);
      }
      // Where the sum of all live sizes exceeds a long, the rest of it is not kept as live.
      long others = liveBytes - liveSize[block];
      liveSize[block] = Math.min(size, Long.MAX_VALUE - others);
      liveBytes = others + liveSize[block];
      peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
      peakLiveBlocks = Math.max(peakLiveBlocks, liveBlocks);
    }

    TraceStats stats() {
      Comparator<Unfreed> smallestFirst =
          Comparator.comparingLong(Unfreed::byteSize)
              .thenComparing(Comparator.comparingInt(Unfreed::block).reversed());
      PriorityQueue<Unfreed> largest = new PriorityQueue<>(smallestFirst);
      for (int block = 0; block < allocatedAt.length; block++) {
        int at = allocatedAt[block];
        if (at >= 0) {
          largest.add(new Unfreed(block, liveSize[block], at, trace.line(at)));
          if (largest.size() > MOST_UNFREED) {
            largest.remove();
          }
        }
      }
      return new TraceStats(
          trace.name(),
          trace.operations(),
          trace.blocks(),
          zeroed,
          reallocations,
          frees,
          nullFrees,
          Distribution.of(Arrays.copyOf(sizes, requests)),
          Distribution.of(Arrays.copyOf(lifetimes, frees)),
          requestedBytes,
          largeRequests,
          largeBytes,
          peakLiveBytes,
          peakLiveBlocks,
          liveBlocks,
          liveBytes,
          largest.stream().sorted(smallestFirst.reversed()).toList(),
          trace.threads());
    }

    private static long plus(long sum, long size) {
      return size > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + size;
    }
  }
}
