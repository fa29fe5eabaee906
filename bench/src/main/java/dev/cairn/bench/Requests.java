package dev.cairn.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/// Requests to a cache at a fixed rate, from one thread: every other one, by chance, copies a value
/// out, and every other one puts a new value of another size in place of an old one.
///
/// The latency of a request counts from the moment at which it was due, whether or not the cache
/// was ready for it: a pause delays all requests that are due during it. To count from when it was
/// sent would leave them out (coordinated omission).
final class Requests {
  /// The smallest value, in bytes.
  static final int SMALLEST = 100;

  /// The largest value, in bytes.
  static final int LARGEST = 4096;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int SIZES = 1024;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  // A thread that is so far behind will not catch up.
  private static final int PATIENCE = 2;

  private final ValueCache cache;
  private final int entries;
  private final SplittableRandom random;
  private final int[] sizes = sizes();
  private final byte[] given = new byte[LARGEST];
  private final byte[] taken = new byte[LARGEST];

  /// Fills a cache.
  ///
  /// @param cache an empty cache
  /// @param entries how many values it gets
  /// @param seed decides about keys and sizes
  Requests(ValueCache cache, int entries, long seed) {
    this.cache = cache;
    this.entries = entries;
    this.random = new SplittableRandom(seed);
    for (int key = 0; key < entries; key++) {
      put(key);
    }
  }

  /// How many values there are in a cache of a size.
  ///
  /// @param liveBytes the bytes of all values
  static int entries(long liveBytes) {
    long total = 0;
    for (int size : sizes()) {
      total += size;
    }
    return Math.toIntExact(Math.max(1, liveBytes * SIZES / total));
  }

  /// Sizes of which there are as many from 100 to 200 bytes as from 2000 to 4000.
  private static int[] sizes() {
    int[] sizes = new int[SIZES];
    double ratio = (double) LARGEST / SMALLEST;
    for (int i = 0; i < SIZES; i++) {
      sizes[i] = (int) Math.round(SMALLEST * Math.pow(ratio, i / (SIZES - 1.0)));
    }
    return sizes;
  }

  /// Asks and waits, asks and waits.
  ///
  /// @param rate how many requests are due per second
  /// @param seconds for how long they are
  /// @param latencies gets the latency of each in nanoseconds
  /// @throws IllegalStateException if the requests took far longer than that, or the cache answered
  ///     with another value
  void run(int rate, int seconds, Histogram latencies) {
    long count = (long) rate * seconds;
    long start = System.nanoTime();
    long limit = PATIENCE * seconds * NANOS_PER_SECOND;
    for (long i = 0; i < count; i++) {
      long due = start + i * NANOS_PER_SECOND / rate;
      // Sleep would end too late by as much as many a request takes.
      while (System.nanoTime() - due < 0) {
        Thread.onSpinWait();
      }
      request();
      long end = System.nanoTime();
      if (end - start > limit) {
        throw new IllegalStateException(
            "only %,d of %,d requests were done in %d s: lower --rate from %d"
                .formatted(i, count, PATIENCE * seconds, rate));
      }
      latencies.recordValue(end - due);
    }
  }

  private void request() {
    int key = random.nextInt(entries);
    if (random.nextBoolean()) {
      put(key);
    } else {
      get(key);
    }
  }

  private void put(int key) {
    LONG.set(given, 0, (long) key);
    cache.put(key, given, sizes[random.nextInt(SIZES)]);
  }

  private void get(int key) {
    int byteSize = cache.get(key, taken);
    if (byteSize < SMALLEST || (long) LONG.get(taken, 0) != key) {
      throw new IllegalStateException(
          "the value of %d has %d bytes and is that of %d"
              .formatted(key, byteSize, (long) LONG.get(taken, 0)));
    }
  }
}
