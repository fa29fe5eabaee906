package dev.cairn.memory;

import dev.cairn.engine.BuddyMap;
import java.math.BigInteger;

/// What a program asks of a heap at most, and the size of heap at which none of its requests can
/// fail, whatever the order of its calls.
///
/// Free memory is not always where it is needed: a heap can have a thousand times as many bytes
/// free as a request asks for, and no place that is large enough. How bad that can become is known
/// for some allocators. The bound is far above what programs usually need, and it is the only size
/// that needs no test of the program.
///
/// {@snippet :
/// HeapSizing sizing = new HeapSizing(256 * 1024, 32, 4096);
/// RealtimeHeap heap = RealtimeHeap.confined(sizing.realtimeHeapBytes());
/// }
///
/// A request aligned to more than its size counts as one of so many bytes, one of no bytes as one
/// of one byte. (No alignment is more than [RealtimeHeap#MAX_ALIGNMENT].) While a block is
/// reallocated, both the old and the new one count. In a [RealtimeHeap] a block that was made
/// smaller in place counts with the largest size that it had.
///
/// The formulas, with the assumptions of each, are explained in `docs/design/realtime.md`.
///
/// @param peakLiveBytes the most bytes that are live at once, as they are asked for, with the
///     request that is being made
/// @param smallestByteSize the smallest request, in bytes, at least one
/// @param largestByteSize the largest request, in bytes
public record HeapSizing(long peakLiveBytes, long smallestByteSize, long largestByteSize) {
  /// Refuses figures that no program has.
  ///
  /// @throws IllegalArgumentException unless one byte is at most the smallest request, that at most
  ///     the largest, and that at most the peak
  public HeapSizing {
    if (smallestByteSize < 1
        || largestByteSize < smallestByteSize
        || peakLiveBytes < largestByteSize) {
      throw new IllegalArgumentException(
          "requests of "
              + smallestByteSize
              + " to "
              + largestByteSize
              + " bytes, "
              + peakLiveBytes
              + " live at once: the smallest is at least 1, the largest not less than that, and the"
              + " peak not less than the largest");
    }
  }

  /// The most bytes that are live at once as a [RealtimeHeap] rounds them up. The
  /// [peak of its stats][dev.cairn.alloc.Stats#peakLiveBytes()] is never more, for such a program.
  ///
  /// @return the bytes; less than twice the peak, if no request is smaller than 9 bytes
  /// @throws IllegalArgumentException if they are more than a long holds
  public long roundedPeakBytes() {
    long small = rounded(smallestByteSize);
    // Most is added to the smallest request, or to the largest one that is just above a power of
    // two: the larger the power, the nearer to twice its size it comes.
    long peak = scaled(small, smallestByteSize);
    long above = rounded(largestByteSize) / 2 + 1;
    if (above > smallestByteSize && above <= largestByteSize && above > 16) {
      peak = Math.max(peak, scaled(2 * (above - 1), above));
    }
    return peak / small * small;
  }

  /// The size of a [RealtimeHeap] that no request can find full, nor too fragmented.
  ///
  /// With sizes rounded up to powers of two, the smallest `l`, the largest `n` and their peak `M`:
  /// `M (1 + log2(n / l)) + n - 2 l`, rounded to a multiple of `n` that is larger.
  ///
  /// @return the size in bytes, for a heap that takes its own memory
  /// @throws IllegalArgumentException if it is more than a long holds
  public long realtimeHeapBytes() {
    return realtimeHeapBytes(roundedPeakBytes());
  }

  /// As [#realtimeHeapBytes()], where the peak is known as the heap rounds it: by
  /// [Stats#peakLiveBytes()][dev.cairn.alloc.Stats#peakLiveBytes()], or because every request is a
  /// power of two.
  ///
  /// @param roundedPeakBytes the most bytes that are live at once, as they are rounded up
  /// @return the size in bytes, for a heap that takes its own memory
  /// @throws IllegalArgumentException if it is more than a long holds, or the peak is less than the
  ///     largest request
  public long realtimeHeapBytes(long roundedPeakBytes) {
    long small = rounded(smallestByteSize);
    long large = rounded(largestByteSize);
    if (roundedPeakBytes < large) {
      throw new IllegalArgumentException(
          "a peak of "
              + roundedPeakBytes
              + " bytes as they are rounded up, of "
              + this
              + ": the largest request alone is rounded to "
              + large);
    }
    int doublings = log2(large) - log2(small);
    BigInteger reached =
        big(roundedPeakBytes)
            .multiply(big(1 + doublings))
            .add(big(large))
            .subtract(big(2).multiply(big(small)));
    return exact(reached.divide(big(large)).add(BigInteger.ONE).multiply(big(large)));
  }

  /// The size of the caller's memory in which a [RealtimeHeap] has room for every request: as
  /// [#realtimeHeapBytes()], and more for what lies before the first multiple of the largest
  /// request, wherever the memory begins.
  ///
  /// @return the size in bytes
  /// @throws IllegalArgumentException if it is more than a long holds
  public long realtimeHeapBytesOver() {
    return exact(big(realtimeHeapBytes()).add(big(rounded(largestByteSize))));
  }

  /// The size for half-fit with fragments of powers of two: `2 M (1 + ceil(log2 n))`, with `M` and
  /// `n` in units of the smallest request.
  ///
  /// @return the size in bytes, without what the allocator needs for its bookkeeping
  /// @throws IllegalArgumentException if it is more than a long holds
  public long halfFitBytes() {
    return inUnits(big(2).multiply(units(peakLiveBytes)).multiply(big(1 + logOfLargest())));
  }

  /// The size for half-fit with a header in each fragment, as o1heap's documentation gives it for
  /// that allocator: `a k + 2 l n M' (1 + ceil(log2 n')) / (l + n)`, with `l` and `n` the smallest
  /// and the largest request, `M'` and `n'` the peak and the largest one in units of the smallest,
  /// and `k = M' - n' + 1` blocks at most.
  ///
  /// @param headerBytes the bytes that the allocator adds to each fragment, `a`
  /// @return the size in bytes
  /// @throws IllegalArgumentException if it is more than a long holds, or `headerBytes` is negative
  public long halfFitBytes(long headerBytes) {
    if (headerBytes < 0) {
      throw new IllegalArgumentException(
          "a header of " + headerBytes + " bytes: it is zero bytes or more");
    }
    BigInteger small = big(smallestByteSize);
    BigInteger large = big(largestByteSize);
    BigInteger peak = units(peakLiveBytes);
    BigInteger blocks = peak.subtract(units(largestByteSize)).add(BigInteger.ONE);
    BigInteger fragments =
        big(2).multiply(small).multiply(large).multiply(peak).multiply(big(1 + logOfLargest()));
    return exact(big(headerBytes).multiply(blocks).add(dividedUp(fragments, small.add(large))));
  }

  /// The size for first fit by address: `M (1 + ceil(log2 n))`, in units of the smallest request.
  ///
  /// @return the size in bytes, without what the allocator needs for its bookkeeping
  /// @throws IllegalArgumentException if it is more than a long holds
  public long firstFitBytes() {
    return inUnits(units(peakLiveBytes).multiply(big(1 + logOfLargest())));
  }

  /// The size for best fit, and for TLSF, whose worst case is no better: `M (n - 2)`, in units of
  /// the smallest request, and not less than `M`. It is a bound only where `n` is large.
  ///
  /// @return the size in bytes, without what the allocator needs for its bookkeeping
  /// @throws IllegalArgumentException if it is more than a long holds
  public long bestFitBytes() {
    BigInteger factor = units(largestByteSize).subtract(big(2)).max(BigInteger.ONE);
    return inUnits(units(peakLiveBytes).multiply(factor));
  }

  private long rounded(long byteSize) {
    BigInteger above = BigInteger.ONE.shiftLeft(big(byteSize).subtract(BigInteger.ONE).bitLength());
    return BuddyMap.rounded(Math.min(byteSize, exact(above)));
  }

  private long scaled(long numerator, long denominator) {
    return exact(big(peakLiveBytes).multiply(big(numerator)).divide(big(denominator)));
  }

  private BigInteger units(long byteSize) {
    return dividedUp(big(byteSize), big(smallestByteSize));
  }

  private long inUnits(BigInteger units) {
    return exact(units.multiply(big(smallestByteSize)));
  }

  /// The logarithm of the largest request, in units of the smallest, rounded up.
  private int logOfLargest() {
    return units(largestByteSize).subtract(BigInteger.ONE).bitLength();
  }

  private long exact(BigInteger bytes) {
    if (bytes.bitLength() > 63) {
      throw new IllegalArgumentException(
          this + " needs " + bytes + " bytes, more than a long holds: bound the requests closer");
    }
    return bytes.longValue();
  }

  private static int log2(long power) {
    return Long.numberOfTrailingZeros(power);
  }

  private static BigInteger dividedUp(BigInteger dividend, BigInteger divisor) {
    return dividend.add(divisor).subtract(BigInteger.ONE).divide(divisor);
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }
}
