package dev.cairn.unsafe;

import java.lang.foreign.MemorySegment;

/// One segment over every address there is.
final class AllMemory {
  static final MemorySegment SEGMENT = open();

  private AllMemory() {}

  @SuppressWarnings("restricted")
  private static MemorySegment open() {
    try {
      // SAFETY: none. Whoever uses this module answers for each address.
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    } catch (IllegalCallerException refusal) {
      Module module = AllMemory.class.getModule();
      throw new IllegalCallerException(
          "access by address needs native access: start the JVM with --enable-native-access="
              + (module.isNamed() ? "dev.cairn.core,dev.cairn.unsafe" : "ALL-UNNAMED"),
          refusal);
    }
  }
}
