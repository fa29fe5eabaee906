package dev.cairn.telemetry;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Stats;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/// The event of a request for which there was no room.
@Name("dev.cairn.AllocationFailure")
@Label("Allocation Failure")
@Category("Cairn")
@Description("A request that was refused because there was no room, and what there was")
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
final class FailureEvent extends Event {
  @Label("Allocator")
  @Description("The name of the allocator; what it is, where it has none")
  private final String allocator;

  @Label("Size")
  @Description("The size that was asked for")
  @DataAmount
  private final long byteSize;

  @Label("Alignment")
  @Description("The alignment that was asked for")
  @DataAmount
  private final long byteAlignment;

  @Label("Limit")
  @Description("The most the footprint may become; 2^63 - 1 where there is no limit")
  @DataAmount
  private long limitBytes;

  @Label("Live Bytes")
  @DataAmount
  private long liveBytes;

  @Label("Footprint")
  @Description("The bytes that the allocator holds from the system")
  @DataAmount
  private long footprintBytes;

  @Label("Largest Free Run")
  @Description("The largest request that could have been met without more memory from the system")
  @DataAmount
  private long largestFreeBytes;

  private FailureEvent(String allocator, long byteSize, long byteAlignment) {
    this.allocator = allocator;
    this.byteSize = byteSize;
    this.byteAlignment = byteAlignment;
  }

  static void commit(
      Allocator allocator, @Nullable OpenAllocator listed, long byteSize, long byteAlignment) {
    String name = listed == null ? allocator.toString() : listed.name();
    FailureEvent event = new FailureEvent(name, byteSize, byteAlignment);
    if (event.shouldCommit()) {
      Stats stats = allocator.stats();
      event.limitBytes = stats.limitBytes();
      event.liveBytes = stats.liveBytes();
      event.footprintBytes = stats.footprintBytes();
      event.largestFreeBytes = stats.largestFreeBytes();
      event.commit();
    }
  }

  static void commitOnStack(long byteSize, long byteAlignment, long stackBytes, long freeBytes) {
    FailureEvent event = new FailureEvent("stack of a thread", byteSize, byteAlignment);
    event.limitBytes = stackBytes;
    event.liveBytes = stackBytes - freeBytes;
    event.footprintBytes = stackBytes;
    event.largestFreeBytes = freeBytes;
    event.commit();
  }
}
