package dev.cairn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/// The cores that this process may use.
///
/// Two threads that happen to share a core, because others are busy, take turns, and do not get in
/// each other's way: what they do together would seem to be faster than it is.
final class Core {
  // A cpu_set_t.
  private static final int MASK_BYTES = 128;

  private static final FunctionDescriptor AFFINITY =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);

  private static final SymbolLookup SYSTEM = Linker.nativeLinker().defaultLookup();
  private static final boolean KNOWN = SYSTEM.find("sched_setaffinity").isPresent();
  // As it was before any thread was kept anywhere: threads inherit.
  private static final BitSet ALLOWED = allowed();

  private Core() {}

  private static BitSet allowed() {
    if (!KNOWN) {
      return new BitSet();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      call("sched_getaffinity", mask);
      return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /// Keeps the current thread on one of them. Does nothing where the system has no such call, and
  /// where there are not as many.
  ///
  /// @param which which core, from 0
  static void keepTo(int which) {
    ALLOWED.stream().skip(which).findFirst().ifPresent(Core::keepToCore);
  }

  private static void keepToCore(int core) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      mask.set(ValueLayout.JAVA_BYTE, core / Byte.SIZE, (byte) (1 << (core % Byte.SIZE)));
      call("sched_setaffinity", mask);
    }
  }

  @SuppressWarnings("restricted")
  private static void call(String name, MemorySegment mask) {
    // SAFETY: the type is that of sched_setaffinity(2); the mask is as large as is said.
    MethodHandle handle = Linker.nativeLinker().downcallHandle(SYSTEM.findOrThrow(name), AFFINITY);
    try {
      int _ = (int) handle.invokeExact(0, (long) MASK_BYTES, mask);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
