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
      case INT -> new Ints(VecOfInt.in(allocator));
      case LONG -> new Longs(VecOfLong.in(allocator));
      case DOUBLE -> new Doubles(VecOfDouble.in(allocator));
      case BYTE -> new Bytes(VecOfByte.in(allocator));
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

  private static final class Ints extends Numbers {
    private final VecOfInt vec;

    Ints(VecOfInt vec) {
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
      vec.set(index, (int) value);
    }

    @Override
    void push(long value) {
      vec.push((int) value);
    }

    @Override
    long pop() {
      return vec.pop();
    }

    @Override
    void insert(long index, long value) {
      vec.insert(index, (int) value);
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
      vec.extend(LongStream.of(values).mapToInt(value -> (int) value).toArray());
    }

    @Override
    void extendFromWithin(long from, long to) {
      vec.extendFromWithin(from, to);
    }

    @Override
    void splitAndJoin(long at) {
      try (VecOfInt tail = vec.splitOff(at)) {
        vec.append(tail);
      }
    }

    @Override
    void resize(long newSize, long value) {
      vec.resize(newSize, (int) value);
    }

    @Override
    void fill(long value) {
      vec.fill((int) value);
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
      vec.sort();
    }

    @Override
    long binarySearch(long value) {
      return vec.binarySearch((int) value);
    }

    @Override
    long indexOf(long value) {
      return vec.indexOf((int) value);
    }

    @Override
    long lastIndexOf(long value) {
      return vec.lastIndexOf((int) value);
    }

    @Override
    boolean contains(long value) {
      return vec.contains((int) value);
    }

    @Override
    List<Long> toList() {
      List<Long> values = new ArrayList<>();
      for (var i = vec.iterator(); i.hasNext(); ) {
        values.add((long) i.nextInt());
      }
      return values;
    }
  }

  private static final class Longs extends Numbers {
    private final VecOfLong vec;

    Longs(VecOfLong vec) {
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
      vec.extend(values);
    }

    @Override
    void extendFromWithin(long from, long to) {
      vec.extendFromWithin(from, to);
    }

    @Override
    void splitAndJoin(long at) {
      try (VecOfLong tail = vec.splitOff(at)) {
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
      vec.retain(test);
    }

    @Override
    void dedup() {
      vec.dedup();
    }

    @Override
    void sort() {
      vec.sort();
    }

    @Override
    long binarySearch(long value) {
      return vec.binarySearch(value);
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
        values.add(i.nextLong());
      }
      return values;
    }
  }

  private static final class Doubles extends Numbers {
    private final VecOfDouble vec;

    Doubles(VecOfDouble vec) {
      this.vec = vec;
    }

    @Override
    Sequence vec() {
      return vec;
    }

    @Override
    long get(long index) {
      return (long) vec.get(index);
    }

    @Override
    void set(long index, long value) {
      vec.set(index, (double) value);
    }

    @Override
    void push(long value) {
      vec.push((double) value);
    }

    @Override
    long pop() {
      return (long) vec.pop();
    }

    @Override
    void insert(long index, long value) {
      vec.insert(index, (double) value);
    }

    @Override
    long remove(long index) {
      return (long) vec.remove(index);
    }

    @Override
    long swapRemove(long index) {
      return (long) vec.swapRemove(index);
    }

    @Override
    void extend(long... values) {
      vec.extend(LongStream.of(values).mapToDouble(value -> (double) value).toArray());
    }

    @Override
    void extendFromWithin(long from, long to) {
      vec.extendFromWithin(from, to);
    }

    @Override
    void splitAndJoin(long at) {
      try (VecOfDouble tail = vec.splitOff(at)) {
        vec.append(tail);
      }
    }

    @Override
    void resize(long newSize, long value) {
      vec.resize(newSize, (double) value);
    }

    @Override
    void fill(long value) {
      vec.fill((double) value);
    }

    @Override
    void retain(LongPredicate test) {
      vec.retain(value -> test.test((long) value));
    }

    @Override
    void dedup() {
      vec.dedup();
    }

    @Override
    void sort() {
      vec.sort();
    }

    @Override
    long binarySearch(long value) {
      return vec.binarySearch((double) value);
    }

    @Override
    long indexOf(long value) {
      return vec.indexOf((double) value);
    }

    @Override
    long lastIndexOf(long value) {
      return vec.lastIndexOf((double) value);
    }

    @Override
    boolean contains(long value) {
      return vec.contains((double) value);
    }

    @Override
    List<Long> toList() {
      List<Long> values = new ArrayList<>();
      for (var i = vec.iterator(); i.hasNext(); ) {
        values.add((long) i.nextDouble());
      }
      return values;
    }
  }

  private static final class Bytes extends Numbers {
    private final VecOfByte vec;

    Bytes(VecOfByte vec) {
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
      vec.set(index, (byte) value);
    }

    @Override
    void push(long value) {
      vec.push((byte) value);
    }

    @Override
    long pop() {
      return vec.pop();
    }

    @Override
    void insert(long index, long value) {
      vec.insert(index, (byte) value);
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
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
      }
      vec.extend(bytes);
    }

    @Override
    void extendFromWithin(long from, long to) {
      vec.extendFromWithin(from, to);
    }

    @Override
    void splitAndJoin(long at) {
      try (VecOfByte tail = vec.splitOff(at)) {
        vec.append(tail);
      }
    }

    @Override
    void resize(long newSize, long value) {
      vec.resize(newSize, (byte) value);
    }

    @Override
    void fill(long value) {
      vec.fill((byte) value);
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
      vec.sort();
    }

    @Override
    long binarySearch(long value) {
      return vec.binarySearch((byte) value);
    }

    @Override
    long indexOf(long value) {
      return vec.indexOf((byte) value);
    }

    @Override
    long lastIndexOf(long value) {
      return vec.lastIndexOf((byte) value);
    }

    @Override
    boolean contains(long value) {
      return vec.contains((byte) value);
    }

    @Override
    List<Long> toList() {
      List<Long> values = new ArrayList<>();
      for (var i = vec.iterator(); i.hasNext(); ) {
        values.add((long) i.nextInt());
      }
      return values;
    }
  }

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
