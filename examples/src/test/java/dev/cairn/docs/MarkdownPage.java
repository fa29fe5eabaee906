package dev.cairn.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the documentation, whose code and output come from programs.
///
/// A comment in the line before a block says where the block comes from:
///
/// - `<!-- snippet: StackPage.java#push -->` before a `java` block: the region `push` of the source
///   `StackPage.java`. Every `java` block has one.
/// - `<!-- output: StackPage#push -->` before a `text` block: what the method `push` prints.
final class MarkdownPage {
  private static final Pattern MARK = Pattern.compile("<!-- (snippet|output): (\\S+) -->");
  private static final Pattern FENCE = Pattern.compile("(\\s*)```(\\w*)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|^\\[[^]]+]: (\\S+)");

  /// Where blocks come from.
  interface Sources {
    /// The text of a region, from `StackPage.java#push`.
    ///
    /// @throws IllegalArgumentException if there is none
    String region(String name);

    /// What a method prints, from `StackPage#push`.
    ///
    /// @throws IllegalArgumentException if there is no such method
    String output(String name);
  }

  /// What comes of holding a page to its sources.
  ///
  /// @param text the page with each block as its source has it
  /// @param problems what is wrong, each with file, line and remedy
  /// @param marks the sources that are named, such as `snippet: StackPage.java#push`
  record Held(String text, List<String> problems, Set<String> marks) {}

  private final Path file;
  private final List<String> lines;

  MarkdownPage(Path file) throws IOException {
    this.file = file;
    this.lines = Files.readAllLines(file);
  }

  /// Compares each block with its source, and follows each relative link.
  Held heldTo(Sources sources) {
    List<String> text = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> marks = new LinkedHashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher mark = MARK.matcher(line);
      Matcher fence = FENCE.matcher(line);
      if (mark.matches()) {
        String language = mark.group(1).equals("snippet") ? "java" : "text";
        if (i + 1 == lines.size() || !lines.get(i + 1).equals("```" + language)) {
          problems.add(at(i) + line + " is not followed by a line ```" + language);
        }
        marks.add(mark.group(1) + ": " + mark.group(2));
      }
      text.add(line);
      if (fence.matches()) {
        int end = endOfBlock(i);
        List<String> block = lines.subList(i + 1, end);
        text.addAll(held(sources, i, fence, block, problems));
        if (end < lines.size()) {
          text.add(lines.get(end));
        } else {
          problems.add(at(i) + "this block has no end");
        }
        i = end;
      } else {
        deadLinks(i, problems);
      }
    }
    return new Held(String.join("\n", text) + "\n", problems, marks);
  }

  private List<String> held(
      Sources sources, int start, Matcher fence, List<String> block, List<String> problems) {
    Matcher mark = MARK.matcher(start == 0 ? "" : lines.get(start - 1));
    if (!mark.matches()) {
      if (fence.group(2).equals("java")) {
        problems.add(
            at(start)
                + "a java block without <!-- snippet: File.java#region --> in the line before it:"
                + " take the code from a program that the tests run");
      }
      return block;
    }
    if (!fence.group(1).isEmpty()) {
      problems.add(at(start) + "a marked block is indented: begin it in the first column");
    }
    String name = mark.group(2);
    try {
      List<String> source =
          (mark.group(1).equals("snippet") ? sources.region(name) : sources.output(name))
              .lines()
              .toList();
      if (!source.equals(block)) {
        problems.add(
            at(start)
                + "this block differs from "
                + name
                + ", which has\n"
                + String.join("\n", source).indent(4)
                + "  run the tests with -Ddocs.update=true to take that over");
      }
      return source;
    } catch (IllegalArgumentException missing) {
      problems.add(at(start) + missing.getMessage());
      return block;
    }
  }

  private int endOfBlock(int start) {
    for (int i = start + 1; i < lines.size(); i++) {
      if (lines.get(i).strip().equals("```")) {
        return i;
      }
    }
    return lines.size();
  }

  private void deadLinks(int line, List<String> problems) {
    Matcher link = LINK.matcher(lines.get(line));
    while (link.find()) {
      String target = link.group(1) == null ? link.group(2) : link.group(1);
      if (target.contains(":")) {
        continue; // Another site's. Whether it is there today is not for a test to say.
      }
      String[] parts = target.split("#", 2);
      Path there = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
      if (!Files.exists(there)) {
        problems.add(at(line) + "the link to " + target + " leads nowhere: there is no " + there);
      } else if (parts.length == 2 && !anchors(there).contains(parts[1])) {
        problems.add(at(line) + "the link to " + target + " names no heading of " + there);
      }
    }
  }

  /// The names that GitHub gives the headings of a page.
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new LinkedHashSet<>();
    try {
      for (String line : Files.readAllLines(page)) {
        if (line.startsWith("#")) {
          anchors.add(
              line.replaceFirst("#+ *", "")
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^\\p{L}\\p{N} _-]", "")
                  .replace(' ', '-'));
        }
      }
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(page + " cannot be read", unreadable);
    }
    return anchors;
  }

  private String at(int line) {
    return file + ":" + (line + 1) + ": ";
  }
}
