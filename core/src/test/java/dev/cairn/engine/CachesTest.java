package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CachesTest {
  private final HeapPlan plan =
      new HeapPlan(
          "heap",
          HeapPlan.Growth.ON_DEMAND,
          64 << 20,
          null,
          HeapPlan.Source.ARENAS,
          0,
          -1,
          HeapPlan.USUALLY_HUGE_FROM);
  private final Lookup lookup = new Lookup(plan, () -> false) {};
  private final Caches caches = new Caches(plan, lookup);

  @Test
  void aCacheThatIsBeingTakenOverKeepsItsNewHolder() throws Exception {
    ThreadCache cache = cacheOfDeadThread();
    // A thread that takes it over has entered itself, and is stopped before it owns it.
    cache.holder = Thread.currentThread();

    caches.visit(_ -> {});

    assertThat(cache.holder).isSameAs(Thread.currentThread());
    assertThat(cache.owner()).isNull();
  }

  @Test
  void aCacheOfADeadThreadIsTakenOver() throws Exception {
    ThreadCache cache = cacheOfDeadThread();

    caches.visit(_ -> {});

    assertThat(cache.holder).isNull();
    assertThat(lockedAndUnlocked()).isSameAs(cache);
    assertThat(cache.owner()).isSameAs(Thread.currentThread());
    assertThat(lookup.cacheOf(Thread.currentThread())).isSameAs(cache);
  }

  private ThreadCache cacheOfDeadThread() throws InterruptedException {
    AtomicReference<ThreadCache> its = new AtomicReference<>();
    Thread thread = new Thread(() -> its.set(lockedAndUnlocked()));
    thread.start();
    thread.join();
    return its.get();
  }

  private ThreadCache lockedAndUnlocked() {
    ThreadCache cache = caches.lock();
    assertThat(cache).isNotNull();
    cache.lock.unlock();
    return cache;
  }
}
