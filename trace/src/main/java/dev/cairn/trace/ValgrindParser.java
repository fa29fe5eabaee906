package dev.cairn.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses the log of `valgrind --trace-malloc=yes`.
///
/// A call is `--pid-- name(arguments) = result`, the result only where there is one. Everything
/// else in the log is talk: valgrind's own, and what the program printed, which may stand before a
/// call on the same line. Some calls are written in two parts:
///
/// - `realloc(0x0,20)malloc(20) = 0x...` and `realloc(0x...,0)free(0x...)`: one call does the work
///   of the other. The last one on the line is what happened.
/// - `malloc(9...9)`, some talk, then `--pid--  = 0x0` on a line of its own: a warning came
///   between.
final class ValgrindParser implements TraceParser {
  private static final Pattern CALL_LINE = Pattern.compile("--(?:[\\d:.]+ )?(\\d+)-- ");
  private static final Pattern FIRST =
      Pattern.compile("(?m)^(?:==\\d+== |.*?--(?:[\\d:.]+ )?\\d+-- \\w+\\()");
  private static final Pattern NEW_IMAGE = Pattern.compile("==(?:[\\d:.]+ )?(\\d+)== Command: .*");
  private static final Pattern CALL = Pattern.compile("(\\w+)\\(([^()]*)\\)");
  private static final String RESULT = " = ";

  /// What one process does.
  private static final class Traced {
    final Addresses addresses;
    final int thread;
    @Nullable Call pending;

    Traced(Addresses addresses, int thread) {
      this.addresses = addresses;
      this.thread = thread;
    }
  }

  /// A call that answers a block.
  private record Call(Work work, long from, long byteSize, long byteAlignment) {}

  private enum Work {
    ALLOCATE,
    ALLOCATE_ZEROED,
    REALLOCATE,
    FREE,
    OTHER
  }

  private final TraceBuilder builder;
  private final Map<String, Traced> processes = new HashMap<>();
  private long refused;

  ValgrindParser(TraceBuilder builder) {
    this.builder = builder;
  }

  static boolean recognizes(String head) {
    return FIRST.matcher(head).find();
  }

  @Override
  public void line(String text) throws Damage {
    Matcher prefix = CALL_LINE.matcher(text);
    int body = -1;
    String pid = "";
    while (prefix.find()) {
      body = prefix.end();
      pid = prefix.group(1);
    }
    if (body < 0) {
      Matcher image = NEW_IMAGE.matcher(text);
      if (image.matches()) {
        // The process runs another program now: its blocks are gone.
        process(image.group(1)).addresses.forget();
      }
      return;
    }
    Traced process = process(pid);
    if (text.startsWith(RESULT, body)) {
      result(process, text.substring(body + RESULT.length()));
    } else {
      calls(process, text, body);
    }
  }

  private Traced process(String pid) {
    return processes.computeIfAbsent(
        pid, _ -> new Traced(new Addresses(builder), Math.min(processes.size(), Short.MAX_VALUE)));
  }

  private void calls(Traced process, String text, int body) throws Damage {
    Matcher call = CALL.matcher(text);
    int end = body;
    String name = "";
    String arguments = "";
    while (call.region(end, text.length()).lookingAt()) {
      name = call.group(1);
      arguments = call.group(2);
      end = call.end();
    }
    if (end == body) {
      requireTalk(text.substring(body));
      return;
    }
    Work work = work(name);
    if (work == Work.OTHER) {
      return;
    }
    String[] values = arguments.split(",", -1);
    if (work == Work.FREE) {
      builder.thread(process.thread);
      process.addresses.free(Numbers.hexadecimal(values[0].strip(), "an address"));
      return;
    }
    if (process.pending != null) {
      // Its result was never written.
      refused++;
    }
    process.pending = request(work, name, values);
    if (text.startsWith(RESULT, end)) {
      result(process, text.substring(end + RESULT.length()));
    }
  }

  /// Refuses a line that begins like a call and is none.
  private static void requireTalk(String body) throws Damage {
    int open = body.indexOf('(');
    if (open > 0 && work(body.substring(0, open)) != Work.OTHER) {
      throw new Damage("a whole call: name(arguments) = address");
    }
  }

  private static Call request(Work work, String name, String[] values) throws Damage {
    if (work == Work.REALLOCATE) {
      require(values.length == 2, name + "(address,size)");
      long from = Numbers.hexadecimal(values[0].strip(), "an address");
      return new Call(work, from, unsigned(values[1].strip()), 0);
    }
    if (work == Work.ALLOCATE_ZEROED) {
      require(values.length == 2, name + "(count,size)");
      long count = unsigned(values[0].strip());
      long each = unsigned(values[1].strip());
      boolean fits = Math.unsignedMultiplyHigh(count, each) == 0;
      return new Call(work, 0, fits ? count * each : -1, 0);
    }
    long size = -1;
    long alignment = 0;
    for (String value : values) {
      String number = value.strip();
      if (number.startsWith("al ")) {
        alignment = Numbers.decimal(number.substring("al ".length()), "an alignment");
      } else {
        size = unsigned(number.startsWith("size ") ? number.substring("size ".length()) : number);
      }
    }
    return new Call(work, 0, size, alignment);
  }

  private void result(Traced process, String text) throws Damage {
    Call call = process.pending;
    if (call == null) {
      // That of a call which another one did the work of.
      return;
    }
    process.pending = null;
    long address = Numbers.hexadecimal(text.strip(), "the address that the call answered,");
    if (address == 0) {
      refused++;
      return;
    }
    long size = Numbers.possibleSize(call.byteSize);
    builder.thread(process.thread);
    switch (call.work) {
      case REALLOCATE -> process.addresses.reallocate(call.from, address, size);
      case ALLOCATE_ZEROED -> process.addresses.allocateZeroed(address, size);
      default ->
          process.addresses.allocate(
              address, size, Math.max(call.byteAlignment, Trace.mallocAlignment(size)));
    }
  }

  /// What a function does, by its name; those of C++ are as the compiler mangles `operator new` and
  /// `operator delete`.
  private static Work work(String name) {
    return switch (name) {
      case "malloc", "memalign", "aligned_alloc", "posix_memalign", "valloc", "pvalloc" ->
          Work.ALLOCATE;
      case "calloc" -> Work.ALLOCATE_ZEROED;
      case "realloc" -> Work.REALLOCATE;
      case "free", "cfree", "free_sized", "free_aligned_sized" -> Work.FREE;
      default -> {
        if (name.startsWith("_Znw") || name.startsWith("_Zna")) {
          yield Work.ALLOCATE;
        }
        if (name.startsWith("_Zdl") || name.startsWith("_Zda")) {
          yield Work.FREE;
        }
        yield name.contains("builtin_new") || name.contains("builtin_vec_new")
            ? Work.ALLOCATE
            : name.contains("builtin_delete") || name.contains("builtin_vec_delete")
                ? Work.FREE
                : Work.OTHER;
      }
    };
  }

  private static long unsigned(String text) throws Damage {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException _) {
      throw new Damage("a size, not " + DamagedTraceException.quoted(text));
    }
  }

  private static void require(boolean condition, String expected) throws Damage {
    if (!condition) {
      throw new Damage(expected);
    }
  }

  @Override
  public long foreign() {
    return processes.values().stream().mapToLong(each -> each.addresses.foreign()).sum();
  }

  @Override
  public long refused() {
    return refused + processes.values().stream().filter(each -> each.pending != null).count();
  }
}
