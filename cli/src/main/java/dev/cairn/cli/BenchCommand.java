package dev.cairn.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `cairn bench`: the comparison of `dev.cairn.bench`, in a JVM that has its class path.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the allocators this machine has, side by side: Cairn's heap, the JDK's arenas and"
          + " Unsafe, libc, jemalloc, mimalloc and tcmalloc (called from Java, plainly and as"
          + " critical calls, and from a C program if there is gcc), and Netty's.",
      "",
      "They take turns. Each figure is the median of the rounds in ns per block, with its ratio to"
          + " the best C program's. All of it takes under three minutes.",
      "",
      "Rows: pair (allocate and free at once), batch (100 blocks, freed in shuffled order), churn"
          + " (100,000 live blocks, one at random replaced), hand-over (one thread allocates,"
          + " another frees), zeroed (a pair, zeroed); pair-16, pair-64, pair-1024, pair-65536,"
          + " zeroed-64 and zeroed-4096 are single sizes."
    })
final class BenchCommand implements Callable<Integer> {
  private static final String PROGRAM = "SideBySide";
  private static final String THOROUGH = "--thorough";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description = "What to measure, from the rows above (default: all).")
  private List<String> rows = List.of();

  @Option(
      names = THOROUGH,
      description = "A JVM for every figure, and more time for it: under an hour for all of them.")
  private boolean thorough;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    if (thorough) {
      arguments.add(THOROUGH);
    }
    arguments.addAll(rows);
    return Benchmarks.run(PROGRAM, arguments, spec.commandLine().getOut()::println);
  }
}
