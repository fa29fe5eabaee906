package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.trace.OnDamage;
import dev.cairn.trace.Reading;
import dev.cairn.trace.Trace;
import dev.cairn.trace.TraceReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What the commands that read traces have in common.
final class TraceArguments {
  /// What a command that takes traces says of them.
  static final String TRACES =
      "A trace: a file in any format that Cairn reads, gzipped or not, or recording:NAME for one"
          + " that comes with Cairn (cairn stats recording: lists them).";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--lenient",
      description = "Skips damaged lines and says how many, instead of refusing the file.")
  private boolean lenient;

  /// Reads a trace, and says on standard error what was left out of it.
  Trace read(String argument) throws IOException {
    Trace trace = TraceReader.read(Path.of(argument), lenient ? OnDamage.SKIP : OnDamage.REFUSE);
    PrintWriter err = command.commandLine().getErr();
    Reading reading = trace.reading();
    if (reading.damaged() > 0) {
      err.println(
          argument + ": skipped " + Amount.count(reading.damaged()) + " damaged, the first:");
      reading.firstDamage().forEach(damage -> err.println("  " + damage));
    }
    reading.notes().forEach(note -> err.println(argument + ": " + note));
    return trace;
  }
}
