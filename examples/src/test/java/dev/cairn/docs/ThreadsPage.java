package dev.cairn.docs;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// The programs of `docs/guide/10-heaps-and-threads.md`.
final class ThreadsPage {
  private ThreadsPage() {}

  static void kept() {
    // @start region="kept"
    try (Heap heap = Heap.fixed(64 << 20)) {
      MemorySegment block = heap.allocate(64, 8);
      heap.free(block);
      IO.println(heap.stats().liveBytes() + " bytes live");
      IO.println(heap.stats().cachedBytes() + " bytes cached");
      MemorySegment next = heap.allocate(64, 8);
      IO.println(next.address() == block.address() ? "the same memory again" : "other memory");
      heap.free(next);
    }
    // @end
  }

  static void handedOver() throws InterruptedException {
    // @start region="handedOver"
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment[] blocks = new MemorySegment[1000];
      for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < blocks.length; i++) {
          blocks[i] = heap.allocate(64, 8);
        }
        Thread consumer =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (MemorySegment block : blocks) {
                        heap.free(block);
                      }
                    });
        consumer.join();
        IO.println(heap.stats().liveBlocks() + " blocks live");
        IO.println(heap.stats().peakFootprintBytes() + " bytes held so far, at most");
      }
      heap.free(blocks[0]);
    }
    // @end
  }

  static void raced() throws InterruptedException {
    // @start region="raced"
    try (Heap heap = Heap.growable(64 << 20)) {
      AtomicInteger refusals = new AtomicInteger();
      for (int i = 0; i < 100; i++) {
        MemorySegment block = heap.allocate(64, 8);
        Runnable free =
            () -> {
              try {
                heap.free(block);
              } catch (InvalidBlockException twice) {
                refusals.incrementAndGet();
              }
            };
        Thread other = Thread.ofPlatform().start(free);
        free.run();
        other.join();
      }
      IO.println(refusals + " of 200 frees were refused");
      IO.println(heap.stats().liveBlocks() + " blocks live");
    }
    // @end
  }

  static void inherited() throws InterruptedException {
    // @start region="inherited"
    try (Heap heap = Heap.fixed(64 << 20)) {
      AtomicReference<MemorySegment> left = new AtomicReference<>();
      Thread first = Thread.ofPlatform().start(() -> left.set(heap.allocateFrom("still here")));
      first.join();
      long cached = heap.stats().cachedBytes();
      for (int i = 0; i < 1000; i++) {
        Thread thread = Thread.ofPlatform().start(() -> heap.free(heap.allocate(11, 1)));
        thread.join();
      }
      IO.println(left.get().getString(0));
      IO.println(
          heap.stats().cachedBytes() == cached ? "nothing more is cached" : "more is cached");
      heap.free(left.get());
    }
    // @end
  }

  static void virtual() {
    // @start region="virtual"
    try (Heap heap = Heap.growable(64 << 20)) {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 10_000; i++) {
          threads.execute(() -> heap.free(heap.allocate(64, 8)));
        }
      }
      Stats after = heap.stats();
      IO.println(after.liveBlocks() + " live of " + after.allocations());
      IO.println((after.metadataBytes() >> 20) + " MiB of bookkeeping");
      heap.trim();
      IO.println(heap.stats().cachedBytes() + " bytes cached");
    }
    // @end
  }

  static void crowded() throws ExecutionException, InterruptedException {
    // @start region="crowded"
    for (long limit : new long[] {8 << 20, 256 << 20}) {
      try (Heap heap = Heap.fixed(limit);
          ExecutorService pool = Executors.newFixedThreadPool(10)) {
        for (int i = 0; i < 10; i++) {
          pool.submit(() -> heap.free(heap.allocate(64, 8))).get();
        }
        IO.println(heap.stats().cachedBytes() / 64 + " blocks cached in a " + heap);
      }
    }
    // @end
  }

  static void trimmed() throws InterruptedException {
    // @start region="trimmed"
    try (Heap heap = Heap.fixed(64 << 20)) {
      CountDownLatch evening = new CountDownLatch(1);
      Thread idle =
          Thread.ofPlatform()
              .start(
                  () -> {
                    heap.free(heap.allocate(64, 8));
                    try {
                      evening.await();
                    } catch (InterruptedException end) {
                      Thread.currentThread().interrupt();
                    }
                  });
      while (idle.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      IO.println(heap.stats().cachedBytes() + " bytes cached");
      heap.trim();
      IO.println(heap.stats().cachedBytes() + " bytes cached");
      evening.countDown();
      idle.join();
    }
    // @end
  }

  static void decayed() throws InterruptedException {
    // @start region="decayed"
    try (Heap heap = Heap.builder().decayingAfter(Duration.ofMillis(20)).growable(64 << 20)) {
      heap.free(heap.allocate(8 << 20, 8));
      for (int i = 0; i < 1000 && heap.stats().footprintBytes() > 0; i++) {
        Thread.sleep(10);
      }
      IO.println(heap.stats().footprintBytes() + " bytes held");
    }
    // @end
  }

  static void accounted() {
    // @start region="accounted"
    try (Heap heap = Heap.builder().decayingAfter(Duration.ofHours(1)).growable(64 << 20)) {
      MemorySegment large = heap.allocate(1 << 20, 8);
      MemorySegment[] small = new MemorySegment[1000];
      for (int i = 0; i < small.length; i++) {
        small[i] = heap.allocate(64, 8);
      }
      heap.free(large);
      for (int i = 0; i < small.length; i += 2) {
        heap.free(small[i]);
      }
      Stats now = heap.stats();
      IO.println(now.liveBytes() + " live, in blocks that were not freed");
      IO.println(now.cachedBytes() + " cached, for this thread's next blocks");
      IO.println(now.freeBytes() + " free, between the blocks of a slab");
      IO.println(now.retainedBytes() + " retained, to be given back");
      IO.println(now.footprintBytes() + " held from the system, in all");
      for (int i = 1; i < small.length; i += 2) {
        heap.free(small[i]);
      }
    }
    // @end
  }
}
