package dev.cairn.trace;

import dev.cairn.alloc.LayoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Parses the traces of malloc-lab: a header of numbers, then `a id size`, `r id size` and `f id`.
///
/// Ids are any numbers, so they are mapped. Words may be divided by spaces or by line ends.
final class MallocLabParser implements TraceParser {
  // The header, of two or four numbers, and how the first operation begins. Other counts of numbers
  // are taken for it too, so that they get a message of their own.
  private static final Pattern HEAD = Pattern.compile("\\s*(?:-?\\d\\S*\\s+){1,6}[arf]\\s");

  // The block of an id that realloc to 0 bytes has freed: the program holds NULL.
  private static final int NULL = -1;

  private final TraceBuilder builder;
  private final List<String> header = new ArrayList<>();
  private final Map<Long, Integer> blocks = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private long declaredIds;
  private long declaredOperations;
  private long highestId = -1;
  private long operations;
  // The operation whose numbers are being read: a, r, f or, where there is none, a space.
  private char operation = ' ';
  private boolean hasId;
  private long id;

  MallocLabParser(TraceBuilder builder) {
    this.builder = builder;
  }

  static boolean recognizes(String head) {
    return HEAD.matcher(head).lookingAt();
  }

  @Override
  public void line(String text) throws Damage {
    try {
      for (String word : TraceParser.words(text)) {
        if (!word.isEmpty()) {
          word(word);
        }
      }
    } catch (Damage | LayoutException damage) {
      operation = ' ';
      throw damage;
    }
  }

  private void word(String word) throws Damage {
    if (operation == ' ') {
      begin(word);
    } else if (!hasId) {
      id = id(word);
      hasId = true;
      if (operation == 'f') {
        finish(0);
      }
    } else {
      finish(Numbers.decimal(word, "a size"));
    }
  }

  private void begin(String word) throws Damage {
    if (word.equals("a") || word.equals("r") || word.equals("f")) {
      if (operations == 0 && !header.isEmpty()) {
        readHeader();
      }
      operation = word.charAt(0);
      hasId = false;
      operations++;
    } else if (operations == 0) {
      header.add(word);
    } else {
      throw new Damage("a, r or f");
    }
  }

  /// The header is {heap size or weight, ids, operations, weight, heap size or peak}, or only {ids,
  /// operations}. What is not ids or operations is of no use here, whatever it is.
  private void readHeader() throws Damage {
    int first = header.size() == 4 ? 1 : 0;
    int numbers = header.size();
    try {
      if (numbers != 2 && numbers != 4) {
        throw new Damage(
            "a header of two or four numbers before the first operation, not " + numbers);
      }
      declaredIds = Numbers.decimal(header.get(first), "in the header, a number of ids");
      declaredOperations =
          Numbers.decimal(header.get(first + 1), "in the header, a number of operations");
    } finally {
      header.clear();
    }
  }

  private long id(String word) throws Damage {
    return operation == 'f' && word.equals("-1") ? NULL : Numbers.decimal(word, "an id");
  }

  private void finish(long size) throws Damage {
    highestId = Math.max(highestId, id);
    switch (operation) {
      case 'a' -> allocate(size);
      case 'r' -> reallocate(size);
      default -> free();
    }
    operation = ' ';
  }

  private void allocate(long size) throws Damage {
    Integer block = blocks.get(id);
    if (block != null && block != NULL) {
      throw new Damage("an id that is not in use: the block of " + id + " is still live");
    }
    blocks.put(id, builder.allocate(size, Trace.mallocAlignment(size)));
  }

  private void reallocate(long size) {
    Integer block = blocks.get(id);
    if (block == null || block == NULL) {
      // realloc(NULL, size) is malloc.
      blocks.put(id, builder.allocate(size, Trace.mallocAlignment(size)));
    } else if (size == 0) {
      builder.free(block);
      blocks.put(id, NULL);
    } else {
      builder.reallocate(block, size, Trace.mallocAlignment(size));
    }
  }

  private void free() throws Damage {
    Integer block = id == NULL ? Integer.valueOf(NULL) : blocks.remove(id);
    if (block == null) {
      throw new Damage("an id in use: " + id + " was freed or never allocated");
    }
    if (block == NULL) {
      builder.freeNull();
    } else {
      builder.free(block);
    }
  }

  @Override
  public void end() throws Damage {
    if (operation != ' ') {
      throw new Damage("the rest of the operation " + operation);
    }
    if (highestId >= declaredIds) {
      notes.add("the header says " + declaredIds + " ids, but there is an id " + highestId);
    }
    if (operations != declaredOperations) {
      throw new Damage(
          declaredOperations
              + " operations, as the header says, not "
              + operations
              + ": the file was cut off or edited");
    }
  }

  @Override
  public List<String> notes() {
    return notes;
  }
}
