package dev.cairn.telemetry;

import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.Throttle;

/// The event of an allocation that was chosen by chance.
@Name("dev.cairn.AllocationSample")
@Label("Allocation Sample")
@Category("Cairn")
@Description("A block of a heap, chosen by chance, so that each byte is as probable to be in one")
@Enabled(false)
@Throttle("100/s")
@SuppressWarnings({"UnusedVariable", "UnusedMethod"}) // the flight recorder uses them
final class SampleEvent extends Event {
  // What samples stand for that were too many to be told, until one is.
  private static final AtomicLong UNTOLD = new AtomicLong();

  @Label("Allocator")
  @Description("The name of the heap")
  private String allocator = "";

  @Label("Address")
  @Description("Where the block begins")
  @MemoryAddress
  private long address;

  @Label("Size")
  @Description("The size of the block, as it was asked for")
  @DataAmount
  private long byteSize;

  @Label("Weight")
  @Description("The allocated bytes that the sample stands for: their sum estimates all of them")
  @DataAmount
  private long weight;

  static void commit(String allocator, long address, long byteSize, double weight) {
    SampleEvent event = new SampleEvent();
    if (event.shouldCommit()) {
      event.allocator = allocator;
      event.address = address;
      event.byteSize = byteSize;
      event.weight = Math.round(weight) + UNTOLD.getAndSet(0);
      event.commit();
    } else {
      UNTOLD.addAndGet(Math.round(weight));
    }
  }

  @Name("interval")
  @Label("Sampling Interval")
  @Description("How many bytes are allocated per sample, on average: 512k, 1m")
  @SettingDefinition
  private boolean interval(SamplingInterval interval) {
    return interval.isPassed();
  }
}
