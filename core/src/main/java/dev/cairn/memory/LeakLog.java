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
    String classes =
        live.stream()
            .filter(each -> each.blockBytes() > 0)
            .map(each -> each.liveBlocks() + " of " + each.blockBytes())
            .collect(Collectors.joining(", "));
    return "a heap was closed while "
        + blocks
        + (blocks == 1 ? " block of " : " blocks of together ")
        + bytes
        + (blocks == 1 ? " bytes was live" : " bytes were live")
        + (classes.isEmpty() ? "" : " (by size class: " + classes + ")")
        + ": free each block, or allocate them in an arena of the heap";
  }
}
