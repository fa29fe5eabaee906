package dev.cairn.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The regions of a set of sources, marked as in JEP 413: `// @start region="name"` to `// @end`.
final class Snippets {
  private static final Pattern START = Pattern.compile("\\s*// @start region=\"([^\"]+)\"\\s*");
  private static final Pattern END = Pattern.compile("\\s*// @end\\s*");

  // By "StackPage.java#push".
  private final Map<String, String> regions = new TreeMap<>();
  // By "StackPage".
  private final Map<String, String> classNames = new TreeMap<>();

  /// Reads every source under a folder of sources.
  ///
  /// @throws IllegalArgumentException if two sources have the same file name, two regions of one
  ///     source have the same name, or a region does not end
  Snippets add(Path folder) throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(folder)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path source : sources) {
      String fileName = source.getFileName().toString();
      if (fileName.endsWith("-info.java")) {
        continue;
      }
      String path = folder.relativize(source).toString().replace('\\', '/');
      String className = path.substring(0, path.length() - ".java".length()).replace('/', '.');
      String known = classNames.put(simpleName(fileName), className);
      if (known != null) {
        throw new IllegalArgumentException(
            className + " and " + known + " have one file name: rename one, pages go by it");
      }
      read(fileName, Files.readAllLines(source));
    }
    return this;
  }

  /// The text of a region, from `StackPage.java#push`, without the indentation that its lines
  // share.
  Optional<String> region(String name) {
    return Optional.ofNullable(regions.get(name));
  }

  /// The regions of the sources in a package, by name.
  List<String> names(String packageName) {
    return regions.keySet().stream()
        .filter(name -> className(simpleName(name)).orElseThrow().startsWith(packageName + "."))
        .toList();
  }

  /// The class of a source, from `StackPage`.
  Optional<String> className(String simpleName) {
    return Optional.ofNullable(classNames.get(simpleName));
  }

  private static String simpleName(String fileName) {
    return fileName.substring(0, fileName.indexOf('.'));
  }

  private void read(String fileName, List<String> lines) {
    record Open(String name, List<String> lines) {}
    Deque<Open> open = new ArrayDeque<>();
    for (String line : lines) {
      Matcher start = START.matcher(line);
      if (start.matches()) {
        open.push(new Open(fileName + "#" + start.group(1), new ArrayList<>()));
      } else if (END.matcher(line).matches()) {
        if (open.isEmpty()) {
          throw new IllegalArgumentException(fileName + " has an @end without an @start");
        }
        Open ended = open.pop();
        // A blank last line, which formatters put before @end, would count as not indented.
        String text = String.join("\n", ended.lines).stripTrailing().stripIndent();
        if (regions.put(ended.name, text) != null) {
          throw new IllegalArgumentException(ended.name + " is there twice: rename one");
        }
      } else {
        open.forEach(region -> region.lines.add(line));
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException(open.peek().name + " has no @end");
    }
  }
}
