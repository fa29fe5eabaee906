package dev.cairn.trace;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Writes traces in Cairn's own format, which [the package][dev.cairn.trace] describes.
///
/// A trace that is written and read again is equal to itself.
public final class TraceWriter {
  private TraceWriter() {}

  /// Writes a trace to a file, gzipped if its name ends in `.gz`.
  ///
  /// @param trace the trace
  /// @param file the file; if there is one, it is replaced
  /// @throws IOException if it cannot be written
  public static void write(Trace trace, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream zipped = file.toString().endsWith(".gz") ? new Zipped(out) : out) {
      write(trace, zipped);
    }
  }

  /// Writes a trace to a stream, as text.
  ///
  /// @param trace the trace
  /// @param out the stream; it is flushed, and the caller closes it
  /// @throws IOException if it cannot be written
  public static void write(Trace trace, OutputStream out) throws IOException {
    Writer text =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 64 * 1024);
    text.append(CairnParser.SIGNATURE).append(CairnParser.VERSION).append('\n');
    text.append("name ").append(trace.name().replaceAll("\\s+", " ").strip()).append('\n');
    StringBuilder line = new StringBuilder();
    int thread = 0;
    for (int i = 0; i < trace.operations(); i++) {
      line.setLength(0);
      if (trace.thread(i) != thread) {
        thread = trace.thread(i);
        line.append("t ").append(thread).append('\n');
      }
      operation(trace, i, line);
      text.append(line).append('\n');
    }
    text.flush();
  }

  private static void operation(Trace trace, int i, StringBuilder line) {
    switch (trace.kind(i)) {
      case ALLOCATE -> {
        line.append(trace.isZeroed(i) ? "z " : "a ");
        size(trace, i, line);
      }
      case REALLOCATE -> {
        line.append("r ").append(trace.block(i)).append(' ');
        size(trace, i, line);
      }
      case FREE -> line.append("f ").append(trace.block(i));
      case FREE_NULL -> line.append("f -");
    }
  }

  private static void size(Trace trace, int i, StringBuilder line) {
    line.append(trace.byteSize(i));
    if (trace.byteAlignment(i) != Trace.mallocAlignment(trace.byteSize(i))) {
      line.append(" @").append(trace.byteAlignment(i));
    }
  }

  /// Gzips as tightly as gzip can: a recording is written once and shipped often.
  private static final class Zipped extends GZIPOutputStream {
    Zipped(OutputStream out) throws IOException {
      super(out, 64 * 1024);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
