package dev.cairn.telemetry;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// The choice of blocks by chance, such that each byte is equally probable to have its block
/// chosen.
///
/// Any thread may use it.
public final class Sampler {
  // Points lie on the bytes that a thread allocates, at distances that are distributed
  // geometrically; a block with a point on it is chosen. So a block of s bytes is, with probability
  // 1 - exp(-s / mean), whatever was allocated before it; and where it is not, all that is done is
  // to take its size from the distance that is left.
  private final double meanBytes;
  private final AtomicLong seeds;
  private final ThreadLocal<Gap> gaps = ThreadLocal.withInitial(this::newGap);

  /// Makes a sampler.
  ///
  /// @param meanBytes the mean distance of the points, in bytes
  /// @param seed where the random numbers begin
  public Sampler(long meanBytes, long seed) {
    this.meanBytes = meanBytes;
    this.seeds = new AtomicLong(seed);
  }

  /// Whether a block is chosen.
  ///
  /// @param byteSize its size in bytes
  /// @return whether it is
  public boolean picks(long byteSize) {
    Gap gap = gaps.get();
    gap.left -= byteSize;
    if (gap.left > 0) {
      return false;
    }
    gap.draw(meanBytes);
    return true;
  }

  /// How many blocks of a size one that was chosen stands for.
  ///
  /// @param byteSize the size in bytes
  /// @return the number, at least 1
  public double weight(long byteSize) {
    return -1 / Math.expm1(-byteSize / meanBytes);
  }

  private Gap newGap() {
    Gap gap = new Gap(seeds.getAndIncrement());
    gap.draw(meanBytes);
    return gap;
  }

  /// What one thread has left until the next point.
  private static final class Gap {
    long left;
    private final SplittableRandom random;

    Gap(long seed) {
      random = new SplittableRandom(seed);
    }

    void draw(double meanBytes) {
      left = 1 + (long) (-Math.log(1 - random.nextDouble()) * meanBytes);
    }
  }
}
