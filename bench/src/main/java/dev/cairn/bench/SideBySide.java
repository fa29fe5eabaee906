package dev.cairn.bench;

import dev.cairn.bench.Turn.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The comparison of all contestants that this machine has, C programs among them: `cairn bench`.
///
/// They take turns, so that a machine that is slower for a while is so for all of them.
public final class SideBySide {
  private final List<Column> columns;
  private final Plan plan;
  private final PrintStream progress;
  private final Samples samples = new Samples();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<String> absent = new LinkedHashSet<>();

  private SideBySide(List<Column> columns, Plan plan, PrintStream progress) {
    this.columns = columns;
    this.plan = plan;
    this.progress = progress;
  }

  /// Compares, and prints the table.
  ///
  /// @param arguments `--thorough` or nothing, then the names of rows; without names, all
  public static void main(String... arguments) {
    List<String> names = new ArrayList<>(List.of(arguments));
    Plan plan = names.remove("--thorough") ? Plan.thorough() : Plan.quick();
    List<Column> columns;
    try {
      columns = names.isEmpty() ? Column.all() : Column.named(names);
    } catch (IllegalArgumentException unknown) {
      System.err.println("cairn bench: " + unknown.getMessage());
      System.exit(2);
      return;
    }
    SideBySide comparison = new SideBySide(columns, plan, System.err);
    // As it is before: load is what others do to the figures.
    String here = Surroundings.describe();
    comparison.run();
    System.out.println(here);
    comparison.lines().forEach(System.out::println);
  }

  private void run() {
    try (CProgram program = compile()) {
      for (int round = 1; round <= plan.rounds(); round++) {
        progress.print("round " + round + " of " + plan.rounds() + ":");
        if (program != null) {
          for (NativeLibrary library : NativeLibrary.values()) {
            turn(CProgram.PREFIX + library.id(), () -> measure(program, library));
          }
        }
        for (String contestant : Contestants.names()) {
          turn(contestant, () -> measure(contestant));
        }
        progress.println();
      }
    }
  }

  private @Nullable CProgram compile() {
    try {
      return CProgram.compile();
    } catch (UnsupportedOperationException missing) {
      notes.add("without C programs, and so without ratios: " + missing.getMessage());
      return null;
    }
  }

  /// What measures a contestant once.
  private interface Measurement {
    void run() throws IOException;
  }

  private void turn(String contestant, Measurement measurement) {
    if (absent.contains(contestant)) {
      return;
    }
    progress.print(" " + contestant);
    progress.flush();
    try {
      measurement.run();
    } catch (UnsupportedOperationException | IOException failure) {
      absent.add(contestant);
      notes.add("without " + contestant + ": " + failure.getMessage());
    }
  }

  private void measure(CProgram program, NativeLibrary library) throws IOException {
    for (Column column : columns) {
      samples.add(
          CProgram.PREFIX + library.id(), column.name(), program.run(library, column, plan));
    }
  }

  private void measure(String contestant) throws IOException {
    for (List<Column> part : plan.parted(columns)) {
      for (Map.Entry<Column, Outcome> each : Turn.take(contestant, part, plan).entrySet()) {
        String column = each.getKey().name();
        switch (each.getValue()) {
          case Outcome.Time time -> samples.add(contestant, column, time.nanos());
          case Outcome.Refusal refusal ->
              notes.add("without " + column + " of " + contestant + ": " + refusal.reason());
        }
      }
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("ns per block, and how many times the best C program's; medians of the rounds");
    lines.add("");
    lines.addAll(new Standings(samples, columns).lines());
    if (!notes.isEmpty()) {
      lines.add("");
      lines.addAll(notes);
    }
    return lines;
  }
}
