package dev.cairn.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, '1,023 B'",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1 MiB",
    "9223372036854775807, 8 EiB"
  })
  void sizesHaveTheUnitThatFits(long byteSize, String text) {
    assertThat(Amount.bytes(byteSize)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 ns", "999, 999 ns", "1000, 1 µs", "1240, 1.2 µs", "2500000, 2.5 ms"})
  void durationsHaveTheUnitThatFits(long nanos, String text) {
    assertThat(Amount.nanos(nanos)).isEqualTo(text);
  }

  @Test
  void thousandsAreApart() {
    assertThat(Amount.count(1234567)).isEqualTo("1,234,567");
  }

  @Test
  void partsAreOfAHundred() {
    assertThat(Amount.percent(0.875)).isEqualTo("87.5 %");
  }
}
