package dev.cairn.own;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// Numbers in a [VecOf$Type$].
@SuppressWarnings("cast") // what is one for another type is none for this
final class NumbersIn$Type$ extends Numbers {
  private final VecOf$Type$ vec;

  NumbersIn$Type$(VecOf$Type$ vec) {
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
    vec.set(index, ($type$) value);
  }

  @Override
  void push(long value) {
    vec.push(($type$) value);
  }

  @Override
  long pop() {
    return (long) vec.pop();
  }

  @Override
  void insert(long index, long value) {
    vec.insert(index, ($type$) value);
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
    $type$[] array = new $type$[values.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = ($type$) values[i];
    }
    vec.extend(array);
  }

  @Override
  void extendFromWithin(long from, long to) {
    vec.extendFromWithin(from, to);
  }

  @Override
  void splitAndJoin(long at) {
    try (VecOf$Type$ tail = vec.splitOff(at)) {
      vec.append(tail);
    }
  }

  @Override
  void resize(long newSize, long value) {
    vec.resize(newSize, ($type$) value);
  }

  @Override
  void fill(long value) {
    vec.fill(($type$) value);
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
    return vec.binarySearch(($type$) value);
  }

  @Override
  long indexOf(long value) {
    return vec.indexOf(($type$) value);
  }

  @Override
  long lastIndexOf(long value) {
    return vec.lastIndexOf(($type$) value);
  }

  @Override
  boolean contains(long value) {
    return vec.contains(($type$) value);
  }

  @Override
  List<Long> toList() {
    List<Long> values = new ArrayList<>();
    for (var i = vec.iterator(); i.hasNext(); ) {
      values.add((long) i.next$Wide$());
    }
    return values;
  }
}
