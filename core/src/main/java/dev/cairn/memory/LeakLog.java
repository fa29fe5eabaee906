package dev.cairn.memory;

import dev.cairn.alloc.ClassStats;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Collectors;

/// Warns of blocks that were live when their heap closed.
final class LeakLog {
  private LeakLog() {}

  /// Logs the blocks, by size class.
  static void warn(List<ClassStats> live) {
    Logger logger = System.getLogger(Heap.class.getName());
    if (logger.isLoggable(Level.WARNING)) {
      logger.log(Level.WARNING, text(live));
    }
  }

  private static String text(List<ClassStats> live) {
    long blocks = live.stream().mapToLong(ClassStats::liveBlocks).sum();
    long bytes = live.stream().mapToLong(ClassStats::liveBytes).sum();
    // A heap without size classes has one entry, of all its blocks.
    String classes =
        live.size() == 1 && live.getFirst().blockBytes() == 0
            ? ""
            : live.stream().map(LeakLog::text).collect(Collectors.joining(", ", " (", ")"));
    return "a heap was closed with "
        + blocks
        + (blocks == 1 ? " live block of " : " live blocks of ")
        + bytes
        + " bytes in all"
        + classes
        + ": free them, or allocate them in an arena of the heap";
  }

  private static String text(ClassStats live) {
    return live.liveBlocks() + (live.blockBytes() == 0 ? " larger" : " of " + live.blockBytes());
  }
}
