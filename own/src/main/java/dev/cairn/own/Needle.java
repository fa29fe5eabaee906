package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// What is searched for in a text. As UTF-8 synchronises itself, it is found only where a code
/// point begins.
record Needle(MemorySegment bytes) {
  /// @throws IllegalArgumentException if half a surrogate pair is alone in the text
  static Needle of(CharSequence text) {
    String value = text.toString();
    long _ = Utf8.byteSize(value);
    return new Needle(MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)));
  }

  long byteSize() {
    return bytes.byteSize();
  }

  /// Where it is first found, or -1.
  long firstIn(MemorySegment memory, long from, long end) {
    if (byteSize() == 0) {
      return from;
    }
    byte first = bytes.get(ValueLayout.JAVA_BYTE, 0);
    for (long at = from; at <= end - byteSize(); at++) {
      if (memory.get(ValueLayout.JAVA_BYTE, at) == first && isAt(memory, at, end)) {
        return at;
      }
    }
    return -1;
  }

  /// Where it is last found, or -1.
  long lastIn(MemorySegment memory, long end) {
    if (byteSize() == 0) {
      return end;
    }
    byte first = bytes.get(ValueLayout.JAVA_BYTE, 0);
    for (long at = end - byteSize(); at >= 0; at--) {
      if (memory.get(ValueLayout.JAVA_BYTE, at) == first && isAt(memory, at, end)) {
        return at;
      }
    }
    return -1;
  }

  /// Whether it lies at an offset, which may be outside of the memory.
  boolean isAt(MemorySegment memory, long offset, long end) {
    return offset >= 0
        && byteSize() <= end - offset
        && MemorySegment.mismatch(memory, offset, offset + byteSize(), bytes, 0, byteSize()) == -1;
  }
}
