package dev.cairn.trace;

import java.io.Serial;

/// Thrown when a line of a trace cannot be understood, or asks for what no program can have done.
public final class DamagedTraceException extends TraceFormatException {
  @Serial private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 80;

  /// The file.
  private final String file;

  /// The number of the line.
  private final long line;

  /// The line.
  private final String text;

  /// What should have been there.
  private final String expected;

  /// Makes the exception.
  ///
  /// @param file the file
  /// @param line the number of the line, from 1
  /// @param text the line
  /// @param expected what should have been there
  public DamagedTraceException(String file, long line, String text, String expected) {
    super(file + ":" + line + ": " + quoted(text) + ": expected " + expected);
    this.file = file;
    this.line = line;
    this.text = text;
    this.expected = expected;
  }

  /// The file.
  ///
  /// @return its name, as it was given
  public String file() {
    return file;
  }

  /// The line.
  ///
  /// @return its number, from 1
  public long line() {
    return line;
  }

  /// What the line says.
  ///
  /// @return the line, as it is
  public String text() {
    return text;
  }

  /// What the line should say.
  ///
  /// @return what was expected
  public String expected() {
    return expected;
  }

  /// A text as a message can show it: not too long, without control characters.
  static String quoted(String text) {
    String start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    return '"' + start.replaceAll("[^\\x20-\\x7e]", "?") + '"';
  }
}
