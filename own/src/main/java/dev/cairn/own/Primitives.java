package dev.cairn.own;

import dev.cairn.alloc.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Primitives as elements. Each is a class by itself, so that calls on a constant are compiled into
/// the access alone.
final class Primitives {
  private Primitives() {}

  static final class Ints implements Element<Integer> {
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_INT);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_LONG);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_DOUBLE);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_FLOAT);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_SHORT);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_CHAR);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_BYTE);

    @Override
    public Layout layout() {
      return LAYOUT;
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
    private static final Layout LAYOUT = Layout.of(ValueLayout.JAVA_BOOLEAN);

    @Override
    public Layout layout() {
      return LAYOUT;
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
