package dev.cairn.examples;

import dev.cairn.memory.Checkpoint;
import dev.cairn.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What one request needs ends with it, all at once.
final class RequestRegion {
  private RequestRegion() {}

  static void main() {
    // @start region="program"
    try (Region region = Region.fixed(4096);
        Checkpoint request = region.checkpoint()) {
      MemorySegment stale = region.allocateFrom("from an earlier request");
      for (String name : List.of("Ada", "Grace", "Barbara")) {
        request.rewind();
        MemorySegment greeting = region.allocateFrom("hello, " + name);
        IO.println(
            greeting.getString(0)
                + ": "
                + region.stats().liveBytes()
                + " bytes live, "
                + region.stats().allocations()
                + " blocks so far");
      }
      try {
        stale.getString(0);
      } catch (IllegalStateException refused) {
        IO.println("what an earlier request allocated cannot be read");
      }
    }
    // @end
  }
}
