package dev.cairn.telemetry;

import dev.cairn.alloc.Stats;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/// The event of what an open allocator holds, every some seconds: its [Stats].
@Name("dev.cairn.AllocatorStatistics")
@Label("Allocator Statistics")
@Category("Cairn")
@Description("What an open allocator holds and has done; one event for each that is open")
@Period("10 s")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
final class StatisticsEvent extends Event {
  @Label("Allocator")
  @Description("The name of the allocator")
  private final String allocator;

  @Label("Kind")
  @Description("What it is, and its limit")
  private final String kind;

  @Label("Live Blocks")
  private final long liveBlocks;

  @Label("Live Bytes")
  @Description("The bytes in live blocks, as they were rounded up")
  @DataAmount
  private final long liveBytes;

  @Label("Free Bytes")
  @Description("The bytes that are free for any request they are large enough for")
  @DataAmount
  private final long freeBytes;

  @Label("Cached Bytes")
  @Description("The bytes that wait in caches for their threads")
  @DataAmount
  private final long cachedBytes;

  @Label("Retained Bytes")
  @Description("The bytes not in use that will be given back to the system")
  @DataAmount
  private final long retainedBytes;

  @Label("Footprint")
  @Description("Live, free, cached and retained bytes together")
  @DataAmount
  private final long footprintBytes;

  @Label("Largest Free Run")
  @Description("The largest request that can be met without more memory from the system")
  @DataAmount
  private final long largestFreeBytes;

  @Label("Limit")
  @Description("The most the footprint may become; 2^63 - 1 where there is no limit")
  @DataAmount
  private final long limitBytes;

  @Label("Metadata")
  @Description("The bookkeeping on the Java heap, outside the footprint")
  @DataAmount
  private final long metadataBytes;

  @Label("Peak of Live Bytes")
  @DataAmount
  private final long peakLiveBytes;

  @Label("Peak of Footprint")
  @DataAmount
  private final long peakFootprintBytes;

  @Label("Allocations")
  @Description("The blocks handed out so far")
  private final long allocations;

  @Label("Frees")
  @Description("The blocks given back so far")
  private final long frees;

  @Label("Failures")
  @Description("The requests refused so far because there was no room")
  private final long failures;

  @Label("Utilization")
  @Description("The part of the footprint that is live")
  @Percentage
  private final double utilization;

  @Label("External Fragmentation")
  @Description("How far the free bytes are from being one run: 0 where they are")
  @Percentage
  private final double externalFragmentation;

  private StatisticsEvent(OpenAllocator open, Stats stats) {
    allocator = open.name();
    kind = open.kind();
    liveBlocks = stats.liveBlocks();
    liveBytes = stats.liveBytes();
    freeBytes = stats.freeBytes();
    cachedBytes = stats.cachedBytes();
    retainedBytes = stats.retainedBytes();
    footprintBytes = stats.footprintBytes();
    largestFreeBytes = stats.largestFreeBytes();
    limitBytes = stats.limitBytes();
    metadataBytes = stats.metadataBytes();
    peakLiveBytes = stats.peakLiveBytes();
    peakFootprintBytes = stats.peakFootprintBytes();
    allocations = stats.allocations();
    frees = stats.frees();
    failures = stats.failures();
    utilization = stats.utilization();
    externalFragmentation = stats.externalFragmentation();
  }

  /// Records the statistics of every open allocator.
  static void commitAll() {
    for (OpenAllocator open : OpenAllocators.all()) {
      Stats stats = open.stats();
      if (stats != null) {
        new StatisticsEvent(open, stats).commit();
      }
    }
  }
}
