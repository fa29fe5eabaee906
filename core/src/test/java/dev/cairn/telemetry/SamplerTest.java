package dev.cairn.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final long MEAN = 64 * 1024;

  @Test
  void aBlockIsChosenAsOftenAsItsSizeSays() {
    for (long byteSize : new long[] {16, 1000, MEAN, 4 * MEAN}) {
      Sampler sampler = new Sampler(MEAN, 1);
      int calls = 1_000_000;
      int picked = 0;
      for (int i = 0; i < calls; i++) {
        picked += sampler.picks(byteSize) ? 1 : 0;
      }
      double expected = calls * (1 - Math.exp((double) -byteSize / MEAN));
      assertThat((double) picked).isCloseTo(expected, within(5 * Math.sqrt(expected)));
      assertThat(sampler.weight(byteSize) * expected).isCloseTo(calls, within(1e-3 * calls));
    }
  }

  @Test
  void whatIsChosenStandsForAllOverManySeeds() {
    int seeds = 400;
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < seeds; seed++) {
      double error = relativeError(seed);
      sum += error;
      squares += error * error;
    }
    double mean = sum / seeds;
    double deviation = Math.sqrt(squares / seeds - mean * mean);
    // Without bias the mean of so many is within four standard errors of zero.
    assertThat(mean).isCloseTo(0, within(4 * deviation / Math.sqrt(seeds)));
    assertThat(deviation).isBetween(0.01, 0.2);
  }

  @Test
  void nothingOfNoBytesIsChosenAndTheSameSeedChoosesTheSame() {
    Sampler sampler = new Sampler(1, 1);
    for (int i = 0; i < 1000; i++) {
      assertThat(sampler.picks(0)).isFalse();
    }
    assertThat(relativeError(5)).isEqualTo(relativeError(5));
    assertThat(relativeError(5)).isNotEqualTo(relativeError(6));
  }

  /// How far the estimate for 10,000 blocks of mixed sizes is from what they are.
  private static double relativeError(int seed) {
    Sampler sampler = new Sampler(MEAN, seed);
    SplittableRandom sizes = new SplittableRandom(-1 - seed);
    double estimate = 0;
    double real = 0;
    for (int i = 0; i < 10_000; i++) {
      long byteSize = 1L << sizes.nextInt(4, 16);
      real += byteSize;
      estimate += sampler.picks(byteSize) ? sampler.weight(byteSize) * byteSize : 0;
    }
    return estimate / real - 1;
  }
}
