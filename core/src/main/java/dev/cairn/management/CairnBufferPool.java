package dev.cairn.management;

import dev.cairn.alloc.Stats;
import dev.cairn.telemetry.OpenAllocator.Holding;
import dev.cairn.telemetry.OpenAllocators;
import java.lang.management.BufferPoolMXBean;
import java.util.Objects;
import java.util.function.ToLongFunction;
import javax.management.ObjectName;

/// All open allocators together, as the JDK shows its own pools of direct and mapped buffers.
///
/// Allocators over memory of the caller are left out: that memory is counted elsewhere.
record CairnBufferPool(ObjectName name) implements BufferPoolMXBean {
  @Override
  public String getName() {
    return "cairn";
  }

  @Override
  public long getCount() {
    return sum(Stats::liveBlocks);
  }

  @Override
  public long getTotalCapacity() {
    return sum(Stats::liveBytes);
  }

  @Override
  public long getMemoryUsed() {
    return sum(Stats::footprintBytes);
  }

  @Override
  public ObjectName getObjectName() {
    return name;
  }

  private static long sum(ToLongFunction<Stats> figure) {
    return OpenAllocators.all().stream()
        .filter(allocator -> allocator.holding() == Holding.ITS_OWN)
        .map(allocator -> allocator.stats())
        .filter(Objects::nonNull)
        .mapToLong(figure)
        .sum();
  }
}
