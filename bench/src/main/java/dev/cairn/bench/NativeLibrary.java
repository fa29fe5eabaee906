package dev.cairn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;

/// A native library with a malloc.
enum NativeLibrary {
  /// The C library of the system.
  LIBC("", List.of()),
  /// jemalloc.
  JEMALLOC("", List.of("libjemalloc.so.2", "libjemalloc.2.dylib")),
  /// mimalloc.
  MIMALLOC("mi_", List.of("libmimalloc.so.3", "libmimalloc.so.2", "libmimalloc.dylib")),
  /// tcmalloc of gperftools.
  TCMALLOC("tc_", List.of("libtcmalloc_minimal.so.4", "libtcmalloc_minimal.dylib"));

  private final String prefix;
  private final List<String> files;

  NativeLibrary(String prefix, List<String> files) {
    this.prefix = prefix;
    this.files = files;
  }

  /// Its name, as arguments have it.
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The names its file may have; none for the C library, which is always loaded.
  List<String> files() {
    return files;
  }

  /// Finds one of its functions, loading the library if need be.
  ///
  /// @param name the function's name in the C standard
  /// @return the function
  /// @throws UnsupportedOperationException if the library is not on this machine
  MemorySegment function(String name) {
    return symbols()
        .find(prefix + name)
        .or(() -> symbols().find(name))
        .orElseThrow(() -> new UnsupportedOperationException(id() + " has no " + name));
  }

  private SymbolLookup symbols() {
    return files.isEmpty() ? Linker.nativeLinker().defaultLookup() : load();
  }

  @SuppressWarnings("restricted")
  private SymbolLookup load() {
    IllegalArgumentException failure = null;
    for (String file : files) {
      try {
        // SAFETY: the library's initializers do no more than set up its heap.
        return SymbolLookup.libraryLookup(file, Arena.global());
      } catch (IllegalArgumentException notThere) {
        failure = notThere;
      }
    }
    throw new UnsupportedOperationException(
        "no " + String.join(" or ", files) + " on this machine", failure);
  }
}
