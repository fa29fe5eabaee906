package dev.cairn.trace;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The forms in which traces are written down. Which one a file has is told from what it begins
/// with, never from its name. Any of them may be gzipped.
public enum TraceFormat {
  /// Cairn's own, described in [the package][dev.cairn.trace].
  CAIRN("Cairn's own: \"cairn-trace 1\", then lines as \"a 552\" and \"f 0\""),
  /// That of malloc-lab, a course assignment: `.rep` files.
  MALLOC_LAB(
      "malloc-lab .rep: two or four numbers, then lines as \"a 0 512\", \"r 0 640\" and \"f 0\""),
  /// That of the traces of wee_alloc, an allocator for Rust.
  WEE_ALLOC("wee_alloc: lines as \"Alloc(552),\" and \"Free(0),\""),
  /// The log of `valgrind --trace-malloc=yes`. Each process in it counts as a thread.
  VALGRIND("valgrind --trace-malloc=yes: lines as \"--123-- malloc(552) = 0x4A40040\""),
  /// What glibc's `mtrace()` writes to the file that `MALLOC_TRACE` names.
  MTRACE("glibc's mtrace (MALLOC_TRACE): \"= Start\", lines as \"@ ls:[0x12] + 0x4a40 0x228\"");

  private final String description;

  TraceFormat(String description) {
    this.description = description;
  }

  /// What a file of this format is, and looks like.
  ///
  /// @return one line
  public String description() {
    return description;
  }

  /// Begins to parse a file.
  TraceParser parser(TraceBuilder into) {
    return switch (this) {
      case CAIRN -> new CairnParser(into);
      case MALLOC_LAB -> new MallocLabParser(into);
      case WEE_ALLOC -> new WeeAllocParser(into);
      case VALGRIND -> new ValgrindParser(into);
      case MTRACE -> new MtraceParser(into);
    };
  }

  /// The format that a file has.
  ///
  /// @param head what the file begins with
  static Optional<TraceFormat> of(String head) {
    return Arrays.stream(values()).filter(format -> format.recognizes(head)).findFirst();
  }

  /// All formats, for a message: one line each.
  static String all() {
    return Arrays.stream(values())
        .map(format -> "  " + format.description)
        .collect(Collectors.joining("\n"));
  }

  private boolean recognizes(String head) {
    return switch (this) {
      case CAIRN -> CairnParser.recognizes(head);
      case MALLOC_LAB -> MallocLabParser.recognizes(head);
      case WEE_ALLOC -> WeeAllocParser.recognizes(head);
      case VALGRIND -> ValgrindParser.recognizes(head);
      case MTRACE -> MtraceParser.recognizes(head);
    };
  }
}
