package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.trace.OnDamage;
import dev.cairn.trace.Reading;
import dev.cairn.trace.Recordings;
import dev.cairn.trace.Trace;
import dev.cairn.trace.TraceReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What the commands that read traces have in common: how a trace is named, and read.
final class TraceArguments {
  /// What stands before the name of a recording, where the name of a file could stand.
  private static final String RECORDING = "recording:";

  /// What a command that takes a trace says of it.
  static final String TRACE =
      "A file in any format that Cairn reads, gzipped or not; or recording:NAME for one that comes"
          + " with Cairn: ${COMPLETION-CANDIDATES}.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--lenient",
      description = "Skips damaged lines and says how many, instead of refusing the file.")
  private boolean lenient;

  /// The names of the recordings.
  static final class RecordingNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Recordings.list().iterator();
    }
  }

  /// Reads traces, and says on standard error what was left out of them.
  List<Trace> read(List<String> arguments) throws IOException {
    List<Trace> traces = new ArrayList<>();
    for (String argument : arguments) {
      traces.add(read(argument));
    }
    return traces;
  }

  /// Reads a trace, and says on standard error what was left out of it.
  Trace read(String argument) throws IOException {
    Trace trace = argument.startsWith(RECORDING) ? recording(argument) : file(argument);
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

  private Trace file(String argument) throws IOException {
    return TraceReader.read(Path.of(argument), lenient ? OnDamage.SKIP : OnDamage.REFUSE);
  }

  private Trace recording(String argument) {
    try {
      return Recordings.open(argument.substring(RECORDING.length()));
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          command.commandLine(), String.valueOf(unknown.getMessage()), unknown);
    }
  }
}
