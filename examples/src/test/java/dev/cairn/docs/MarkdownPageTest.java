package dev.cairn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.docs.MarkdownPage.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownPageTest {
  private static final String GOOD =
      """
      # A page

      <!-- snippet: A.java#one -->
      ```java
      int one = 1;
      ```

      <!-- output: A#one -->
      ```text
      1
      ```

      [back](page.md#a-page), [away](https://example.org/nowhere)
      """;

  @TempDir Path folder;

  @Test
  void aPageThatAgreesWithItsSourcesHasNoProblemAndStaysAsItIs() throws IOException {
    Held held = held(GOOD);
    assertThat(held.problems()).isEmpty();
    assertThat(held.text()).isEqualTo(GOOD);
    assertThat(held.marks()).containsExactly("snippet: A.java#one", "output: A#one");
  }

  @Test
  void aBlockThatDiffersIsNamedAndRewritten() throws IOException {
    Held held = held(GOOD.replace("int one = 1;", "int one = 2;").replace("\n1\n", "\n\n"));
    assertThat(held.problems()).hasSize(2);
    assertThat(held.problems().getFirst())
        .contains("page.md:4:", "A.java#one", "int one = 1;", "-Ddocs.update=true");
    assertThat(held.problems().getLast()).contains("page.md:9:", "A#one");
    assertThat(held.text()).isEqualTo(GOOD);
  }

  @Test
  void javaWithoutASourceIsRefused() throws IOException {
    assertProblem("```java\nint one = 1;\n```\n", "page.md:1:", "without <!-- snippet");
    assertProblem("- item\n\n  ```java\n  int one = 1;\n  ```\n", "without <!-- snippet");
  }

  @Test
  void otherBlocksNeedNoSource() throws IOException {
    assertThat(held("```sh\n./cairn tour\n[no link](nowhere.md)\n```\n").problems()).isEmpty();
  }

  @Test
  void aSourceThatIsNotThereIsNamed() throws IOException {
    assertProblem("<!-- snippet: A.java#two -->\n```java\n```\n", "page.md:2:", "no A.java#two");
    assertProblem("<!-- output: A#two -->\n```text\n```\n", "page.md:2:", "no A#two");
  }

  @Test
  void aMarkBelongsToTheBlockInTheNextLine() throws IOException {
    assertProblem("<!-- snippet: A.java#one -->\n\ntext\n", "page.md:1:", "not followed by");
    assertProblem("<!-- snippet: A.java#one -->\n```text\nint one = 1;\n```\n", "not followed by");
    assertProblem("<!-- output: A#one -->", "not followed by");
  }

  @Test
  void aBlockWithoutAnEndIsRefused() throws IOException {
    assertProblem("text\n\n```sh\nls\n", "page.md:3:", "no end");
  }

  @Test
  void deadLinksAreNamed() throws IOException {
    assertProblem("see [there](nowhere.md)\n", "page.md:1:", "nowhere.md", "leads nowhere");
    assertProblem("# Page\n[a](#page) [b](page.md#other)\n", "page.md:2:", "no heading");
    assertProblem("[a]: nowhere.md\n", "page.md:1:", "leads nowhere");
  }

  @Test
  void regionsLoseTheIndentationTheyShareAndNest() throws IOException {
    Snippets snippets =
        snippets(
            """
            class A {
              void f() {
                // !start region="outer"
                if (true) {
                  // !start region="inner"
                  g();
                  // !end
                }

                // !end
              }
            }
            """);
    assertThat(snippets.region("A.java#outer")).contains("if (true) {\n  g();\n}");
    assertThat(snippets.region("A.java#inner")).contains("g();");
    assertThat(snippets.region("A.java#other")).isEmpty();
    assertThat(snippets.names("p")).containsExactly("A.java#inner", "A.java#outer");
    assertThat(snippets.className("A")).contains("p.A");
  }

  @Test
  void regionsThatDoNotEndOrBeginOrAreThereTwiceAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> snippets("// !start region=\"one\"\n"))
        .withMessageContaining("A.java#one has no @end");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> snippets("// !end\n"))
        .withMessageContaining("A.java has an @end without an @start");
    String region = "// !start region=\"one\"\n// !end\n";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> snippets(region + region))
        .withMessageContaining("A.java#one is there twice");
  }

  @Test
  void outputHidesAddressesAndBreaksLongLines() {
    assertThat(Output.shown("at 0x7f00ab, address: 1234, Thread[#28,main]\nnext"))
        .isEqualTo("at 0x..., address: 0x..., Thread[#...,main]\nnext");
    assertThat(Output.shown("word ".repeat(30).strip()).lines())
        .hasSize(2)
        .allMatch(line -> line.length() <= 100)
        .last()
        .asString()
        .startsWith("    word");
  }

  private Snippets snippets(String source) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources/p"));
    // Not spelled out above, or this test would be a source with regions itself.
    Files.writeString(sources.resolve("A.java"), source.replace('!', '@'));
    return new Snippets().add(folder.resolve("sources"));
  }

  private void assertProblem(String text, String... words) throws IOException {
    List<String> problems = held(text).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).contains(words);
  }

  private Held held(String text) throws IOException {
    Path file = folder.resolve("page.md");
    Files.writeString(file, text);
    return new MarkdownPage(file).heldTo(new Fake());
  }

  /// Has one region, which prints one line.
  private static final class Fake implements MarkdownPage.Sources {
    @Override
    public String region(String name) {
      return answer(name, "A.java#one", "int one = 1;");
    }

    @Override
    public String output(String name) {
      return answer(name, "A#one", "1");
    }

    private static String answer(String name, String known, String text) {
      if (!name.equals(known)) {
        throw new IllegalArgumentException("no " + name);
      }
      return text;
    }
  }
}
