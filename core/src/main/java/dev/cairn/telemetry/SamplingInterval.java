package dev.cairn.telemetry;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.SettingControl;

/// The setting of the mean distance between samples. Where recordings differ, the least counts.
final class SamplingInterval extends SettingControl {
  private static final Pattern AMOUNT = Pattern.compile("([1-9]\\d{0,11})\\s*([kmg]?)");

  private String value = AllocationSampling.DEFAULT_MEAN_BYTES / 1024 + "k";

  /// Says yes: what is not to be told was sorted out before.
  boolean isPassed() {
    return true;
  }

  @Override
  public String combine(Set<String> values) {
    return values.stream().min(Comparator.comparingLong(SamplingInterval::bytes)).orElse(value);
  }

  @Override
  public void setValue(String amount) {
    long bytes = bytes(amount);
    if (!amount.equals(value)) {
      value = amount;
      AllocationSampling.setMeanBytes(bytes);
    }
    RecorderWatch.look();
  }

  @Override
  public String getValue() {
    return value;
  }

  static long bytes(String amount) {
    Matcher matcher = AMOUNT.matcher(amount.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a sampling interval of \"" + amount + "\": say a number of bytes, or 512k, 1m, 1g");
    }
    int shift =
        switch (matcher.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }
}
