package dev.cairn.cli;

import dev.cairn.cli.doctor.Check;
import dev.cairn.cli.doctor.Finding;
import dev.cairn.cli.doctor.Finding.Standing;
import dev.cairn.cli.doctor.LocalMachine;
import dev.cairn.cli.doctor.Machine;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `cairn doctor`: what this machine has, and what to add.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Says what this machine has of what Cairn uses, and what to add.",
      "",
      "ok is there; add could be added; FIX is missing and needed; ? is not known on this system."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Machine machine;

  @Spec private CommandSpec spec = CommandSpec.create();

  DoctorCommand() {
    this(new LocalMachine());
  }

  DoctorCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    return report(spec.commandLine().getOut());
  }

  int report(PrintWriter out) {
    List<Finding> findings = Check.all().examine(machine);
    for (Finding finding : findings) {
      out.printf(
          "%-3s  %-13s  %s%n", finding.standing().mark(), finding.subject(), finding.detail());
      if (!finding.advice().isEmpty()) {
        out.printf("%20s%s%n", "", finding.advice());
      }
    }
    out.println();
    long needed = count(findings, Standing.NEEDED);
    if (needed > 0) {
      out.println("Cairn cannot run in full here: see FIX.");
      return 1;
    }
    long optional = count(findings, Standing.OPTIONAL);
    out.println(
        "Cairn can run in full here." + (optional > 0 ? " Could be added: " + optional + "." : ""));
    return 0;
  }

  private static long count(List<Finding> findings, Standing standing) {
    return findings.stream().filter(finding -> finding.standing() == standing).count();
  }
}
