package dev.cairn.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/// The event of blocks that were live when their allocator closed.
@Name("dev.cairn.Leak")
@Label("Leak")
@Category("Cairn")
@Description("Blocks that were live when their allocator closed, by place or by size class")
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
final class LeakEvent extends Event {
  @Label("Allocator")
  @Description("The name of the allocator")
  private final String allocator;

  @Label("Blocks")
  private final long blocks;

  @Label("Bytes")
  @DataAmount
  private final long bytes;

  @Label("Place")
  @Description("What allocated them, where a checked allocator knows it")
  private final @Nullable String place;

  LeakEvent(String allocator, long blocks, long bytes, @Nullable String place) {
    this.allocator = allocator;
    this.blocks = blocks;
    this.bytes = bytes;
    this.place = place;
  }
}
