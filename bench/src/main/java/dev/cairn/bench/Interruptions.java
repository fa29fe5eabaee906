package dev.cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the system has done to a thread so far.
///
/// @param pageFaults how often memory that it used was not in place
/// @param preemptions how often the processor was taken away from it
record Interruptions(long pageFaults, long preemptions) {
  /// What is said where the system does not tell.
  static final Interruptions UNKNOWN = new Interruptions(0, 0);

  // proc_pid_stat(5): the tenth field, counted from behind the name, which may have spaces in it.
  private static final int MINOR_FAULTS = 7;
  private static final int MAJOR_FAULTS = 9;

  /// Those of the current thread; [#UNKNOWN] on systems that are not Linux.
  static Interruptions ofThisThread() {
    Path thread = Path.of("/proc/thread-self");
    try {
      String stat = Files.readString(thread.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long preemptions =
          Files.readAllLines(thread.resolve("status")).stream()
              .filter(line -> line.startsWith("nonvoluntary_ctxt_switches:"))
              .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
              .sum();
      return new Interruptions(
          Long.parseLong(fields[MINOR_FAULTS]) + Long.parseLong(fields[MAJOR_FAULTS]), preemptions);
    } catch (IOException unknown) {
      return UNKNOWN;
    }
  }

  /// What came after others.
  ///
  /// @param before those before
  Interruptions since(Interruptions before) {
    return new Interruptions(pageFaults - before.pageFaults, preemptions - before.preemptions);
  }
}
