package dev.cairn.trace;

/// What a replay of one trace against one allocator has shown.
///
/// @param trace the name of the trace
/// @param allocator the name of the allocator
/// @param ops the number of operations of the trace
/// @param failed how many of them were refused, or did something wrong: lost bytes, gave a wrong
///     alignment, were not zeroed, threw. What depends on an operation that was refused is not
///     tried and does not count. 0 is a pass
/// @param mopsPerSecond millions of operations per second, the median of several runs. 0 where an
///     operation did something wrong: nothing is timed then
/// @param peakLiveBytes the largest sum of the sizes of live blocks, as requested
/// @param peakFootprintBytes the largest footprint. Where the allocator does not know it, as a
///     native one does not, it is what was seen of it from outside, in pages of 4 KiB: those that
///     blocks below 128 KiB ever covered, and those of larger ones while they were live. That
///     leaves out what else such an allocator holds. Where the JVM itself uses that allocator, as
///     it does the C library's, pages that hold blocks of both count whole: traces of less than
///     a MiB look worse by it, larger ones look better than they are
/// @param utilization peak live bytes over peak footprint, from 0 to 1
/// @param p50Nanos the median time of one operation, in nanoseconds, as are all that follow. It
///     includes the time that it takes to look at the clock, which [Replay#clockNanos()] measures.
///     Values have three significant digits
/// @param p99Nanos the 99th percentile
/// @param p999Nanos the 99.9th percentile
/// @param maxNanos the longest
public record ReplayResult(
    String trace,
    String allocator,
    int ops,
    long failed,
    double mopsPerSecond,
    long peakLiveBytes,
    long peakFootprintBytes,
    double utilization,
    long p50Nanos,
    long p99Nanos,
    long p999Nanos,
    long maxNanos) {}
