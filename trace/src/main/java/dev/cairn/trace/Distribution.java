package dev.cairn.trace;

import java.util.Arrays;

/// How a set of whole numbers is spread.
///
/// The figures are exact: they are read off the sorted numbers. A percentile is the smallest of
/// them that so many percent do not exceed.
///
/// @param count how many numbers there are; where there are none, every figure is 0
/// @param p50 the median
/// @param p90 the 90th percentile
/// @param p99 the 99th percentile
/// @param max the largest
/// @param mean the arithmetic mean
public record Distribution(long count, long p50, long p90, long p99, long max, double mean) {
  /// The distribution of some numbers, which are sorted for it.
  static Distribution of(long[] numbers) {
    int count = numbers.length;
    if (count == 0) {
      return new Distribution(0, 0, 0, 0, 0, 0);
    }
    Arrays.sort(numbers);
    double sum = 0;
    for (long number : numbers) {
      sum += number;
    }
    return new Distribution(
        count,
        percentile(numbers, 50),
        percentile(numbers, 90),
        percentile(numbers, 99),
        numbers[count - 1],
        sum / count);
  }

  private static long percentile(long[] sorted, int percent) {
    long rank = Math.ceilDiv(sorted.length * (long) percent, 100);
    return sorted[(int) Math.max(rank, 1) - 1];
  }
}
