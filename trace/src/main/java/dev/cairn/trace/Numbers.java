package dev.cairn.trace;

/// The numbers in traces, each refused where it is not one.
final class Numbers {
  private Numbers() {}

  /// A decimal number from 0 to [Long#MAX_VALUE].
  static long decimal(String text, String what) throws Damage {
    try {
      // parseLong would take a sign.
      if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    throw new Damage(what + " from 0 to " + Long.MAX_VALUE + ", not " + shown(text));
  }

  /// A hexadecimal number of at most 64 bits, without a sign: `0x4a40`, and the forms that C's
  /// `printf` gives zero, `0` and `(nil)`.
  static long hexadecimal(String text, String what) throws Damage {
    if (text.equals("(nil)") || text.equals("0")) {
      return 0;
    }
    try {
      if (text.startsWith("0x")) {
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    throw new Damage(what + " as 0x4a40, not " + shown(text));
  }

  /// A size that was recorded as an unsigned number, for a request that was met.
  static long possibleSize(long unsigned) throws Damage {
    if (unsigned < 0) {
      throw new Damage(
          "a size that a program can have, not " + Long.toUnsignedString(unsigned) + " bytes");
    }
    return unsigned;
  }

  private static String shown(String text) {
    return text.isEmpty() ? "nothing" : DamagedTraceException.quoted(text);
  }
}
