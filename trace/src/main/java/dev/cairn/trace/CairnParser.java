package dev.cairn.trace;

/// Parses Cairn's own format, which [the package][dev.cairn.trace] describes.
final class CairnParser implements TraceParser {
  static final String SIGNATURE = "cairn-trace ";
  static final String VERSION = "1";

  private final TraceBuilder builder;
  private boolean begun;

  CairnParser(TraceBuilder builder) {
    this.builder = builder;
  }

  static boolean recognizes(String head) {
    return head.startsWith(SIGNATURE);
  }

  @Override
  public void line(String text) throws Damage {
    if (!begun) {
      begun = true;
      if (!text.strip().equals(SIGNATURE + VERSION)) {
        throw new Damage("version " + VERSION + ": a later Cairn reads later versions");
      }
      return;
    }
    if (text.isBlank() || text.startsWith("#")) {
      return;
    }
    if (text.startsWith("name ")) {
      builder.name(text.substring("name ".length()).strip());
      return;
    }
    String[] words = TraceParser.words(text);
    switch (words[0]) {
      case "a" -> {
        long size = size(words, 1);
        builder.allocate(size, alignment(words, 2, size));
      }
      case "z" -> {
        long size = size(words, 1);
        builder.allocateZeroed(size, alignment(words, 2, size));
      }
      case "r" -> {
        int block = block(words);
        long size = size(words, 2);
        builder.reallocate(block, size, alignment(words, 3, size));
      }
      case "f" -> {
        requireWords(words, 2);
        if (words[1].equals("-")) {
          builder.freeNull();
        } else {
          builder.free(block(words));
        }
      }
      case "t" -> {
        requireWords(words, 2);
        builder.thread((int) atMost(Short.MAX_VALUE, Numbers.decimal(words[1], "a thread")));
      }
      default -> throw new Damage("a line that begins with a, z, r, f, t, name or #");
    }
  }

  private int block(String[] words) throws Damage {
    String word = word(words, 1);
    long block = Numbers.decimal(word, "the number of a block");
    if (!builder.isLive(block)) {
      throw new Damage("a live block: block " + word + " was freed or never allocated");
    }
    return (int) block;
  }

  private static long size(String[] words, int index) throws Damage {
    return Numbers.decimal(word(words, index), "a size");
  }

  private static long alignment(String[] words, int index, long size) throws Damage {
    if (words.length == index) {
      return Trace.mallocAlignment(size);
    }
    requireWords(words, index + 1);
    if (!words[index].startsWith("@")) {
      throw new Damage("@ and an alignment after the size, or nothing");
    }
    return Numbers.decimal(words[index].substring(1), "an alignment");
  }

  private static String word(String[] words, int index) throws Damage {
    if (words.length <= index) {
      throw new Damage("more: " + words[0] + " takes at least " + index + " values");
    }
    return words[index];
  }

  private static void requireWords(String[] words, int count) throws Damage {
    if (words.length != count) {
      throw new Damage((count - 1) + " values after " + words[0]);
    }
  }

  private static long atMost(long most, long thread) throws Damage {
    if (thread > most) {
      throw new Damage("a thread from 0 to " + most);
    }
    return thread;
  }
}
