package dev.cairn.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A heap profile in the format of pprof, of a few leaks.
///
/// The numbers of the fields are those of `proto/profile.proto` in github.com/google/pprof. In the
/// encoding of protocol buffers a message is a run of fields: a key, which is the number of the
/// field and how its value is written (0: a varint, 2: a length and so many bytes), and the value.
final class PprofProfile {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;

  // Of Profile.
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;

  // In each table, what is there and its number. String 0 has to be the empty one; the others
  // count from 1, as 0 stands for none.
  private final Map<String, Integer> strings = new LinkedHashMap<>(Map.of("", 0));
  private final Map<Function, Integer> functions = new LinkedHashMap<>();
  private final Map<StackTraceElement, Integer> locations = new LinkedHashMap<>();
  private final Message profile = new Message();

  private record Function(String name, String file) {}

  PprofProfile() {
    profile.put(SAMPLE_TYPE, type("inuse_objects", "count"));
    profile.put(SAMPLE_TYPE, type("inuse_space", "bytes"));
  }

  /// Adds a sample for each leak.
  PprofProfile with(List<Leak> leaks) {
    for (Leak leak : leaks) {
      Message sample = new Message();
      leak.stack().forEach(frame -> sample.put(1, location(frame)));
      sample.put(2, leak.blocks());
      sample.put(2, leak.bytes());
      profile.put(SAMPLE, sample);
    }
    return this;
  }

  /// Writes the profile, with the tables that its samples have filled.
  byte[] gzipped() {
    strings.keySet().forEach(string -> profile.put(STRING_TABLE, string));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
      profile.bytes.writeTo(gzip);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to an array", impossible);
    }
    return file.toByteArray();
  }

  private Message type(String type, String unit) {
    return new Message().put(1, string(type)).put(2, string(unit));
  }

  private int string(String text) {
    return strings.computeIfAbsent(text, _ -> strings.size());
  }

  private int function(StackTraceElement frame) {
    String file = frame.getFileName() == null ? "" : frame.getFileName();
    Function function = new Function(frame.getClassName() + "." + frame.getMethodName(), file);
    Integer known = functions.get(function);
    if (known != null) {
      return known;
    }
    int id = functions.size() + 1;
    functions.put(function, id);
    int name = string(function.name);
    profile.put(FUNCTION, new Message().put(1, id).put(2, name).put(3, name).put(4, string(file)));
    return id;
  }

  private int location(StackTraceElement frame) {
    Integer known = locations.get(frame);
    if (known != null) {
      return known;
    }
    int id = locations.size() + 1;
    locations.put(frame, id);
    Message line = new Message().put(1, function(frame)).put(2, Math.max(0, frame.getLineNumber()));
    profile.put(LOCATION, new Message().put(1, id).put(4, line));
    return id;
  }

  /// A message of protocol buffers as it is written.
  private static final class Message {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message put(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
      return this;
    }

    Message put(int field, Message value) {
      return put(field, value.bytes.toByteArray());
    }

    void put(int field, String value) {
      var _ = put(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private Message put(int field, byte[] value) {
      varint(((long) field << 3) | LENGTH);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }
}
