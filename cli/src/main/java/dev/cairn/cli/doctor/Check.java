package dev.cairn.cli.doctor;

import java.util.List;

/// A question about one subject that a machine is asked.
@FunctionalInterface
public interface Check {

  /// Asks.
  ///
  /// @param machine the machine
  /// @return what was found; at least one finding
  List<Finding> examine(Machine machine);

  /// Every check there is, as one.
  ///
  /// @return the check
  static Check all() {
    List<Check> checks =
        List.of(new JvmCheck(), new MemoryCheck(), new AllocatorCheck(), new ToolCheck());
    return machine -> checks.stream().flatMap(check -> check.examine(machine).stream()).toList();
  }
}
