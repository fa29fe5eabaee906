package dev.cairn.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

/// The event of memory that a heap has given back to the system.
@Name("dev.cairn.PagesReturned")
@Label("Pages Returned")
@Category("Cairn")
@Description("Memory that a heap has given back to the system")
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
final class ReturnedEvent extends Event {
  @Label("Allocator")
  @Description("The name of the heap")
  private final String allocator;

  @Label("Address")
  @Description("Where the range begins that the memory lies in")
  @MemoryAddress
  private final long address;

  @Label("Size")
  @Description("The memory that was given back")
  @DataAmount
  private final long byteSize;

  @Label("Whole Range")
  @Description("Whether the addresses went back, too")
  private final boolean isWholeRange;

  ReturnedEvent(String allocator, long address, long byteSize, boolean isWholeRange) {
    this.allocator = allocator;
    this.address = address;
    this.byteSize = byteSize;
    this.isWholeRange = isWholeRange;
  }
}
