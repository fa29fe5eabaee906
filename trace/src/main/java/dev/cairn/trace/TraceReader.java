package dev.cairn.trace;

import dev.cairn.alloc.LayoutException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads traces of every [TraceFormat], gzipped or not.
///
/// {@snippet :
/// Trace trace = TraceReader.read(Path.of("ls.trace"), OnDamage.REFUSE);
/// TraceStats stats = TraceStats.of(trace);
/// }
public final class TraceReader {
  // Enough to get past what a program may print before its first allocation.
  private static final int HEAD = 64 * 1024;
  private static final int MOST_QUOTED = 5;

  private final String file;
  private final TraceFormat format;
  private final OnDamage onDamage;
  private final TraceBuilder builder;
  private final TraceParser parser;
  private final List<String> firstDamage = new ArrayList<>();
  private long damaged;

  private TraceReader(String file, TraceFormat format, OnDamage onDamage, TraceBuilder builder) {
    this.file = file;
    this.format = format;
    this.onDamage = onDamage;
    this.builder = builder;
    this.parser = format.parser(builder);
  }

  /// Reads a file.
  ///
  /// @param file the file
  /// @param onDamage what to do with a damaged line
  /// @return the trace, named as the file says, or else like the file
  /// @throws DamagedTraceException if a line is damaged, and that is to be refused
  /// @throws TraceFormatException if the file is of no format that Cairn knows, or is empty, or
  ///     its gzip data is not whole
  /// @throws NoSuchFileException if there is no such file
  /// @throws IOException if it cannot be read
  public static Trace read(Path file, OnDamage onDamage) throws IOException {
    if (Files.isDirectory(file)) {
      throw new TraceFormatException(file + " is a directory: name the trace files in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), onDamage);
    } catch (NoSuchFileException _) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no such file: check its name, and where you are");
    }
  }

  /// Reads a stream to its end.
  ///
  /// @param in the stream; the caller closes it
  /// @param file what to call it in messages; a trace that does not name itself is named like it
  /// @param onDamage what to do with a damaged line
  /// @return the trace
  /// @throws DamagedTraceException if a line is damaged, and that is to be refused
  /// @throws TraceFormatException if the stream is of no format that Cairn knows, or is empty, or
  ///     its gzip data is not whole
  /// @throws IOException if it cannot be read
  public static Trace read(InputStream in, String file, OnDamage onDamage) throws IOException {
    try {
      BufferedInputStream text = unzipped(in);
      TraceFormat format = format(head(text), file);
      return new TraceReader(file, format, onDamage, Trace.builder(nameOf(file)))
          .read(new Lines(text));
    } catch (EOFException | ZipException damage) {
      throw new TraceFormatException(
          file + ": its gzip data is damaged before the first line: " + damage.getMessage(),
          damage);
    }
  }

  private Trace read(Lines lines) throws IOException {
    String text = "";
    try {
      for (String next = lines.next(); next != null; next = lines.next()) {
        text = next;
        take(lines, text);
      }
      atEnd(lines);
    } catch (EOFException | ZipException damage) {
      // What was read up to here is good: whoever skips damage can have it.
      damaged(
          lines,
          text,
          "more lines: the gzip data ends early or is damaged (" + damage.getMessage() + ")");
    }
    return builder.build(
        new Reading(
            Optional.of(format),
            lines.number(),
            damaged,
            firstDamage,
            parser.foreign(),
            parser.refused(),
            parser.notes()));
  }

  private void take(Lines lines, String text) throws DamagedTraceException {
    if (lines.wasCut()) {
      damaged(lines, text, "a line of at most " + Lines.LONGEST + " bytes");
      return;
    }
    try {
      builder.line(lines.number());
      parser.line(text);
    } catch (Damage | LayoutException damage) {
      damaged(lines, text, expected(damage));
    }
  }

  private void atEnd(Lines lines) throws DamagedTraceException {
    try {
      parser.end();
    } catch (Damage damage) {
      damaged(lines, "end of file", expected(damage));
    }
  }

  private void damaged(Lines lines, String text, String expected) throws DamagedTraceException {
    DamagedTraceException damage = new DamagedTraceException(file, lines.number(), text, expected);
    if (onDamage == OnDamage.REFUSE) {
      throw damage;
    }
    damaged++;
    if (firstDamage.size() < MOST_QUOTED) {
      firstDamage.add(String.valueOf(damage.getMessage()));
    }
  }

  private static String expected(Exception damage) {
    String message = String.valueOf(damage.getMessage());
    return damage instanceof LayoutException ? "a possible size: " + message : message;
  }

  private static BufferedInputStream unzipped(InputStream in) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(in, HEAD);
    raw.mark(2);
    boolean isZipped = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return isZipped ? new BufferedInputStream(new GZIPInputStream(raw, HEAD), HEAD) : raw;
  }

  private static String head(BufferedInputStream text) throws IOException {
    text.mark(HEAD);
    byte[] head = new byte[HEAD];
    int length = 0;
    try {
      int read;
      while (length < HEAD && (read = text.read(head, length, HEAD - length)) > 0) {
        length += read;
      }
    } catch (EOFException | ZipException damage) {
      if (length == 0) {
        throw damage;
      }
      // The lines before the damage say what it is.
    }
    text.reset();
    return new String(head, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static TraceFormat format(String head, String file) throws TraceFormatException {
    Optional<TraceFormat> format = TraceFormat.of(head);
    if (format.isPresent()) {
      return format.get();
    }
    String what =
        head.isBlank()
            ? " is empty"
            : head.indexOf('\0') >= 0
                ? " is a binary file, not a trace"
                : " is no trace in a known format: it begins with "
                    + DamagedTraceException.quoted(head.strip().lines().findFirst().orElse(""));
    throw new TraceFormatException(
        file + what + ". The formats, each also gzipped, are:\n" + TraceFormat.all());
  }

  /// The last part of a path, without the endings that only say what kind of file it is.
  private static String nameOf(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    String bare = name.replaceFirst("\\.gz$", "").replaceFirst("\\.(rep|trace|log|cairn|txt)$", "");
    return bare.isEmpty() ? name : bare;
  }
}
