package dev.cairn.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/// The functions of an allocator that knows blocks by their addresses.
///
/// @param allocate takes a size, answers an address
/// @param allocateZeroed takes a size, answers the address of a zeroed block
/// @param free takes an address
record Functions(MethodHandle allocate, MethodHandle allocateZeroed, MethodHandle free) {
  private static final FunctionDescriptor MALLOC =
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final FunctionDescriptor CALLOC =
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG);

  /// The malloc family of a library, called through `java.lang.foreign`.
  ///
  /// @param library the library
  /// @param options of the calls
  /// @return the functions
  /// @throws UnsupportedOperationException if the library is not on this machine
  static Functions of(NativeLibrary library, Linker.Option... options) {
    return new Functions(
        link(library.function("malloc"), MALLOC, options),
        MethodHandles.insertArguments(link(library.function("calloc"), CALLOC, options), 0, 1L),
        link(library.function("free"), FREE, options));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(
      MemorySegment symbol, FunctionDescriptor type, Linker.Option... options) {
    // SAFETY: size_t and pointers are passed as 64-bit integers; the types are the C standard's.
    return Linker.nativeLinker().downcallHandle(symbol, type, options);
  }

  /// The JDK's Unsafe, for as long as there is one: looked up by name, so that this compiles
  /// without it.
  ///
  /// @return the functions
  /// @throws UnsupportedOperationException if this JDK has no such class
  static Functions ofUnsafe() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Object unsafe = field.get(null);
      MethodHandle allocate =
          lookup.bind(unsafe, "allocateMemory", MethodType.methodType(long.class, long.class));
      MethodHandle fill =
          lookup.bind(
              unsafe,
              "setMemory",
              MethodType.methodType(void.class, long.class, long.class, byte.class));
      MethodHandle zero = MethodHandles.insertArguments(fill, 2, (byte) 0);
      // (address, size) -> fill(address, size, 0), address; then address = allocate(size).
      MethodHandle zeroAndAnswer =
          MethodHandles.foldArguments(
              MethodHandles.dropArguments(MethodHandles.identity(long.class), 1, long.class), zero);
      return new Functions(
          allocate,
          MethodHandles.foldArguments(zeroAndAnswer, allocate),
          lookup.bind(unsafe, "freeMemory", MethodType.methodType(void.class, long.class)));
    } catch (ReflectiveOperationException | RuntimeException missing) {
      throw new UnsupportedOperationException("this JDK has no Unsafe for memory", missing);
    }
  }

  /// A contestant that calls these functions as constants, so that compilers inline the calls.
  ///
  /// @param slots how many slots it has
  /// @return the contestant
  Contestant contestant(int slots) {
    try (InputStream code =
        Functions.class.getResourceAsStream(FunctionContestant.class.getSimpleName() + ".class")) {
      if (code == null) {
        throw new IllegalStateException("the class file of FunctionContestant is missing");
      }
      // A class of its own for these functions: only a class's constants are constant to compilers.
      MethodHandles.Lookup own =
          MethodHandles.lookup().defineHiddenClassWithClassData(code.readAllBytes(), this, true);
      return (Contestant) own.lookupClass().getDeclaredConstructor(int.class).newInstance(slots);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
