package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads that come, go, wait and hand blocks to each other leave nothing behind in a heap.
class HeapThreadsTest {
  private static final long MIB = 1 << 20;
  // The bookkeeping of one thread, and a margin.
  private static final long CACHE = 64 * 1024 + 8192;

  @Test
  void threadsThatHaveDiedLeaveTheCacheOfOneAndBlocksThatOthersCanFree() throws Exception {
    try (Heap heap = open(256 * MIB)) {
      allocateInPassing(heap);
      long metadata = heap.stats().metadataBytes();
      List<MemorySegment> left = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte mark = (byte) i;
        Thread thread =
            Thread.ofPlatform()
                .start(
                    () -> {
                      allocateInPassing(heap);
                      for (long byteSize : new long[] {16, 500, 3000, 20_000, 100_000}) {
                        left.add(heap.allocate(byteSize, 1).fill(mark));
                      }
                    });
        thread.join();
      }
      assertThat(left).hasSize(1000);
      assertThat(heap.stats().liveBlocks()).isEqualTo(1000);
      // What is live needs maps and tables, too: a 128th of it, and 64 KiB to begin with.
      assertThat(heap.stats().metadataBytes() - metadata)
          .isLessThan(CACHE + heap.stats().footprintBytes() / 64 + 65_536);
      heap.validate();
      for (int i = 0; i < left.size(); i++) {
        MemorySegment block = left.get(i);
        assertThat(block.get(ValueLayout.JAVA_BYTE, block.byteSize() - 1))
            .isEqualTo((byte) (i / 5));
        heap.free(block);
      }
      assertNothingIsLeft(heap);
    }
  }

  @Test
  void whatADeadThreadHadCachedGoesBack() throws Exception {
    try (Heap heap = open(64 * MIB)) {
      Thread thread = Thread.ofPlatform().start(() -> allocateInPassing(heap));
      thread.join();
      assertThat(heap.stats().cachedBytes()).isPositive();
      assertNothingIsLeft(heap);
    }
  }

  @Test
  void whatAWaitingThreadHadCachedGoesBackAndItGoesOnAfterwards() throws Exception {
    try (Heap heap = open(64 * MIB);
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      CountDownLatch latch = new CountDownLatch(1);
      List<Thread> waiting = new CopyOnWriteArrayList<>();
      Future<?> done =
          executor.submit(
              () -> {
                waiting.add(Thread.currentThread());
                MemorySegment kept = heap.allocate(200, 1).fill((byte) 7);
                allocateInPassing(heap);
                latch.await();
                HeapScenario.play(heap, 5_000, 100_000, 3);
                assertThat(kept.get(ValueLayout.JAVA_BYTE, 199)).isEqualTo((byte) 7);
                heap.free(kept);
                return null;
              });
      try {
        Eventually.holds(
            "the thread waits",
            () -> !waiting.isEmpty() && waiting.getFirst().getState() == Thread.State.WAITING);
        assertThat(heap.stats().cachedBytes()).isPositive();
        heap.trim();
        assertThat(heap.stats().cachedBytes()).isZero();
        assertThat(heap.stats().liveBlocks()).isEqualTo(1);
        assertThat(heap.stats().footprintBytes()).isLessThanOrEqualTo(4096);
        heap.validate();
      } finally {
        latch.countDown();
      }
      done.get();
      assertNothingIsLeft(heap);
    }
  }

  @Test
  void aHundredThousandVirtualThreadsLeaveNothingBehind() throws Exception {
    try (Heap heap = open(1024 * MIB)) {
      ConcurrentLinkedQueue<MemorySegment> handedOver = new ConcurrentLinkedQueue<>();
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 100_000; i++) {
          long byteSize = 8 + i % 100 * 20L;
          executor.execute(
              () -> {
                MemorySegment block = heap.allocate(byteSize, 8);
                block.set(ValueLayout.JAVA_LONG, 0, byteSize);
                handedOver.add(block);
                MemorySegment another = handedOver.poll();
                if (another != null) {
                  requireHolding(another);
                  heap.free(another);
                }
              });
        }
      }
      for (MemorySegment block; (block = handedOver.poll()) != null; ) {
        requireHolding(block);
        heap.free(block);
      }
      assertThat(heap.stats().allocations()).isEqualTo(100_000);
      assertThat(heap.stats().frees()).isEqualTo(100_000);
      assertNothingIsLeft(heap);
      int shared = 2 * Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors());
      assertThat(heap.stats().metadataBytes()).isLessThan((shared + 2) * CACHE + 16 * MIB);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void moreThreadsThanCachesWorkSideBySide(boolean virtual) throws Exception {
    // So small a heap has one cache for threads, and one that all others share.
    try (Heap heap = Heap.fixed(8 * MIB)) {
      ThreadFactory factory =
          virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
      CountDownLatch begin = new CountDownLatch(16);
      List<Future<?>> done = new ArrayList<>();
      try (ExecutorService executor = Executors.newThreadPerTaskExecutor(factory)) {
        for (int i = 0; i < 16; i++) {
          int seed = i;
          done.add(
              executor.submit(
                  () -> {
                    begin.countDown();
                    begin.await();
                    HeapScenario.play(heap, 3_000, 2_000, seed);
                    return null;
                  }));
        }
      }
      for (Future<?> each : done) {
        each.get();
      }
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(heap.stats().allocations()).isGreaterThan(16 * 1_000);
      assertThat(heap.stats().metadataBytes()).isLessThan(3 * CACHE + 8 * MIB / 64);
      Eventually.holds("all of it can be had", () -> heap.tryAllocate(8 * MIB, 1) != null);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {16, 1000, 10_000, 100_000})
  void blocksThatOthersFreeComeHome(long byteSize) throws Exception {
    try (Heap heap = open(1024 * MIB);
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      SynchronousQueue<List<MemorySegment>> queue = new SynchronousQueue<>();
      Future<?> freeing =
          executor.submit(
              () -> {
                for (int round = 0; round < 200; round++) {
                  queue.take().forEach(heap::free);
                }
                return null;
              });
      int batch = (int) Math.min(1000, 2 * MIB / byteSize);
      for (int round = 0; round < 200; round++) {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
          blocks.add(heap.allocate(byteSize, 1));
        }
        assertThat(queue.offer(blocks, 20, TimeUnit.SECONDS)).as("they are taken").isTrue();
      }
      freeing.get();
      // At most two rounds are live at a time.
      assertThat(heap.stats().peakFootprintBytes())
          .isLessThan(2L * batch * byteSize * 5 / 4 + HeapBuilder.DEFAULT_RETAINED_BYTES + 2 * MIB);
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(heap.stats().frees()).isEqualTo(200L * batch);
      assertNothingIsLeft(heap);
    }
  }

  @Test
  void aFullHeapFindsWhatOthersHaveFreed() throws Exception {
    try (Heap heap = Heap.fixed(4 * MIB)) {
      for (int round = 0; round < 20; round++) {
        List<MemorySegment> blocks = new ArrayList<>();
        for (MemorySegment block; (block = heap.tryAllocate(1000, 1)) != null; ) {
          blocks.add(block);
        }
        assertThat(blocks).hasSizeGreaterThan(4000);
        Thread freeing = Thread.ofPlatform().start(() -> blocks.forEach(heap::free));
        freeing.join();
        heap.validate();
      }
      assertThat(heap.allocate(4 * MIB, 1).byteSize()).isEqualTo(4 * MIB);
    }
  }

  private static Heap open(long limit) {
    return Heap.builder().decayingAfter(Duration.ofDays(1)).growable(limit);
  }

  /// Leaves nothing but what the thread has cached.
  private static void allocateInPassing(Heap heap) {
    List<MemorySegment> blocks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      blocks.add(heap.allocate(i * 31L, 1));
    }
    blocks.forEach(heap::free);
  }

  private static void requireHolding(MemorySegment block) {
    long held = block.get(ValueLayout.JAVA_LONG, 0);
    if (held != block.byteSize()) {
      throw new AssertionError(block + " holds " + held);
    }
  }

  private static void assertNothingIsLeft(Heap heap) throws InterruptedException {
    // A thread that is done may still be on its way to where it waits for more.
    Eventually.holds(
        "everything is given back",
        () -> {
          heap.trim();
          return heap.stats().footprintBytes() == 0;
        });
    heap.validate();
    assertThat(heap.stats().liveBlocks()).isZero();
    assertThat(heap.stats().cachedBytes()).isZero();
  }
}
