package dev.cairn.trace;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The traces of real programs that come with Cairn. A README beside them says how each was made.
public final class Recordings {
  private static final String FOLDER = "recordings/";

  private Recordings() {}

  /// The names of the recordings.
  ///
  /// @return the names, the shortest recording first
  public static List<String> list() {
    try (InputStream in = resource("list.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      return lines.lines().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cairn's jar is not whole", failure);
    }
  }

  /// Opens a recording.
  ///
  /// @param name one of the [names][#list()]
  /// @return its trace
  /// @throws IllegalArgumentException if there is no recording of that name
  public static Trace open(String name) {
    if (!list().contains(name)) {
      throw new IllegalArgumentException(
          "no recording is called \"" + name + "\": there are " + String.join(", ", list()));
    }
    try (InputStream in = resource(name + ".cairn.gz")) {
      return TraceReader.read(in, name + ".cairn.gz", OnDamage.REFUSE);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cairn's jar is not whole", failure);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Recordings.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new FileNotFoundException("the resource " + FOLDER + name + " is missing");
    }
    return in;
  }
}
