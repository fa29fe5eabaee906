package dev.cairn.cli.doctor;

import java.util.List;

/// The JVM: which one it is, and what it lets Cairn do.
final class JvmCheck implements Check {
  private static final List<String> NATIVE_MODULES = List.of("dev.cairn.core", "dev.cairn.unsafe");

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(jdk(machine), system(machine), nativeAccess(machine), libc(machine));
  }

  private static Finding jdk(Machine machine) {
    String version = machine.property("java.specification.version");
    String detail =
        machine.property("java.vm.version")
            + " ("
            + machine.property("java.vendor")
            + ") in "
            + machine.property("java.home");
    return Integer.parseInt(version) >= 25
        ? Finding.present("JDK", detail)
        : Finding.needed("JDK", detail, "Cairn needs JDK 25 or later: set JAVA_HOME to one");
  }

  private static Finding system(Machine machine) {
    String detail =
        "%s %s (%s), processors: %d"
            .formatted(
                machine.property("os.name"),
                machine.property("os.version"),
                machine.property("os.arch"),
                machine.processors());
    return machine.property("sun.arch.data.model").equals("64")
        ? Finding.present("system", detail)
        : Finding.needed("system", detail, "Cairn needs addresses of 64 bits: use a 64-bit JDK");
  }

  private static Finding nativeAccess(Machine machine) {
    List<String> without =
        NATIVE_MODULES.stream().filter(module -> !machine.hasNativeAccess(module)).toList();
    return without.isEmpty()
        ? Finding.present("native access", "on for " + String.join(" and ", NATIVE_MODULES))
        : Finding.needed(
            "native access",
            "off for " + String.join(" and ", without),
            "start the JVM with --enable-native-access=" + String.join(",", NATIVE_MODULES));
  }

  private static Finding libc(Machine machine) {
    return machine.canAllocateWith("libc")
        ? Finding.present("libc", "malloc and free work from Java")
        : Finding.needed(
            "libc",
            "malloc and free do not work from Java",
            "the system allocator needs them: give native access, or use another C library");
  }
}
