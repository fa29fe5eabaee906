package dev.cairn.cli.text;

import java.util.Locale;

/// Amounts as people read them: with a unit that fits, and one digit after the point.
public final class Amount {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final String[] TIME_UNITS = {"ns", "µs", "ms", "s"};

  private Amount() {}

  /// A count, its thousands apart: `1,234,567`.
  ///
  /// @param count the count
  /// @return the text
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /// A size: `512 B`, `4 KiB`, `23.4 GiB`.
  ///
  /// @param byteSize the size in bytes
  /// @return the text
  public static String bytes(long byteSize) {
    return scaled(byteSize, 1024, BYTE_UNITS);
  }

  /// A duration: `250 ns`, `2 µs`, `23.4 ms`.
  ///
  /// @param nanos the duration in nanoseconds
  /// @return the text
  public static String nanos(long nanos) {
    return scaled(nanos, 1000, TIME_UNITS);
  }

  /// A part of a whole: `87.5 %`.
  ///
  /// @param part the part, as a fraction of one
  /// @return the text
  public static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part);
  }

  private static String scaled(long amount, int step, String[] units) {
    double scaled = amount;
    int unit = 0;
    // What rounds to a whole step is written in the next unit: 1.0 MiB, not 1,024.0 KiB.
    while (scaled >= step - 0.05 && unit < units.length - 1) {
      scaled /= step;
      unit++;
    }
    // A whole number stands for itself: only what was rounded has a point.
    String digits = scaled == Math.rint(scaled) ? "%,.0f %s" : "%,.1f %s";
    return String.format(Locale.ROOT, digits, scaled, units[unit]);
  }
}
