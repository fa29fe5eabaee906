package dev.cairn.check;

import java.util.List;

/// A heap that leaks: it was closed with live blocks, or never.
///
/// @param name what it is: "checked growable heap of 1048576 bytes"
/// @param opened the calls that led to its opening, the innermost first; empty if they don't matter
/// @param end whether it was closed
/// @param report the blocks that nobody has freed; empty if there are none
public record LeakyHeap(String name, List<StackTraceElement> opened, End end, LeakReport report) {
  /// How a heap ends.
  public enum End {
    /// It was closed.
    CLOSED("was closed with live blocks"),
    /// It is still open.
    NEVER_CLOSED("was never closed");

    private final String words;

    End(String words) {
      this.words = words;
    }
  }

  /// Keeps a copy of the stack.
  public LeakyHeap {
    opened = List.copyOf(opened);
  }

  /// The heap for people: a line that says what it is, who opened it and how it ended, and below it
  /// the [report][LeakReport#text()], indented.
  ///
  /// @return lines, each with its end
  public String text() {
    return name
        + (opened.isEmpty() ? "" : ", opened at " + CallStack.shown(opened.getFirst()))
        + ", "
        + end.words
        + (report.isEmpty()
            ? "\n"
            : (end == End.CLOSED ? ":\n" : ", and has live blocks:\n") + report.text().indent(2));
  }
}
