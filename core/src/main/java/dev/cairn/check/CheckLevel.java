package dev.cairn.check;

import java.util.Arrays;
import java.util.Locale;

/// How much a [CheckedAllocator] checks.
public enum CheckLevel {
  /// Nothing: every call goes straight to the allocator below.
  OFF,
  /// A few blocks, chosen by chance, so that each byte is as probable to be in one: for production.
  SAMPLED,
  /// Every block: for tests, and for finding a mistake that is known to be there.
  FULL;

  /// The system property that sets the level of [CheckedAllocator#over].
  public static final String PROPERTY = "dev.cairn.check";

  /// The level that the system property [#PROPERTY] names: `off`, `sampled` or `full`.
  ///
  /// @return the level; [#OFF] where the property is not set
  /// @throws IllegalArgumentException if it names none
  public static CheckLevel ofProperty() {
    String name = System.getProperty(PROPERTY, "off");
    return Arrays.stream(values())
        .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-D" + PROPERTY + "=" + name + " names no level: say off, sampled or full"));
  }
}
