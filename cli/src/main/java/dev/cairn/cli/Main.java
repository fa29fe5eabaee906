package dev.cairn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `cairn` command.
@Command(
    name = "cairn",
    description = "Explicit memory for Java: tools to look at it, record it and compare it.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      TourCommand.class,
      StatsCommand.class,
      ReplayCommand.class,
      SizeCommand.class,
      ConvertCommand.class,
      BenchCommand.class,
      PausesCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "cairn test [ARGUMENT...] builds everything and runs every test; what follows goes to Maven."
    })
public final class Main implements Callable<Integer> {
  private static final int WIDTH = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /// Says what the commands are: none was named.
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return 2;
  }

  /// Runs the command and ends the JVM with its exit code.
  ///
  /// @param arguments the arguments
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /// Runs the command.
  ///
  /// @param out where results go
  /// @param err where everything else goes
  /// @param arguments the arguments
  /// @return the exit code: 0, 1 if what was asked for failed, 2 if it was asked for wrongly
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine command = new CommandLine(new Main());
    describe(command.getCommandSpec());
    command.getSubcommands().values().forEach(each -> describe(each.getCommandSpec()));
    return command
        .setOut(out)
        .setErr(err)
        .setUsageHelpWidth(WIDTH)
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(Main::failed)
        .execute(arguments);
  }

  private static void describe(CommandSpec spec) {
    Map<String, String> exitCodes = new LinkedHashMap<>();
    exitCodes.put("0", "it worked");
    exitCodes.put("1", "it failed; what failed is on standard error");
    exitCodes.put("2", "the arguments are wrong");
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes);
  }

  private static int misused(CommandLine.ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + misuse.getMessage());
    command.getErr().println("Try '" + name + " --help'.");
    return 2;
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + message(failure));
    if (!isExpected(failure)) {
      failure.printStackTrace(err);
    }
    return 1;
  }

  /// Whether a failure is the world's, not Cairn's: then where it was found is of no use.
  private static boolean isExpected(Exception failure) {
    return failure instanceof IOException || failure instanceof IllegalArgumentException;
  }

  private static String message(Exception failure) {
    // Some of the JDK's exceptions on files have the file for a message, and nothing else.
    return switch (failure) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException missing when missing.getReason() == null ->
          missing.getFile() + ": no such file or folder";
      default -> String.valueOf(failure.getMessage());
    };
  }

  /// The version that the module was built as.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Main.class.getModule().getDescriptor().rawVersion().orElse("of an unknown version");
      return new String[] {"cairn " + version + ", on Java " + Runtime.version()};
    }
  }
}
