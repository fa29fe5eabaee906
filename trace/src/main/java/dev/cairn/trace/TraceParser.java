package dev.cairn.trace;

import java.util.List;
import java.util.regex.Pattern;

/// Understands the lines of one file of one format.
///
/// A parser throws [Damage] before it changes anything, so that the line can be skipped.
interface TraceParser {
  /// What divides the words of a line.
  Pattern BLANKS = Pattern.compile("\\s+");

  /// Takes the next line, without its end.
  void line(String text) throws Damage;

  /// The words of a line; one empty word where it is blank.
  static String[] words(String text) {
    return BLANKS.split(text.strip(), -1);
  }

  /// Takes the end of the file.
  default void end() throws Damage {}

  /// Operations on blocks that the recording does not know.
  default long foreign() {
    return 0;
  }

  /// Requests that were not met.
  default long refused() {
    return 0;
  }

  /// What is odd about the file, but no reason to refuse it.
  default List<String> notes() {
    return List.of();
  }
}
