package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  private static final int ENTRIES = 100;

  private static ValueCache open(String place) {
    return place.equals("Cairn") ? new CairnCache(ENTRIES, 1 << 24) : new JavaCache(ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cairn", "Java"})
  void everyRequestIsAnsweredWithTheValueOfItsKeyAndRecorded(String place) {
    Histogram latencies = new Histogram(3);
    try (ValueCache cache = open(place)) {
      new Requests(cache, ENTRIES, 1).run(2000, 1, latencies);
    }

    assertThat(latencies.getTotalCount()).isEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cairn", "Java"})
  void aValueThatIsReplacedIsTheNewOneWithItsSize(String place) {
    byte[] into = new byte[8];
    try (ValueCache cache = open(place)) {
      assertThat(cache.get(7, into)).isEqualTo(-1);
      cache.put(7, new byte[] {1, 2, 3}, 3);
      cache.put(7, new byte[] {4, 5, 6}, 2);

      assertThat(cache.get(7, into)).isEqualTo(2);
      assertThat(into).startsWith(4, 5, 0);
    }
  }

  @Test
  void theValuesOfACacheHaveTheBytesThatWereAskedFor() {
    long[] bytes = new long[1];
    try (ValueCache cache =
        new Wrapped() {
          @Override
          public void put(long key, byte[] from, int byteSize) {
            bytes[0] += byteSize;
          }
        }) {
      var _ = new Requests(cache, Requests.entries(10_000_000), 1);
    }

    assertThat(bytes[0]).isBetween(9_500_000L, 10_500_000L);
  }

  @Test
  void whatStopsTheProgramDelaysEveryRequestThatIsDueMeanwhile() {
    long stop = TimeUnit.MILLISECONDS.toNanos(200);
    Histogram latencies = new Histogram(3);
    try (ValueCache cache =
        new Wrapped() {
          private int requests;

          @Override
          void request() {
            if (++requests == 500) {
              LockSupport.parkNanos(stop);
            }
          }
        }) {
      new Requests(cache, ENTRIES, 1).run(1000, 1, latencies);
    }

    // A request per millisecond: about two hundred are due while one is served.
    assertThat(latencies.getCountBetweenValues(stop / 2, Long.MAX_VALUE)).isGreaterThan(90);
  }

  @Test
  void aCacheThatCannotKeepUpIsGivenUpWithTheOptionThatHelps() {
    try (ValueCache cache =
        new Wrapped() {
          @Override
          void request() {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
          }
        }) {
      Requests requests = new Requests(cache, 1, 1);

      assertThatIllegalStateException()
          .isThrownBy(() -> requests.run(10_000, 1, new Histogram(3)))
          .withMessageContainingAll("of 10,000 requests", "--rate from 10000");
    }
  }

  @Test
  void anAnswerOfAnotherKeyIsFound() {
    try (ValueCache cache =
        new Wrapped() {
          @Override
          public int get(long key, byte[] into) {
            return super.get((key + 1) % ENTRIES, into);
          }
        }) {
      Requests requests = new Requests(cache, ENTRIES, 1);

      assertThatIllegalStateException()
          .isThrownBy(() -> requests.run(1000, 1, new Histogram(3)))
          .withMessageContaining("is that of");
    }
  }

  /// A cache to change something of.
  private static class Wrapped implements ValueCache {
    private final ValueCache cache = new JavaCache(ENTRIES);

    void request() {}

    @Override
    public int get(long key, byte[] into) {
      request();
      return cache.get(key, into);
    }

    @Override
    public void put(long key, byte[] from, int byteSize) {
      request();
      cache.put(key, from, byteSize);
    }

    @Override
    public long nativeBytes() {
      return 0;
    }

    @Override
    public void close() {
      cache.close();
    }
  }
}
