package dev.cairn.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A machine that has what a test puts on it.
public final class MadeMachine implements Machine {
  public final Map<String, String> properties = new HashMap<>();
  public final Map<String, String> environment = new HashMap<>();
  public final Map<Path, List<String>> texts = new HashMap<>();
  public final List<Path> files = new ArrayList<>();
  public final Set<String> nativeModules = new HashSet<>();
  public final Set<String> libraries = new HashSet<>();
  public long memoryByteSize = 8L << 30;

  /// A Linux machine with all that Cairn needs, and nothing else.
  public static MadeMachine linux() {
    MadeMachine machine = new MadeMachine();
    machine.properties.putAll(
        Map.of(
            "os.name", "Linux",
            "os.version", "6.12",
            "os.arch", "amd64",
            "sun.arch.data.model", "64",
            "java.specification.version", "25",
            "java.vm.version", "25.0.1+8",
            "java.vendor", "Someone",
            "java.home", "/jdks/25"));
    machine.environment.put("PATH", "/usr/local/bin:/usr/bin");
    machine.nativeModules.addAll(Set.of("dev.cairn.core", "dev.cairn.unsafe"));
    machine.libraries.add("libc");
    machine.texts.put(
        Path.of("/proc/meminfo"),
        List.of(
            "MemTotal:        8388608 kB",
            "MemAvailable:    4194304 kB",
            "HugePages_Total:       3",
            "Hugepagesize:       2048 kB"));
    machine.texts.put(
        Path.of("/proc/self/smaps"),
        List.of("5617-5619 r--p 00000000 fe:00 26 /bin/java", "KernelPageSize:       16 kB"));
    machine.texts.put(
        Path.of("/sys/kernel/mm/transparent_hugepage/enabled"), List.of("always [madvise] never"));
    return machine;
  }

  @Override
  public String property(String name) {
    return properties.getOrDefault(name, "");
  }

  @Override
  public String environment(String name) {
    return environment.getOrDefault(name, "");
  }

  @Override
  public boolean hasNativeAccess(String module) {
    return nativeModules.contains(module);
  }

  @Override
  public boolean canAllocateWith(String library) {
    return libraries.contains(library);
  }

  @Override
  public int processors() {
    return 2;
  }

  @Override
  public long memoryByteSize() {
    return memoryByteSize;
  }

  @Override
  public List<String> lines(Path file) {
    return texts.getOrDefault(file, List.of());
  }

  @Override
  public List<Path> files(Path folder) {
    return files.stream().filter(file -> folder.equals(file.getParent())).sorted().toList();
  }
}
