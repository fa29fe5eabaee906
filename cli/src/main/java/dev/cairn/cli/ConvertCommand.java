package dev.cairn.cli;

import dev.cairn.cli.text.Amount;
import dev.cairn.trace.Trace;
import dev.cairn.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cairn convert`: writes a trace in Cairn's own format.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Writes a trace in Cairn's own compact text format.")
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceArguments traces = new TraceArguments();

  @Parameters(
      index = "0",
      paramLabel = "TRACE",
      description = TraceArguments.TRACE,
      completionCandidates = TraceArguments.RecordingNames.class)
  private String from = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The file to write, gzipped if its name ends in .gz. It must not be there yet.")
  private Path to = Path.of("");

  @Override
  public Integer call() throws IOException {
    if (Files.exists(to)) {
      throw new ParameterException(
          spec.commandLine(), to + " is there already: remove it, or name another file");
    }
    Trace trace = traces.read(from);
    TraceWriter.write(trace, to);
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s operations in %s%n",
            to, Amount.count(trace.operations()), Amount.bytes(Files.size(to)));
    return 0;
  }
}
