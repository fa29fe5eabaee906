package dev.cairn.own;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Objects;

/// An element that lies in memory as a type of C does.
///
/// These are records, whose fields C2 takes for constants where the record is one. `where` names
/// the component that an element is of, for messages.
sealed interface CElement<T> extends Element<T> {
  /// The C type.
  MemoryLayout layout();

  @Override
  default long byteSize() {
    return layout().byteSize();
  }

  @Override
  default long byteAlignment() {
    return layout().byteAlignment();
  }

  /// The layout of any element: bytes, if nothing is known of it but the size.
  static MemoryLayout layoutOf(Element<?> element) {
    return switch (element) {
      case Struct<?> struct -> struct.layout();
      case CElement<?> known -> known.layout();
      default ->
          MemoryLayout.sequenceLayout(element.byteSize(), ValueLayout.JAVA_BYTE)
              .withByteAlignment(element.byteAlignment());
    };
  }

  private static void requireLength(String where, int length, int given) {
    if (given != length) {
      throw new IllegalArgumentException(
          "an array of "
              + given
              + " as "
              + where
              + ", which has room for "
              + length
              + ": pass one of exactly @Length("
              + length
              + ")");
    }
  }

  /// A constant of an enum: its ordinal, as an `int`.
  @SuppressWarnings("EnumOrdinal") // so does C
  record Enums<E extends Enum<E>>(Class<E> type, List<E> constants, String where)
      implements CElement<E> {
    @Override
    public MemoryLayout layout() {
      return ValueLayout.JAVA_INT;
    }

    @Override
    public E get(MemorySegment memory, long offset) {
      int ordinal = Fields.intAt(memory, offset);
      if (Integer.compareUnsigned(ordinal, constants.size()) >= 0) {
        throw unknown(ordinal);
      }
      return constants.get(ordinal);
    }

    private IllegalStateException unknown(int ordinal) {
      return new IllegalStateException(
          "the ordinal "
              + ordinal
              + ", in "
              + where
              + ", is of no constant of "
              + type.getName()
              + ", which has "
              + constants.size()
              + ": check what wrote it, or declare the component as int");
    }

    @Override
    public void set(MemorySegment memory, long offset, E value) {
      Fields.put(memory, offset, value.ordinal());
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, E value) {
      return Fields.intAt(memory, offset) == value.ordinal();
    }
  }

  /// An address. Accessed as the 64-bit number that it is: C2 gets lost in the many layers under
  /// ADDRESS.
  record Pointers(String where) implements CElement<MemorySegment> {
    @Override
    public MemoryLayout layout() {
      return ValueLayout.ADDRESS;
    }

    @Override
    public MemorySegment get(MemorySegment memory, long offset) {
      return MemorySegment.ofAddress(Fields.longAt(memory, offset));
    }

    @Override
    public void set(MemorySegment memory, long offset, MemorySegment value) {
      if (!value.isNative()) {
        throw new IllegalArgumentException(
            value + " as " + where + " has no address: point to native memory");
      }
      Fields.put(memory, offset, value.address());
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, MemorySegment value) {
      return value.isNative() && Fields.longAt(memory, offset) == value.address();
    }
  }

  /// An array of primitives, but not of `boolean`s.
  ///
  /// @param <A> the type of the array
  /// @param element its elements, unaligned
  record PrimitiveArrays<A>(ValueLayout element, int length, String where) implements CElement<A> {
    @Override
    public MemoryLayout layout() {
      return MemoryLayout.sequenceLayout(length, element.withByteAlignment(element.byteSize()));
    }

    @Override
    @SuppressWarnings("unchecked") // the carrier is the component type of A
    public A get(MemorySegment memory, long offset) {
      Object array = Array.newInstance(element.carrier(), length);
      MemorySegment.copy(memory, element, offset, array, 0, length);
      return (A) array;
    }

    @Override
    public void set(MemorySegment memory, long offset, A value) {
      requireLength(where, length, Array.getLength(value));
      MemorySegment.copy(value, 0, memory, element, offset, length);
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, A value) {
      return Objects.deepEquals(value, get(memory, offset));
    }
  }

  /// An array of `boolean`s, a byte each.
  record BooleanArrays(int length, String where) implements CElement<boolean[]> {
    @Override
    public MemoryLayout layout() {
      return MemoryLayout.sequenceLayout(length, ValueLayout.JAVA_BOOLEAN);
    }

    @Override
    public boolean[] get(MemorySegment memory, long offset) {
      boolean[] array = new boolean[length];
      for (int i = 0; i < length; i++) {
        array[i] = Fields.booleanAt(memory, offset + i);
      }
      return array;
    }

    @Override
    public void set(MemorySegment memory, long offset, boolean[] value) {
      requireLength(where, length, value.length);
      for (int i = 0; i < length; i++) {
        Fields.put(memory, offset + i, value[i]);
      }
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, boolean[] value) {
      return Objects.deepEquals(value, get(memory, offset));
    }
  }

  /// An array of objects, each as an element says.
  ///
  /// @param <E> the type of an element
  record ObjectArrays<E>(Class<E> type, Element<E> element, int length, String where)
      implements CElement<E[]> {
    @Override
    public MemoryLayout layout() {
      return MemoryLayout.sequenceLayout(length, layoutOf(element));
    }

    @Override
    public boolean owns() {
      return element.owns();
    }

    @Override
    public E[] get(MemorySegment memory, long offset) {
      E[] array = array();
      int read = 0;
      try {
        for (; read < length; read++) {
          array[read] = element.get(memory, at(offset, read));
        }
        return array;
      } catch (Throwable failure) {
        Drops drops = new Drops(failure);
        for (int i = 0; i < read; i++) {
          E value = array[i];
          drops.attempt(() -> end(element, value));
        }
        throw drops.failure();
      }
    }

    @Override
    public void set(MemorySegment memory, long offset, E[] value) {
      requireLength(where, length, value.length);
      int moved = 0;
      try {
        for (; moved < length; moved++) {
          int i = moved;
          Objects.requireNonNull(value[i], () -> "null in element " + i + " of " + where);
          element.set(memory, at(offset, i), value[i]);
        }
      } catch (Throwable failure) {
        Drops drops = new Drops(failure);
        long count = moved;
        drops.attempt(() -> Drops.range(element, memory, offset, count));
        throw drops.failure();
      }
    }

    @Override
    public E[] take(MemorySegment memory, long offset) {
      E[] array = array();
      int taken = 0;
      try {
        for (; taken < length; taken++) {
          array[taken] = element.take(memory, at(offset, taken));
        }
        return array;
      } catch (Throwable failure) {
        Drops drops = new Drops(failure);
        for (int i = 0; i < taken; i++) {
          E value = array[i];
          long at = at(offset, i);
          drops.attempt(() -> element.set(memory, at, value));
        }
        throw drops.failure();
      }
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      Drops.range(element, memory, offset, length);
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, E[] value) {
      boolean equal = value.length == length;
      for (int i = 0; equal && i < length; i++) {
        equal = element.isEqual(memory, at(offset, i), value[i]);
      }
      return equal;
    }

    private long at(long offset, int index) {
      return offset + index * element.byteSize();
    }

    @SuppressWarnings("unchecked") // it is the component type
    private E[] array() {
      return (E[]) Array.newInstance(type, length);
    }
  }

  /// Ends what a value owns that was read for nothing.
  @SuppressWarnings("unchecked") // the value is the element's
  static <T> void end(Element<T> element, T value) {
    switch (element) {
      case Struct<?> struct -> ((Struct<Record>) struct).end((Record) value);
      case ObjectArrays<?> arrays -> {
        Drops drops = new Drops();
        for (Object each : (Object[]) value) {
          drops.attempt(() -> end((Element<Object>) arrays.element(), each));
        }
        drops.rethrow();
      }
      default -> {
        if (element.owns() && value instanceof AutoCloseable closeable) {
          close(closeable);
        }
      }
    }
  }

  private static void close(AutoCloseable value) {
    try {
      value.close();
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new IllegalStateException("closing " + value + " failed", checked);
    }
  }
}
