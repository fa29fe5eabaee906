package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Texts of a heap in which nothing may be left.
abstract class TextTest extends HeapTest {
  static final String THAI = "ศไทย中华Việt Nam";

  /// Gives a text of the heap to a check, and closes it.
  final void with(String text, Consumer<Str> check) {
    try (Str str = Str.of(heap, text)) {
      check.accept(str);
    }
  }

  static MemorySegment bytes(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return MemorySegment.ofArray(array);
  }

  /// Bytes, of which a char is one each.
  static MemorySegment latin1(String bytes) {
    return MemorySegment.ofArray(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  static MemorySegment utf8(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  static void assertOutside(ThrowingCallable call, String message) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(call)
        .withMessageContaining(message);
  }
}
