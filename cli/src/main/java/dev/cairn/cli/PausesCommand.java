package dev.cairn.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `cairn pauses`: the same cache on the Java heap and in Cairn, and what its requests wait for.
@Command(
    name = "pauses",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the same cache on the Java heap with G1, on the Java heap with ZGC, and in Cairn, each"
          + " in a JVM of its own, and shows the latencies of its requests, the pauses of the"
          + " collector, and a picture. It takes about a minute.",
      "",
      "Values have 100 to 4096 bytes. Every other request, by chance, copies one out; every other"
          + " one puts a new value of another size in place of an old one. One thread asks, at a"
          + " fixed rate, and keeps a core busy by waiting. A latency counts from when the request"
          + " was due: a pause delays every request that is due during it, and to count from when"
          + " they were sent would hide that (coordinated omission).",
      "",
      "The Java heaps are twice as large as the values (128 MiB at least), and there from the start. Cairn's heap may"
          + " grow to as much; its JVM has G1 and a Java heap of 256 MiB. Stalls are threads that"
          + " wait for ZGC to free memory. Other CPU is what the collector and the compiler took:"
          + " 100 % is a core."
    })
final class PausesCommand implements Callable<Integer> {
  private static final String PROGRAM = "Pauses";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--live",
      paramLabel = "SIZE",
      converter = Bytes.class,
      description =
          "The bytes of all values: 512m, 2g (default: 2g, or a quarter of the memory that is free"
              + " if that is less).")
  private long live;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "12",
      description = "How long to measure each (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many requests are due per second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--out",
      paramLabel = "FILE.svg",
      defaultValue = "pauses.svg",
      description = "Where the picture goes (default: ${DEFAULT-VALUE}).")
  private Path picture = Path.of("");

  @Option(names = "--json", description = "Prints an object, and nothing else.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    StringBuilder printed = new StringBuilder();
    List<String> arguments =
        List.of(
            Long.toString(live),
            Integer.toString(seconds),
            Integer.toString(rate),
            picture.toString());
    int exitCode =
        Benchmarks.run(
            PROGRAM, arguments, line -> printed.append(line).append(System.lineSeparator()));
    if (exitCode != 0) {
      return exitCode;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(printed);
      out.flush();
    } else {
      new ObjectMapper()
          .readValue(printed.toString(), PausesReport.class)
          .lines()
          .forEach(out::println);
    }
    return 0;
  }

  /// Reads sizes: `100`, `64k`, `512m`, `2g`.
  static final class Bytes implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,9})([kmg]?)");

    @Override
    public Long convert(String text) {
      Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
      if (!size.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no size: write bytes, or a number with k, m or g, as 512m or 2g");
      }
      int shift =
          switch (size.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
          };
      return Long.parseLong(size.group(1)) << shift;
    }
  }
}
