package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/// Traces for tests, from texts and as texts.
final class Sample {
  private Sample() {}

  /// Reads a text, refusing damage.
  static Trace read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8), OnDamage.REFUSE);
  }

  /// Reads a text, skipping damage.
  static Trace skim(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8), OnDamage.SKIP);
  }

  static Trace read(byte[] bytes, OnDamage onDamage) {
    try {
      return TraceReader.read(new ByteArrayInputStream(bytes), "sample.txt", onDamage);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// What reading a text is refused with, which must be at this line.
  static DamagedTraceException damage(long line, String text) {
    UncheckedIOException refusal = assertThrows(UncheckedIOException.class, () -> read(text));
    assertThat(refusal.getCause()).isInstanceOf(DamagedTraceException.class);
    DamagedTraceException damage = (DamagedTraceException) refusal.getCause();
    assertThat(damage.line()).as("the line of " + damage).isEqualTo(line);
    assertThat(damage).hasMessageStartingWith("sample.txt:" + line + ": ");
    return damage;
  }

  /// What reading some bytes is refused with.
  static IOException refusal(byte[] bytes) {
    return Objects.requireNonNull(
        assertThrows(UncheckedIOException.class, () -> read(bytes, OnDamage.REFUSE)).getCause());
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
      zipped.write(bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return out.toByteArray();
  }

  /// The operations of a trace as Cairn's format has them, on one line: `a 10, f 0`.
  static String operations(Trace trace) {
    return IntStream.range(0, trace.operations())
        .mapToObj(i -> operation(trace, i))
        .collect(Collectors.joining(", "));
  }

  private static String operation(Trace trace, int i) {
    String size = trace.byteSize(i) + " @" + trace.byteAlignment(i);
    return switch (trace.kind(i)) {
      case ALLOCATE -> (trace.isZeroed(i) ? "z " : "a ") + size;
      case REALLOCATE -> "r " + trace.block(i) + " " + size;
      case FREE -> "f " + trace.block(i);
      case FREE_NULL -> "f -";
    };
  }
}
