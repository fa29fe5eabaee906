package dev.cairn.cli.doctor;

import java.nio.file.Path;
import java.util.List;

/// What a check may ask of the machine it runs on.
public interface Machine {

  /// A system property of the JVM.
  ///
  /// @param name its name
  /// @return its value; empty text if it is not set
  String property(String name);

  /// A variable of the environment.
  ///
  /// @param name its name
  /// @return its value; empty text if it is not set
  String environment(String name);

  /// Whether a module may call restricted methods.
  ///
  /// @param module the module's name
  /// @return true if it may
  boolean hasNativeAccess(String module);

  /// Whether the heap of a native library works from Java.
  ///
  /// @param library its name, as [dev.cairn.memory.SystemAllocator#ofConfined(String)] takes it
  /// @return true if a block could be allocated and freed
  boolean canAllocateWith(String library);

  /// How many processors the JVM may use.
  ///
  /// @return the number
  int processors();

  /// How much memory the JVM may use: the machine's, or a container's limit if that is less.
  ///
  /// @return the size in bytes
  long memoryByteSize();

  /// What a small text file holds.
  ///
  /// @param file the file
  /// @return its lines; none if it cannot be read
  List<String> lines(Path file);

  /// The files in a folder.
  ///
  /// @param folder the folder
  /// @return their paths, in order; none if the folder cannot be read
  List<Path> files(Path folder);

  /// The operating system, as far as Cairn tells them apart.
  ///
  /// @return the system
  default Os os() {
    String name = property("os.name");
    return name.equals("Linux") ? Os.LINUX : name.startsWith("Mac") ? Os.MACOS : Os.OTHER;
  }

  /// The operating systems that Cairn tells apart.
  enum Os {
    /// Linux, with any C library.
    LINUX,
    /// macOS.
    MACOS,
    /// Any other.
    OTHER
  }
}
