package dev.cairn.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryBeansTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final MemoryBeans beans = MemoryBeans.register();

  @AfterEach
  void close() {
    beans.close();
  }

  @Test
  void theBeanOfAHeapAnswersAsItsStatsDo() throws Exception {
    try (Heap heap =
        Heap.builder().named("bean").decayingAfter(Duration.ofHours(1)).growable(64 << 20)) {
      MemorySegment block = heap.allocate(5000, 8);
      heap.free(heap.allocate(1 << 20, 8));
      assertThat(heap.tryAllocate(1L << 40, 8)).isNull();
      AllocatorMXBean bean = bean("bean");
      Stats stats = heap.stats();
      assertThat(bean.getName()).isEqualTo("bean");
      assertThat(bean.getKind()).isEqualTo(heap.toString());
      assertThat(
              new Stats(
                  bean.getLiveBlocks(),
                  bean.getLiveBytes(),
                  bean.getFreeBytes(),
                  bean.getCachedBytes(),
                  bean.getRetainedBytes(),
                  bean.getLargestFreeBytes(),
                  bean.getLimitBytes(),
                  bean.getMetadataBytes(),
                  bean.getPeakLiveBytes(),
                  bean.getPeakFootprintBytes(),
                  bean.getAllocations(),
                  bean.getFrees(),
                  bean.getFailures()))
          .isEqualTo(stats);
      assertThat(stats.failures()).isOne();
      assertThat(bean.getFootprintBytes()).isEqualTo(stats.footprintBytes());
      assertThat(bean.getUtilization()).isEqualTo(stats.utilization());
      assertThat(bean.getExternalFragmentation()).isEqualTo(stats.externalFragmentation());
      bean.trim();
      assertThat(heap.stats().retainedBytes()).isZero();
      heap.free(block);
    }
  }

  @Test
  void aBeanComesAndGoesWithItsHeap() throws Exception {
    Heap heap = Heap.builder().named("comes, and \"goes\"").fixed(4096);
    ObjectName name =
        new ObjectName("dev.cairn:type=Allocator,name=" + ObjectName.quote("comes, and \"goes\""));
    assertThat(server.isRegistered(name)).isTrue();
    heap.close();
    assertThat(server.isRegistered(name)).isFalse();
  }

  @Test
  void heapsOfOneNameHaveABeanEach() throws Exception {
    try (Heap first = Heap.builder().named("twin").fixed(4096);
        Heap second = Heap.builder().named("twin").fixed(8192)) {
      assertThat(bean("twin").getLimitBytes()).isEqualTo(first.stats().limitBytes());
      assertThat(bean("twin-2").getLimitBytes()).isEqualTo(second.stats().limitBytes());
    }
  }

  @Test
  void heapsThatWereOpenBeforeHaveBeansAndClosingTakesAllAway() throws Exception {
    beans.close();
    try (Heap heap = Heap.builder().named("before").fixed(4096)) {
      assertThat(server.isRegistered(name("before"))).isFalse();
      try (MemoryBeans _ = MemoryBeans.register()) {
        assertThat(bean("before").getLimitBytes()).isEqualTo(heap.stats().limitBytes());
      }
      assertThat(server.queryNames(new ObjectName("dev.cairn:*"), null)).isEmpty();
      assertThat(server.queryNames(new ObjectName("java.nio:name=cairn,*"), null)).isEmpty();
    }
  }

  @Test
  void registeringTwiceIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(MemoryBeans::register)
        .withMessageContaining("call MemoryBeans.register once");
  }

  @Test
  void theBufferPoolAddsUpWhatIsNotTheCallersMemory() throws Exception {
    BufferPoolMXBean pool =
        JMX.newMXBeanProxy(
            server, new ObjectName("java.nio:type=BufferPool,name=cairn"), BufferPoolMXBean.class);
    long before = pool.getMemoryUsed();
    long count = pool.getCount();
    long capacity = pool.getTotalCapacity();
    try (Heap heap = Heap.fixed(1 << 20);
        Heap inside = Heap.over(heap.allocate(4096, 16))) {
      MemorySegment block = inside.allocate(64, 8);
      assertThat(pool.getName()).isEqualTo("cairn");
      assertThat(pool.getMemoryUsed() - before).isEqualTo(1 << 20);
      assertThat(pool.getCount() - count).isOne();
      assertThat(pool.getTotalCapacity() - capacity).isEqualTo(4096);
      inside.free(block);
    }
    assertThat(pool.getMemoryUsed()).isEqualTo(before);
  }

  @Test
  void aConfinedHeapHasNoBeanAndASharedOneHas() throws Exception {
    int before = server.queryNames(new ObjectName("dev.cairn:*"), null).size();
    try (RealtimeHeap _ = RealtimeHeap.confined(4096)) {
      assertThat(server.queryNames(new ObjectName("dev.cairn:*"), null)).hasSize(before);
    }
    try (RealtimeHeap _ = RealtimeHeap.shared(4096)) {
      assertThat(server.queryNames(new ObjectName("dev.cairn:*"), null)).hasSize(before + 1);
    }
  }

  private AllocatorMXBean bean(String name) throws Exception {
    return JMX.newMXBeanProxy(server, name(name), AllocatorMXBean.class);
  }

  private static ObjectName name(String name) throws Exception {
    return new ObjectName("dev.cairn:type=Allocator,name=" + name);
  }
}
