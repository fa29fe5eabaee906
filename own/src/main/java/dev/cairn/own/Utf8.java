package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// UTF-8 in memory, and what it has to do with `String`s.
///
/// What is read is taken for valid, but by [#sequence(MemorySegment, long, long)].
final class Utf8 {
  // From this length on, copying a string's bytes at once is worth the call.
  private static final int BULK = 32;

  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /// How many bytes a string has in UTF-8.
  ///
  /// @throws IllegalArgumentException if it has a surrogate without its other half
  static long byteSize(String text) {
    int length = text.length();
    int i = 0;
    while (i < length && text.charAt(i) < 0x80) {
      i++;
    }
    return i == length ? length : byteSize(text, i);
  }

  private static long byteSize(String text, int ascii) {
    long bytes = ascii;
    for (int i = ascii; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      if (isSurrogate(codePoint)) {
        throw new IllegalArgumentException(
            "a surrogate 0x"
                + Integer.toHexString(codePoint)
                + " without its other half, at index "
                + i
                + " of "
                + text.length()
                + ": UTF-8 has no form for it; replace it, with U+FFFD for example");
      }
      bytes += byteSize(codePoint);
      i += Character.charCount(codePoint);
    }
    return bytes;
  }

  /// How many bytes a code point has in UTF-8.
  static int byteSize(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
  }

  /// Whether a code point is half a pair of UTF-16, which UTF-8 has no form for.
  static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /// Writes a string, whose size in bytes is known. What follows it may be overwritten, by one
  /// byte.
  static void write(String text, MemorySegment memory, long offset, long byteSize) {
    int length = text.length();
    if (length != byteSize) {
      long at = offset;
      for (int i = 0; i < length; ) {
        int codePoint = text.codePointAt(i);
        at = write(codePoint, memory, at);
        i += Character.charCount(codePoint);
      }
    } else if (length >= BULK && memory.byteSize() - offset > length) {
      // Of what is ASCII this copies the bytes themselves, and puts a zero after them.
      memory.setString(offset, text, StandardCharsets.UTF_8);
    } else {
      for (int i = 0; i < length; i++) {
        memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) text.charAt(i));
      }
    }
  }

  /// Writes a code point.
  ///
  /// @return the offset after it
  static long write(int codePoint, MemorySegment memory, long offset) {
    int size = byteSize(codePoint);
    if (size == 1) {
      memory.set(ValueLayout.JAVA_BYTE, offset, (byte) codePoint);
      return offset + 1;
    }
    int rest = codePoint;
    for (int i = size - 1; i > 0; i--) {
      memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (0x80 | (rest & 0x3f)));
      rest >>>= 6;
    }
    // As many ones as there are bytes, a zero, and what is left of the code point.
    memory.set(ValueLayout.JAVA_BYTE, offset, (byte) (0xf00 >>> size | rest));
    return offset + size;
  }

  /// Reads a string.
  static String read(MemorySegment memory, long offset, long byteSize) {
    byte[] bytes = memory.asSlice(offset, byteSize).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Reads a code point.
  static int codePointAt(MemorySegment memory, long offset) {
    int first = memory.get(ValueLayout.JAVA_BYTE, offset);
    if (first >= 0) {
      return first;
    }
    int size = byteSizeOf(first);
    int codePoint = first & (0x7f >>> size);
    for (int i = 1; i < size; i++) {
      codePoint = codePoint << 6 | (memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0x3f);
    }
    return codePoint;
  }

  /// Where the code point begins that ends before an offset.
  static long before(MemorySegment memory, long offset) {
    long at = offset - 1;
    while (isContinuation(memory.get(ValueLayout.JAVA_BYTE, at))) {
      at--;
    }
    return at;
  }

  /// How many bytes a code point has that begins with a byte.
  private static int byteSizeOf(int first) {
    return first >= 0 ? 1 : Integer.numberOfLeadingZeros(~first << 24);
  }

  /// Whether a byte is one of a code point, but not its first.
  static boolean isContinuation(byte b) {
    return b < (byte) 0xc0;
  }

  /// Whether a string is what lies in memory.
  static boolean isEqual(MemorySegment memory, long offset, long byteSize, String text) {
    int length = text.length();
    if (length == byteSize) {
      for (int i = 0; i < length; i++) {
        if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }
    if (length > byteSize) {
      return false;
    }
    long at = offset;
    long end = offset + byteSize;
    for (int i = 0; i < length; ) {
      int codePoint = text.codePointAt(i);
      if (at == end || codePointAt(memory, at) != codePoint) {
        return false;
      }
      at += byteSize(codePoint);
      i += Character.charCount(codePoint);
    }
    return at == end;
  }

  /// What [String#hashCode()] answers for what lies in memory.
  static int hash(MemorySegment memory, long offset, long byteSize) {
    int hash = 0;
    for (long at = offset; at < offset + byteSize; ) {
      int codePoint = codePointAt(memory, at);
      at += byteSize(codePoint);
      if (codePoint < 0x1_0000) {
        hash = 31 * hash + codePoint;
      } else {
        hash = 31 * hash + Character.highSurrogate(codePoint);
        hash = 31 * hash + Character.lowSurrogate(codePoint);
      }
    }
    return hash;
  }

  /// How much of some bytes is valid.
  ///
  /// @return the offset of the first that is not, or `end`
  static long validUpTo(MemorySegment memory, long offset, long end) {
    long at = offset;
    while (at < end) {
      if (end - at >= Long.BYTES
          && (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & NOT_ASCII) == 0) {
        at += Long.BYTES;
        continue;
      }
      int size = sequence(memory, at, end);
      if (size < 0) {
        return at;
      }
      at += size;
    }
    return end;
  }

  /// Looks at bytes of which nothing is known.
  ///
  /// @return the size of the code point that begins there; if none does, less than zero: how many
  ///     bytes could have begun one (the "maximal subpart" of chapter 3.9 of the Unicode Standard),
  ///     or one
  static int sequence(MemorySegment memory, long offset, long end) {
    int first = memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
      return -1;
    }
    // The second byte rules out what has a shorter form, surrogates, and what is beyond U+10FFFF.
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    int size = byteSizeOf((byte) first);
    for (int i = 1; i < size; i++) {
      if (offset + i == end) {
        return -i;
      }
      int next = memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      if (next < least || next > most) {
        return -i;
      }
      least = 0x80;
      most = 0xbf;
    }
    return size;
  }
}
