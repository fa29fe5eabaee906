package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What no other tool checks of the sources.
class SourcesTest {

  @Test
  void noDocumentationCommentHasLostItsTail() throws IOException {
    // The formatter breaks a line of `///` that is too long, and continues it with `//`.
    List<String> broken = new ArrayList<>();
    int files = 0;
    for (Path file : sources()) {
      files++;
      List<String> lines = Files.readAllLines(file);
      for (int i = 1; i < lines.size(); i++) {
        if (lines.get(i).strip().startsWith("// ") && lines.get(i - 1).strip().startsWith("/// ")) {
          broken.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    assertThat(files).isGreaterThan(100);
    assertThat(broken).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("target"))
          .toList();
    }
  }
}
