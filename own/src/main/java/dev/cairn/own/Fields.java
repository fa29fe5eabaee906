package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The access to one primitive in memory, as the classes call it that [StructClass] makes.
final class Fields {
  private Fields() {}

  static boolean booleanAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_BOOLEAN, offset);
  }

  static byte byteAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_BYTE, offset);
  }

  static char charAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_CHAR_UNALIGNED, offset);
  }

  static short shortAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
  }

  static int intAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
  }

  static long longAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
  }

  static float floatAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
  }

  static double doubleAt(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset);
  }

  static void put(MemorySegment memory, long offset, boolean value) {
    memory.set(ValueLayout.JAVA_BOOLEAN, offset, value);
  }

  static void put(MemorySegment memory, long offset, byte value) {
    memory.set(ValueLayout.JAVA_BYTE, offset, value);
  }

  static void put(MemorySegment memory, long offset, char value) {
    memory.set(ValueLayout.JAVA_CHAR_UNALIGNED, offset, value);
  }

  static void put(MemorySegment memory, long offset, short value) {
    memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, value);
  }

  static void put(MemorySegment memory, long offset, int value) {
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value);
  }

  static void put(MemorySegment memory, long offset, long value) {
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
  }

  static void put(MemorySegment memory, long offset, float value) {
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, value);
  }

  static void put(MemorySegment memory, long offset, double value) {
    memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, value);
  }

  static void zero(MemorySegment memory, long offset, long byteSize) {
    memory.asSlice(offset, byteSize).fill((byte) 0);
  }
}
