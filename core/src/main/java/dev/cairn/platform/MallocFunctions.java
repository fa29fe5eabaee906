package dev.cairn.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// The malloc family of one native library. Addresses are numbers; zero is null.
///
/// A function that the library lacks is refused when it is called, not before, so that a library
/// which is not complete can be used for what it has.
///
/// @param library the name or path that was asked for
/// @param malloc takes a size; answers the block or null
/// @param calloc takes a count and a size; answers a zeroed block or null
/// @param realloc takes a block and a new size; answers the block, perhaps moved, or null
/// @param alignedAlloc takes an alignment and a size that is a multiple of it
/// @param free takes a block
/// @param usableSizeOrNull takes a block; answers how many bytes of it may be used; null where the
///     library does not tell
public record MallocFunctions(
    String library,
    LongUnaryOperator malloc,
    LongBinaryOperator calloc,
    LongBinaryOperator realloc,
    LongBinaryOperator alignedAlloc,
    LongConsumer free,
    @Nullable LongUnaryOperator usableSizeOrNull) {

  /// The alignment of blocks of `malloc`, `calloc` and `realloc` that are at least as large: that
  /// of C's `max_align_t` on all 64-bit platforms. Smaller blocks may be aligned to their size
  /// only.
  public static final long MALLOC_ALIGNMENT = 16;

  // Where well-known libraries are, by the names that their packages give the file.
  private static final Map<String, List<String>> FILES =
      Map.of(
          "jemalloc", List.of("libjemalloc.so.2", "libjemalloc.2.dylib", "jemalloc.dll"),
          "mimalloc",
              List.of(
                  "libmimalloc.so.3",
                  "libmimalloc.so.2",
                  "libmimalloc.so.2.0",
                  "libmimalloc.dylib",
                  "mimalloc.dll"),
          "tcmalloc",
              List.of("libtcmalloc_minimal.so.4", "libtcmalloc.so.4", "libtcmalloc_minimal.dylib"));

  // Libraries that can stand beside libc's malloc give theirs a prefix.
  private static final List<String> PREFIXES = List.of("mi_", "tc_", "je_", "");

  /// The C library's own functions.
  ///
  /// @return the functions
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static MallocFunctions libc() {
    return Libc.FUNCTIONS;
  }

  /// The functions of a library.
  ///
  /// @param nameOrPath `libc`, `jemalloc`, `mimalloc`, `tcmalloc`, another library's name without
  ///     `lib` and suffix, or the path of its file
  /// @return the functions
  /// @throws IllegalArgumentException if there is no such library, or it has no malloc of its own
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static MallocFunctions of(String nameOrPath) {
    return nameOrPath.equals("libc")
        ? libc()
        : bind(new Binder(nameOrPath, open(nameOrPath), false));
  }

  /// How many bytes of a block may be used.
  ///
  /// @param address the address of a live block
  /// @param byteSize the size that was asked for
  /// @return the size that it really has; `byteSize` where the library does not tell
  public long usableSize(long address, long byteSize) {
    return usableSizeOrNull == null
        ? byteSize
        : Math.max(byteSize, usableSizeOrNull.applyAsLong(address));
  }

  private static MallocFunctions bind(Binder binder) {
    String prefix =
        PREFIXES.stream()
            .filter(p -> binder.symbols.find(p + "malloc").isPresent())
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(binder.library + " has no malloc"));
    return new MallocFunctions(
        binder.library,
        binder.bind(LongUnaryOperator.class, 1, prefix + "malloc"),
        binder.bind(LongBinaryOperator.class, 2, prefix + "calloc"),
        binder.bind(LongBinaryOperator.class, 2, prefix + "realloc"),
        binder.bind(LongBinaryOperator.class, 2, prefix + "aligned_alloc", prefix + "memalign"),
        binder.bind(LongConsumer.class, 1, prefix + "free"),
        binder.bindIfPresent(
            LongUnaryOperator.class,
            1,
            prefix + "malloc_usable_size",
            prefix + "usable_size",
            prefix + "malloc_size",
            "_msize"));
  }

  private static SymbolLookup open(String nameOrPath) {
    if (nameOrPath.indexOf('/') >= 0 || nameOrPath.indexOf('\\') >= 0) {
      return requireOwnMalloc(nameOrPath, load(Path.of(nameOrPath).toString()));
    }
    List<String> files = FILES.getOrDefault(nameOrPath, List.of(System.mapLibraryName(nameOrPath)));
    IllegalArgumentException failure = null;
    for (String file : files) {
      try {
        return requireOwnMalloc(nameOrPath, load(file));
      } catch (IllegalArgumentException notThere) {
        failure = notThere;
      }
    }
    throw new IllegalArgumentException(
        "no library "
            + nameOrPath
            + " among "
            + String.join(", ", files)
            + ": install it, or give the path of its file",
        failure);
  }

  /// Refuses a library whose only malloc is the C library's, which it depends on.
  private static SymbolLookup requireOwnMalloc(String library, SymbolLookup symbols) {
    for (String prefix : PREFIXES) {
      Optional<MemorySegment> malloc = symbols.find(prefix + "malloc");
      if (malloc.isPresent() && !isLibcs(prefix + "malloc", malloc)) {
        return symbols;
      }
    }
    throw new IllegalArgumentException(library + " has no malloc of its own");
  }

  /// Whether a symbol is the C library's. A look-up goes on in what a library depends on.
  private static boolean isLibcs(String name, Optional<MemorySegment> symbol) {
    return symbol.equals(Linker.nativeLinker().defaultLookup().find(name));
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup load(String file) {
    try {
      // SAFETY: loading runs the library's initialisers. The caller named it; it stays for good.
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalCallerException refusal) {
      throw NativeAccess.denied("loading " + file, refusal);
    }
  }

  /// Binds functions of longs to interfaces.
  private record Binder(String library, SymbolLookup symbols, boolean isLibc) {
    <T> @Nullable T bindIfPresent(Class<T> type, int parameters, String... names) {
      for (String name : names) {
        Optional<MemorySegment> symbol = symbols.find(name);
        if (symbol.isPresent() && (isLibc || !isLibcs(name, symbol))) {
          // A proxy of a constant handle has a class of its own, which compilers see through.
          return MethodHandleProxies.asInterfaceInstance(
              type, link(symbol.get(), type != LongConsumer.class, parameters));
        }
      }
      return null;
    }

    <T> T bind(Class<T> type, int parameters, String... names) {
      T bound = bindIfPresent(type, parameters, names);
      if (bound != null) {
        return bound;
      }
      UnsupportedOperationException missing =
          new UnsupportedOperationException(
              library
                  + " has no "
                  + String.join(" or ", names)
                  + ": use another library, or do without this call");
      MethodHandle thrower =
          MethodHandles.throwException(
              type == LongConsumer.class ? void.class : long.class,
              UnsupportedOperationException.class);
      MethodHandle refuser = thrower.bindTo(missing);
      return MethodHandleProxies.asInterfaceInstance(
          type,
          MethodHandles.dropArguments(refuser, 0, Collections.nCopies(parameters, long.class)));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(MemorySegment symbol, boolean answers, int parameters) {
      MemoryLayout[] longs = new MemoryLayout[parameters];
      Arrays.fill(longs, ValueLayout.JAVA_LONG);
      try {
        // SAFETY: size_t and pointers are passed as 64-bit integers are, on every platform that
        // has this API; the signatures are those of the C standard and of malloc_usable_size(3).
        return Linker.nativeLinker()
            .downcallHandle(
                symbol,
                answers
                    ? FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs)
                    : FunctionDescriptor.ofVoid(longs));
      } catch (IllegalCallerException refusal) {
        throw NativeAccess.denied("calling the C library", refusal);
      }
    }
  }

  /// Bound when first asked for.
  private static final class Libc {
    static final MallocFunctions FUNCTIONS =
        bind(new Binder("libc", Linker.nativeLinker().defaultLookup(), true));
  }
}
