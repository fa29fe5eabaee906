package dev.cairn.cli.doctor;

import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.memory.SystemAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The machine that this JVM runs on.
public final class LocalMachine implements Machine {
  /// Makes it.
  public LocalMachine() {}

  @Override
  public String property(String name) {
    return System.getProperty(name, "");
  }

  @Override
  public String environment(String name) {
    return Objects.requireNonNullElse(System.getenv(name), "");
  }

  @Override
  public boolean hasNativeAccess(String module) {
    return ModuleLayer.boot()
        .findModule(module)
        .orElse(LocalMachine.class.getModule())
        .isNativeAccessEnabled();
  }

  @Override
  public boolean canAllocateWith(String library) {
    try (SystemAllocator allocator = SystemAllocator.ofConfined(library)) {
      allocator.free(allocator.allocate(16, 16));
      return true;
    } catch (IllegalArgumentException
        | IllegalCallerException
        | UnsupportedOperationException
        | MemoryExhaustedException unusable) {
      return false;
    }
  }

  @Override
  public int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public long memoryByteSize() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  @Override
  public List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  @Override
  public List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
