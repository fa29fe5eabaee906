package dev.cairn.check;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The blocks that nobody has freed so far, grouped by the calls that allocated them.
///
/// @param leaks a leak for each stack that was kept, the one of the most bytes first
/// @param isEstimated whether the figures stand for all blocks, but only a sample of them was seen
public record LeakReport(List<Leak> leaks, boolean isEstimated) {
  private static final Pattern SEPARATORS = Pattern.compile("[;\\p{Cntrl}\\u2028\\u2029]");

  /// Keeps a copy of the leaks.
  public LeakReport {
    leaks = List.copyOf(leaks);
  }

  /// A block that is live, and how many blocks it stands for.
  record Held(CallStack stack, long byteSize, double weight) {}

  static LeakReport of(Stream<Held> held, boolean isEstimated) {
    Map<List<StackTraceElement>, Sum> sums = new HashMap<>();
    held.forEach(each -> sums.computeIfAbsent(each.stack.elements(), _ -> new Sum()).add(each));
    return new LeakReport(
        sums.entrySet().stream()
            .map(entry -> entry.getValue().leak(entry.getKey()))
            .sorted(Comparator.comparingLong(Leak::bytes).reversed())
            .toList(),
        isEstimated);
  }

  /// How many blocks there are.
  ///
  /// @return the number, of all leaks together
  public long blocks() {
    return leaks.stream().mapToLong(Leak::blocks).sum();
  }

  /// How many bytes they have.
  ///
  /// @return the bytes of all leaks together
  public long bytes() {
    return leaks.stream().mapToLong(Leak::bytes).sum();
  }

  /// Whether everything was freed.
  ///
  /// @return true if there is no leak
  public boolean isEmpty() {
    return leaks.isEmpty();
  }

  /// The report for people: a line for each leak, and below it the calls that led there.
  ///
  /// @return lines, each with its end
  public String text() {
    return leaks.stream().map(this::text).collect(Collectors.joining());
  }

  private String text(Leak leak) {
    return (isEstimated ? "about " : "")
        + leak
        + ", the oldest "
        + leak.age().toSeconds()
        + " s ago\n"
        + leak.stack().stream()
            .skip(1)
            .map(frame -> "    called at " + CallStack.shown(frame) + "\n")
            .collect(Collectors.joining());
  }

  /// The report for programs: a JSON object with `estimated`, `blocks`, `bytes` and `leaks`; each
  /// leak with `blocks`, `bytes`, `ageMillis` and `stack`, each frame of it with `class`, `method`,
  /// `file` and `line`, the innermost first.
  ///
  /// @return one line, without an end
  public String json() {
    return leaks.stream()
        .map(LeakReport::json)
        .collect(
            Collectors.joining(
                ",",
                "{\"estimated\":"
                    + isEstimated
                    + ",\"blocks\":"
                    + blocks()
                    + ",\"bytes\":"
                    + bytes()
                    + ",\"leaks\":[",
                "]}"));
  }

  // No formats: they would write the digits of the machine's country.
  private static String json(Leak leak) {
    return leak.stack().stream()
        .map(
            frame ->
                "{\"class\":"
                    + quoted(frame.getClassName())
                    + ",\"method\":"
                    + quoted(frame.getMethodName())
                    + ",\"file\":"
                    + (frame.getFileName() == null ? "null" : quoted(frame.getFileName()))
                    + ",\"line\":"
                    + frame.getLineNumber()
                    + "}")
        .collect(
            Collectors.joining(
                ",",
                "{\"blocks\":"
                    + leak.blocks()
                    + ",\"bytes\":"
                    + leak.bytes()
                    + ",\"ageMillis\":"
                    + leak.age().toMillis()
                    + ",\"stack\":[",
                "]}"));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /// The report as collapsed stacks, of which flame graphs are drawn: a line for each leak, the
  /// methods from the outermost to the innermost with semicolons between them, a space, the bytes.
  /// Where a name has a semicolon or an end of line, an underscore stands.
  ///
  /// @return lines, each with its end
  public String collapsed() {
    return leaks.stream()
        .map(
            leak ->
                leak.stack().reversed().stream()
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                    .map(name -> SEPARATORS.matcher(name).replaceAll("_"))
                    .collect(Collectors.joining(";", "", " " + leak.bytes() + "\n")))
        .collect(Collectors.joining());
  }

  /// The report as a profile that pprof reads: `profile.proto`, compressed with gzip. Its samples
  /// have the types `inuse_objects` and `inuse_space`, as those of a Go heap profile.
  ///
  /// @return the content of the file
  public byte[] pprof() {
    return new PprofProfile().with(leaks).gzipped();
  }

  /// What is added up for one stack.
  private static final class Sum {
    private double blocks;
    private double bytes;
    private Duration age = Duration.ZERO;

    void add(Held held) {
      blocks += held.weight;
      bytes += held.weight * held.byteSize;
      Duration other = held.stack.age();
      age = age.compareTo(other) < 0 ? other : age;
    }

    Leak leak(List<StackTraceElement> stack) {
      return new Leak(stack, Math.round(blocks), Math.round(bytes), age);
    }
  }
}
