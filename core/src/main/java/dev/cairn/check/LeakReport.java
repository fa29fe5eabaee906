package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The blocks that nobody has freed so far: those that were checked, by the calls that allocated
/// them, and the others by size class.
///
/// @param leaks a leak for each stack that was kept, the one of the most bytes first
/// @param unplaced the live blocks whose allocation nobody saw, by size class, as far as their
///     allocator has classes: all blocks, where none is checked; those beside the sample, where one
///     is taken
/// @param isEstimated whether the leaks stand for all blocks, but only a sample of them was seen
public record LeakReport(List<Leak> leaks, List<ClassStats> unplaced, boolean isEstimated) {
  private static final Pattern SEPARATORS = Pattern.compile("[;\\p{Cntrl}\\u2028\\u2029]");

  /// Keeps copies of the lists.
  public LeakReport {
    leaks = List.copyOf(leaks);
    unplaced = List.copyOf(unplaced);
  }

  /// A report of blocks whose allocation nobody saw.
  ///
  /// @param live the live blocks, by size class
  /// @return the report
  public static LeakReport unplaced(List<ClassStats> live) {
    return new LeakReport(List.of(), live, false);
  }

  /// A block that is live, and how many blocks it stands for.
  record Held(CallStack stack, long byteSize, double weight) {}

  static LeakReport of(Stream<Held> held, List<ClassStats> unplaced, boolean isEstimated) {
    Map<List<StackTraceElement>, Sum> sums = new HashMap<>();
    held.forEach(each -> sums.computeIfAbsent(each.stack.elements(), _ -> new Sum()).add(each));
    return new LeakReport(
        sums.entrySet().stream()
            .map(entry -> entry.getValue().leak(entry.getKey()))
            .sorted(Comparator.comparingLong(Leak::bytes).reversed())
            .toList(),
        unplaced,
        isEstimated);
  }

  /// How many blocks there are. Where a sample was seen, it is an estimate.
  ///
  /// @return the number of all blocks together
  public long blocks() {
    return total(Leak::blocks, ClassStats::liveBlocks);
  }

  /// How many bytes they have. Where a sample was seen, it is an estimate.
  ///
  /// @return the bytes of all blocks together
  public long bytes() {
    return total(Leak::bytes, ClassStats::liveBytes);
  }

  private long total(ToLongFunction<Leak> ofLeak, ToLongFunction<ClassStats> ofClass) {
    long placed = leaks.stream().mapToLong(ofLeak).sum();
    // A sample stands for the others, too; unless it is empty.
    return isEstimated && !leaks.isEmpty()
        ? placed
        : placed + unplaced.stream().mapToLong(ofClass).sum();
  }

  /// Whether everything was freed.
  ///
  /// @return true if there is no live block
  public boolean isEmpty() {
    return leaks.isEmpty() && unplaced.isEmpty();
  }

  /// The report for people: a line for each leak, and below it the calls that led there. A last
  /// line has the blocks of which no calls are known, and says how to get them.
  ///
  /// @return lines, each with its end
  public String text() {
    return leaks.stream().map(this::text).collect(Collectors.joining("", "", unplacedText()));
  }

  private String unplacedText() {
    if (unplaced.isEmpty()) {
      return "";
    }
    long blocks = unplaced.stream().mapToLong(ClassStats::liveBlocks).sum();
    long bytes = unplaced.stream().mapToLong(ClassStats::liveBytes).sum();
    boolean isSample = isEstimated && !leaks.isEmpty();
    return (isSample ? "not in the sample: " : "")
        + Leak.text(blocks, bytes)
        + unplaced.stream().map(LeakReport::text).collect(Collectors.joining(", ", " (", ")"))
        + ": to see who allocated "
        + (blocks == 1 ? "it" : "them")
        + ", start with -D"
        + CheckLevel.PROPERTY
        + "=full (what is no Heap has to pass through CheckedAllocator.over)\n";
  }

  private static String text(ClassStats live) {
    return live.liveBlocks()
        + (live.blockBytes() == 0 ? " without a size class" : " of " + live.blockBytes());
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

  /// The report for programs: a JSON object with `estimated`, `blocks`, `bytes`, `leaks` and
  /// `unplaced`; each leak with `blocks`, `bytes`, `ageMillis` and `stack`, each frame of it with
  /// `class`, `method`, `file` and `line`, the innermost first. Blocks of which no calls are known
  /// are in `unplaced`, with `blockBytes`, `blocks` and `bytes`.
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
                unplaced.stream()
                    .map(LeakReport::json)
                    .collect(Collectors.joining(",", "],\"unplaced\":[", "]}"))));
  }

  // No formats: they would write the digits of the machine's country.
  private static String json(ClassStats live) {
    return "{\"blockBytes\":"
        + live.blockBytes()
        + ",\"blocks\":"
        + live.liveBlocks()
        + ",\"bytes\":"
        + live.liveBytes()
        + "}";
  }

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

  /// The leaks as collapsed stacks, of which flame graphs are drawn: a line for each, the methods
  /// from the outermost to the innermost with semicolons between them, a space, the bytes. Where a
  /// name has a semicolon or an end of line, an underscore stands.
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

  /// The leaks as a profile that pprof reads: `profile.proto`, compressed with gzip. Its samples
  /// have the types `inuse_objects` and `inuse_space`, as those of a Go heap profile.
  ///
  /// @return the content of the file
  public byte[] pprof() {
    return new PprofProfile().with(leaks).gzipped();
  }

  /// Logs the report as a warning, by the [System.Logger] that is named as the class of an
  /// allocator that was closed.
  ///
  /// @param closed the allocator, as the message is to name it
  public void warn(Allocator closed) {
    Logger logger = System.getLogger(closed.getClass().getName());
    if (logger.isLoggable(Level.WARNING)) {
      logger.log(
          Level.WARNING,
          closed
              + " was closed with live blocks; free them, or allocate them in an arena over it:\n"
              + text());
    }
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
