package dev.cairn.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses the traces of wee_alloc: `Alloc(size),` and `Free(index),`, where the index counts the
/// `Alloc` lines from 0.
final class WeeAllocParser implements TraceParser {
  private static final Pattern FIRST = Pattern.compile("\\s*(Alloc|Free)\\(");
  private static final Pattern LINE = Pattern.compile("\\s*(Alloc|Free)\\((\\d+)\\)\\s*,?\\s*");

  private final TraceBuilder builder;

  WeeAllocParser(TraceBuilder builder) {
    this.builder = builder;
  }

  static boolean recognizes(String head) {
    return FIRST.matcher(head).lookingAt();
  }

  @Override
  public void line(String text) throws Damage {
    if (text.isBlank()) {
      return;
    }
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw new Damage("Alloc(size), or Free(index),");
    }
    if (line.group(1).equals("Alloc")) {
      long size = Numbers.decimal(line.group(2), "a size");
      builder.allocate(size, Trace.mallocAlignment(size));
      return;
    }
    long block = Numbers.decimal(line.group(2), "an index");
    if (!builder.isLive(block)) {
      throw new Damage(
          "the index of a live block: "
              + (block < builder.blocks
                  ? "number " + block + " was freed before"
                  : "there were only " + builder.blocks + " Alloc lines before"));
    }
    builder.free((int) block);
  }
}
