package dev.cairn.trace;

/// Parses what glibc's `mtrace()` writes: `@ caller + address size` for an allocation, `-` for a
/// free, `<` and `>` on two lines for a reallocation, `!` for one that was refused.
final class MtraceParser implements TraceParser {
  private final Addresses addresses;
  private boolean reallocating;
  private long from;
  private long refused;

  MtraceParser(TraceBuilder builder) {
    this.addresses = new Addresses(builder);
  }

  static boolean recognizes(String head) {
    return head.startsWith("= Start");
  }

  @Override
  public void line(String text) throws Damage {
    if (text.isBlank()) {
      return;
    }
    if (text.startsWith("= ")) {
      boundary(text.strip());
      return;
    }
    // The caller comes first, and may have blanks in its path; so the line is read from its end.
    String[] words = TraceParser.words(text);
    int sign = words.length - 2;
    if (sign >= 0 && !isSign(words[sign])) {
      sign--;
    }
    if (sign < 0 || !isSign(words[sign]) || (sign > 0 && !words[0].equals("@"))) {
      throw new Damage("@ caller, then one of + - < > ! with an address, and a size after + > !");
    }
    boolean sized = sign == words.length - 3;
    char operation = words[sign].charAt(0);
    if (sized != (operation == '+' || operation == '>' || operation == '!')) {
      throw new Damage(
          "an address" + (sized ? " and no size" : " and a size") + " after " + operation);
    }
    long address = Numbers.hexadecimal(words[sign + 1], "an address");
    long size = sized ? Numbers.hexadecimal(words[sign + 2], "a size") : 0;
    boolean second = reallocating;
    reallocating = false;
    if (second != (operation == '>')) {
      throw new Damage(
          second ? "the line with > that ends a reallocation" : "a line with < before one with >");
    }
    apply(operation, address, size);
  }

  private void apply(char operation, long address, long size) throws Damage {
    switch (operation) {
      case '-' -> addresses.free(address);
      case '<' -> {
        from = address;
        reallocating = true;
      }
      case '+' -> {
        if (address == 0) {
          refused++;
        } else {
          long met = Numbers.possibleSize(size);
          addresses.allocate(address, met, Trace.mallocAlignment(met));
        }
      }
      case '>' -> addresses.reallocate(from, address, Numbers.possibleSize(size));
      default -> refused++;
    }
  }

  private void boundary(String text) throws Damage {
    if (text.equals("= Start")) {
      // What was freed between an end and this start was not recorded.
      addresses.forget();
    } else if (!text.equals("= End")) {
      throw new Damage("= Start or = End");
    }
  }

  private static boolean isSign(String word) {
    return word.length() == 1 && "+-<>!".contains(word);
  }

  @Override
  public long foreign() {
    return addresses.foreign();
  }

  @Override
  public long refused() {
    return refused;
  }
}
