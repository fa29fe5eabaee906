package dev.cairn.check;

/// How much of what is done to blocks is checked.
public enum CheckLevel {
  /// Nothing.
  OFF,
  /// A few blocks, chosen by chance, so that each byte is as probable to be in one: for production.
  SAMPLED,
  /// Every block: for tests, and for finding a mistake that is known to be there.
  FULL;

  /// The system property that sets the level of every heap for which the program has set none, and
  /// that of [CheckedAllocator#over].
  public static final String PROPERTY = "dev.cairn.check";

  /// The level that the system property [#PROPERTY] names: `off`, `sampled` or `full`.
  ///
  /// @return the level; [#OFF] where the property is not set
  /// @throws IllegalArgumentException if it names none
  public static CheckLevel ofProperty() {
    return CheckProperty.read().level();
  }
}
