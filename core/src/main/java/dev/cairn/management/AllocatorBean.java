package dev.cairn.management;

import dev.cairn.alloc.Stats;
import dev.cairn.telemetry.OpenAllocator;

/// The bean of an open allocator, which it does not keep.
record AllocatorBean(OpenAllocator allocator) implements AllocatorMXBean {
  @Override
  public String getName() {
    return allocator.name();
  }

  @Override
  public String getKind() {
    return allocator.kind();
  }

  @Override
  public long getLiveBlocks() {
    return stats().liveBlocks();
  }

  @Override
  public long getLiveBytes() {
    return stats().liveBytes();
  }

  @Override
  public long getFreeBytes() {
    return stats().freeBytes();
  }

  @Override
  public long getCachedBytes() {
    return stats().cachedBytes();
  }

  @Override
  public long getRetainedBytes() {
    return stats().retainedBytes();
  }

  @Override
  public long getFootprintBytes() {
    return stats().footprintBytes();
  }

  @Override
  public long getLargestFreeBytes() {
    return stats().largestFreeBytes();
  }

  @Override
  public long getLimitBytes() {
    return stats().limitBytes();
  }

  @Override
  public long getMetadataBytes() {
    return stats().metadataBytes();
  }

  @Override
  public long getPeakLiveBytes() {
    return stats().peakLiveBytes();
  }

  @Override
  public long getPeakFootprintBytes() {
    return stats().peakFootprintBytes();
  }

  @Override
  public long getAllocations() {
    return stats().allocations();
  }

  @Override
  public long getFrees() {
    return stats().frees();
  }

  @Override
  public long getFailures() {
    return stats().failures();
  }

  @Override
  public double getUtilization() {
    return stats().utilization();
  }

  @Override
  public double getExternalFragmentation() {
    return stats().externalFragmentation();
  }

  @Override
  public void trim() {
    allocator.trim();
  }

  private Stats stats() {
    Stats stats = allocator.stats();
    if (stats == null) {
      throw new IllegalStateException(
          allocator.name() + ", a " + allocator.kind() + ", is closed: its bean is going away");
    }
    return stats;
  }
}
