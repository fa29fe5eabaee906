package dev.cairn.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a stream, each of a bounded length, so that no file can exhaust the Java heap.
final class Lines {
  /// The longest line that is kept whole, in bytes. The rest of a longer one is dropped.
  static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int end;
  private byte[] line = new byte[256];
  private int length;
  private boolean cut;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /// The number of the line that was answered last, from 1.
  long number() {
    return number;
  }

  /// Whether the line that was answered last was longer than [#LONGEST].
  boolean wasCut() {
    return cut;
  }

  /// The next line without its end (a line feed, with or without a carriage return before it), or
  /// null at the end of the stream.
  @Nullable String next() throws IOException {
    length = 0;
    cut = false;
    boolean any = false;
    while (position < end || fill()) {
      any = true;
      int start = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      append(start, position - start);
      if (position < end) {
        position++;
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    int kept = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return new String(line, 0, kept, StandardCharsets.UTF_8);
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private void append(int from, int count) {
    int kept = Math.min(count, LONGEST - length);
    cut |= kept < count;
    if (length + kept > line.length) {
      line = Arrays.copyOf(line, Math.max(length + kept, 2 * line.length));
    }
    System.arraycopy(buffer, from, line, length, kept);
    length += kept;
  }
}
