package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;

/// Ints as elements that own something: which of them are in memory is counted, and each call may
/// throw when a test says so.
final class Tokens implements Element<Integer> {
  /// Thrown where a test says so.
  static final class Spoiled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Spoiled(String call) {
      super(call);
    }
  }

  private final Set<Long> inMemory = new HashSet<>();
  private long made;
  private long callsLeft = Long.MAX_VALUE;

  /// Lets the call after some others throw.
  void spoilAfter(long calls) {
    callsLeft = calls;
  }

  /// Lets no call throw any more.
  ///
  /// @return false if one has thrown
  boolean unspoil() {
    boolean none = callsLeft >= 0;
    callsLeft = Long.MAX_VALUE;
    return none;
  }

  /// How many elements are in memory.
  long count() {
    return inMemory.size();
  }

  private void call(String name) {
    if (callsLeft-- == 0) {
      throw new Spoiled(name);
    }
  }

  private long serial(MemorySegment memory, long offset) {
    long serial = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    if (!inMemory.contains(serial)) {
      throw new AssertionError("no element is at " + offset);
    }
    return serial;
  }

  @Override
  public long byteSize() {
    return Long.BYTES + Integer.BYTES;
  }

  @Override
  public long byteAlignment() {
    return Integer.BYTES;
  }

  @Override
  public Integer get(MemorySegment memory, long offset) {
    long _ = serial(memory, offset);
    call("get");
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + Long.BYTES);
  }

  @Override
  public void set(MemorySegment memory, long offset, Integer value) {
    // What it writes before it throws is nobody's.
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, -1);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + Long.BYTES, value);
    call("set");
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, made);
    inMemory.add(made++);
  }

  @Override
  public Integer take(MemorySegment memory, long offset) {
    Integer value = get(memory, offset);
    inMemory.remove(serial(memory, offset));
    return value;
  }

  @Override
  public void drop(MemorySegment memory, long offset) {
    inMemory.remove(serial(memory, offset));
    call("drop");
  }

  @Override
  public boolean owns() {
    return true;
  }

  @Override
  public int hash(Integer value) {
    call("hash");
    return value % 50;
  }

  @Override
  public boolean isEqual(MemorySegment memory, long offset, Integer value) {
    call("isEqual");
    long _ = serial(memory, offset);
    return value == memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + Long.BYTES);
  }
}
