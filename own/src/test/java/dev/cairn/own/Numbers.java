package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/// A [Vec] or a list of primitives, as a list of small numbers: so one test can be for all.
abstract class Numbers implements AutoCloseable {
  /// The kinds of lists.
  enum Kind {
    /// `Vec`s of boxed numbers.
    VEC,
    /// `VecOfInt`s.
    INT,
    /// `VecOfLong`s.
    LONG,
    /// `VecOfDouble`s.
    DOUBLE,
    /// `VecOfByte`s.
    BYTE
  }

  /// Makes a list.
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // it is closed with what is answered
  static Numbers in(Allocator allocator, Kind kind) {
    return switch (kind) {
      case VEC -> new Boxed(Vec.in(allocator, Elements.LONG));
      case INT -> new NumbersInInt(VecOfInt.in(allocator));
      case LONG -> new NumbersInLong(VecOfLong.in(allocator));
      case DOUBLE -> new NumbersInDouble(VecOfDouble.in(allocator));
      case BYTE -> new NumbersInByte(VecOfByte.in(allocator));
    };
  }

  /// The list.
  abstract Sequence vec();

  @Override
  public void close() {
    vec().close();
  }

  abstract long get(long index);

  abstract void set(long index, long value);

  abstract void push(long value);

  abstract long pop();

  abstract void insert(long index, long value);

  abstract long remove(long index);

  abstract long swapRemove(long index);

  abstract void extend(long... values);

  abstract void extendFromWithin(long from, long to);

  /// Splits the tail off and appends it again.
  abstract void splitAndJoin(long at);

  abstract void resize(long newSize, long value);

  abstract void fill(long value);

  abstract void retain(LongPredicate test);

  abstract void dedup();

  abstract void sort();

  abstract long binarySearch(long value);

  abstract long indexOf(long value);

  abstract long lastIndexOf(long value);

  abstract boolean contains(long value);

  /// Hands the elements out by an iterator.
  abstract List<Long> toList();

  private static final class Boxed extends Numbers {
    private final Vec<Long> vec;

    Boxed(Vec<Long> vec) {
      this.vec = vec;
    }

    @Override
    Sequence vec() {
      return vec;
    }

    @Override
    long get(long index) {
      return vec.get(index);
    }

    @Override
    void set(long index, long value) {
      vec.set(index, value);
    }

    @Override
    void push(long value) {
      vec.push(value);
    }

    @Override
    long pop() {
      return vec.pop();
    }

    @Override
    void insert(long index, long value) {
      vec.insert(index, value);
    }

    @Override
    long remove(long index) {
      return vec.remove(index);
    }

    @Override
    long swapRemove(long index) {
      return vec.swapRemove(index);
    }

    @Override
    void extend(long... values) {
      vec.extend(LongStream.of(values).boxed().toList());
    }

    @Override
    void extendFromWithin(long from, long to) {
      vec.extendFromWithin(from, to);
    }

    @Override
    void splitAndJoin(long at) {
      try (Vec<Long> tail = vec.splitOff(at)) {
        vec.append(tail);
      }
    }

    @Override
    void resize(long newSize, long value) {
      vec.resize(newSize, value);
    }

    @Override
    void fill(long value) {
      vec.fill(value);
    }

    @Override
    void retain(LongPredicate test) {
      vec.retain(test::test);
    }

    @Override
    void dedup() {
      vec.dedup();
    }

    @Override
    void sort() {
      vec.sort(Comparator.naturalOrder());
    }

    @Override
    long binarySearch(long value) {
      return vec.binarySearch(value, Comparator.naturalOrder());
    }

    @Override
    long indexOf(long value) {
      return vec.indexOf(value);
    }

    @Override
    long lastIndexOf(long value) {
      return vec.lastIndexOf(value);
    }

    @Override
    boolean contains(long value) {
      return vec.contains(value);
    }

    @Override
    List<Long> toList() {
      List<Long> values = new ArrayList<>();
      for (var i = vec.iterator(); i.hasNext(); ) {
        values.add(i.next());
      }
      return values;
    }
  }
}
