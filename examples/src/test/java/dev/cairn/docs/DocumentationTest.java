package dev.cairn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.docs.MarkdownPage.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds README and docs to the programs their code and output come from.
///
/// With `-Ddocs.update=true` it first rewrites each block that differs.
class DocumentationTest {
  private static final Path ROOT = root();
  private static final String PROGRAMS = "dev.cairn.docs";
  private static final Programs SOURCES = new Programs(snippets());

  @ParameterizedTest
  @MethodSource("pages")
  void everyBlockIsWhatItsProgramSaysAndEveryLinkLeadsSomewhere(Path page) throws IOException {
    Path file = ROOT.resolve(page);
    if (Boolean.getBoolean("docs.update")) {
      String text = new MarkdownPage(file).heldTo(SOURCES).text();
      if (!text.equals(Files.readString(file))) {
        Files.writeString(file, text);
      }
    }
    Held held = new MarkdownPage(file).heldTo(SOURCES);
    assertThat(String.join("\n", held.problems())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everySnippetRunsAndWhatItPrintsIsShown(String region) throws IOException {
    String method = region.replace(".java#", "#");
    assertShown("snippet: " + region);
    // A method that takes something is run by the programs that call it.
    if (SOURCES.isProgram(method) && !SOURCES.output(method).isEmpty()) {
      assertShown("output: " + method);
    }
  }

  @Test
  void theGuideIsFound() throws IOException {
    assertThat(pages())
        .contains(Path.of("docs", "guide", "README.md"), Path.of("docs", "from-rust.md"));
    assertThat(programs()).isNotEmpty();
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")).filter(Files::exists), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .map(ROOT::relativize)
          .sorted()
          .toList();
    }
  }

  static List<String> programs() {
    return SOURCES.snippets.names(PROGRAMS);
  }

  private static void assertShown(String mark) throws IOException {
    assertThat(marks().contains(mark)).as("a page has <!-- %s -->", mark).isTrue();
  }

  private static Set<String> marks() throws IOException {
    Set<String> marks = new LinkedHashSet<>();
    for (Path page : pages()) {
      marks.addAll(new MarkdownPage(ROOT.resolve(page)).heldTo(SOURCES).marks());
    }
    return marks;
  }

  private static Snippets snippets() {
    try {
      return new Snippets()
          .add(ROOT.resolve("examples/src/main/java"))
          .add(ROOT.resolve("examples/src/test/java"));
    } catch (IOException unreadable) {
      throw new IllegalStateException("the sources of the snippets cannot be read", unreadable);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/guide"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "no docs/guide above " + Path.of("").toAbsolutePath() + ": run this in a checkout");
      }
    }
    return folder;
  }

  /// The sources in `examples/`, each of their programs run once.
  private record Programs(Snippets snippets, Map<String, String> outputs)
      implements MarkdownPage.Sources {
    Programs(Snippets snippets) {
      this(snippets, new HashMap<>());
    }

    @Override
    public String region(String name) {
      return snippets
          .region(name)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no source under examples/ has the region "
                          + name
                          + ": mark it with // @start region=\"name\" and // @end"));
    }

    @Override
    public String output(String name) {
      return outputs.computeIfAbsent(name, this::run);
    }

    boolean isProgram(String name) {
      try {
        return Output.isProgram(className(name), methodName(name));
      } catch (ReflectiveOperationException missing) {
        throw new IllegalArgumentException(missing.getMessage(), missing);
      }
    }

    private String run(String name) {
      try {
        return Output.of(className(name), methodName(name));
      } catch (ReflectiveOperationException missing) {
        throw new IllegalArgumentException(missing.getMessage(), missing);
      }
    }

    private String className(String name) {
      return snippets
          .className(name.substring(0, Math.max(name.indexOf('#'), 0)))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no source under examples/ has the class of "
                          + name
                          + ": name it as in StackPage#push"));
    }

    private static String methodName(String name) {
      return name.substring(name.indexOf('#') + 1);
    }
  }
}
