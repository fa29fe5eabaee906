package dev.cairn.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// The command as a test runs it: in this JVM, with what it writes kept.
final class Session {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  List<String> out() {
    return out.toString().lines().toList();
  }

  List<String> err() {
    return err.toString().lines().toList();
  }
}
