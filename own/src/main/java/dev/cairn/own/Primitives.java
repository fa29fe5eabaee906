package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Primitives as elements, aligned to their size. Each is a class by itself, so that calls on a
/// constant are compiled into the access alone.
final class Primitives {
  private Primitives() {}

  /// Whether an element is one of these.
  static boolean has(Element<?> element) {
    return element.getClass().getNestHost() == Primitives.class;
  }

  static final class Ints implements Element<Integer> {
    @Override
    public long byteSize() {
      return Integer.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Integer.BYTES;
    }

    @Override
    public Integer get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Integer value) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value);
    }
  }

  static final class Longs implements Element<Long> {
    @Override
    public long byteSize() {
      return Long.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Long.BYTES;
    }

    @Override
    public Long get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Long value) {
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
    }
  }

  static final class Doubles implements Element<Double> {
    @Override
    public long byteSize() {
      return Double.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Double.BYTES;
    }

    @Override
    public Double get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Double value) {
      memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, value);
    }
  }

  static final class Floats implements Element<Float> {
    @Override
    public long byteSize() {
      return Float.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Float.BYTES;
    }

    @Override
    public Float get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Float value) {
      memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, value);
    }
  }

  static final class Shorts implements Element<Short> {
    @Override
    public long byteSize() {
      return Short.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Short.BYTES;
    }

    @Override
    public Short get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Short value) {
      memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, value);
    }
  }

  static final class Chars implements Element<Character> {
    @Override
    public long byteSize() {
      return Character.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Character.BYTES;
    }

    @Override
    public Character get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_CHAR_UNALIGNED, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Character value) {
      memory.set(ValueLayout.JAVA_CHAR_UNALIGNED, offset, value);
    }
  }

  static final class Bytes implements Element<Byte> {
    @Override
    public long byteSize() {
      return Byte.BYTES;
    }

    @Override
    public long byteAlignment() {
      return Byte.BYTES;
    }

    @Override
    public Byte get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_BYTE, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Byte value) {
      memory.set(ValueLayout.JAVA_BYTE, offset, value);
    }
  }

  static final class Booleans implements Element<Boolean> {
    @Override
    public long byteSize() {
      return 1;
    }

    @Override
    public long byteAlignment() {
      return 1;
    }

    @Override
    public Boolean get(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_BOOLEAN, offset);
    }

    @Override
    public void set(MemorySegment memory, long offset, Boolean value) {
      memory.set(ValueLayout.JAVA_BOOLEAN, offset, value);
    }
  }
}
