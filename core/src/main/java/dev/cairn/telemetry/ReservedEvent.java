package dev.cairn.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

/// The event of memory that a heap has taken from the system.
@Name("dev.cairn.PagesReserved")
@Label("Pages Reserved")
@Category("Cairn")
@Description("A range of addresses that a heap has taken from the system")
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
final class ReservedEvent extends Event {
  @Label("Allocator")
  @Description("The name of the heap")
  private final String allocator;

  @Label("Address")
  @Description("Where the range begins")
  @MemoryAddress
  private final long address;

  @Label("Size")
  @Description("The size of the range; where it is reserved, memory comes as it is touched")
  @DataAmount
  private final long byteSize;

  ReservedEvent(String allocator, long address, long byteSize) {
    this.allocator = allocator;
    this.address = address;
    this.byteSize = byteSize;
  }
}
