package dev.cairn.cli.doctor;

/// What a check found of one thing.
///
/// @param standing whether it is there, and whether it must be
/// @param subject what it is: one to three words
/// @param detail what was found
/// @param advice what it is good for and how to get it; empty where there is nothing to do
public record Finding(Standing standing, String subject, String detail, String advice) {

  /// How a thing stands.
  public enum Standing {
    /// It is there.
    PRESENT("ok"),
    /// It is not there, and Cairn runs without it.
    OPTIONAL("add"),
    /// It is not there, and Cairn does not run in full without it.
    NEEDED("FIX"),
    /// This system is not one that Cairn can ask.
    UNKNOWN("?");

    private final String mark;

    Standing(String mark) {
      this.mark = mark;
    }

    /// What stands for it in the report.
    ///
    /// @return at most three characters
    public String mark() {
      return mark;
    }
  }

  static Finding present(String subject, String detail) {
    return new Finding(Standing.PRESENT, subject, detail, "");
  }

  static Finding optional(String subject, String detail, String advice) {
    return new Finding(Standing.OPTIONAL, subject, detail, advice);
  }

  static Finding needed(String subject, String detail, String advice) {
    return new Finding(Standing.NEEDED, subject, detail, advice);
  }

  static Finding unknown(String subject) {
    return new Finding(Standing.UNKNOWN, subject, "not known here", "");
  }
}
