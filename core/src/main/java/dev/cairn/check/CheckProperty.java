package dev.cairn.check;

import java.util.Locale;

/// What the system property [CheckLevel#PROPERTY] asks for: `full`, or `full,confined`.
///
/// @param level how much is to be checked
/// @param isConfined whether blocks are to have a scope of their own, where they can
record CheckProperty(CheckLevel level, boolean isConfined) {
  private static final String CONFINED = "confined";

  /// Reads the property.
  ///
  /// @throws IllegalArgumentException if it says anything else
  static CheckProperty read() {
    String value = System.getProperty(CheckLevel.PROPERTY, "off");
    String[] words = value.split(",", -1);
    boolean isConfined = words.length == 2 && words[1].equals(CONFINED);
    for (CheckLevel level : CheckLevel.values()) {
      if (level.name().toLowerCase(Locale.ROOT).equals(words[0])
          && (words.length == 1 || isConfined)) {
        return new CheckProperty(level, isConfined);
      }
    }
    throw new IllegalArgumentException(
        "-D"
            + CheckLevel.PROPERTY
            + "="
            + value
            + " names no level: say off, sampled or full, with \",confined\" behind it where each"
            + " heap is used by the thread that opens it alone");
  }
}
