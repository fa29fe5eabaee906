package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Elements that own something: each value is written down when it is made and struck out when it
/// ends, so that one that is lost, or ends twice, is found. They may throw where a test says so.
final class Ledger implements Element<Ledger.Coin> {
  private final Set<Long> inMemory = new HashSet<>();
  private final Set<Long> outside = new HashSet<>();
  private final Set<Integer> cursed = new HashSet<>();
  private long serials;
  private int drops;
  private int untilFailure = -1;

  /// A value, which its owner closes.
  final class Coin implements AutoCloseable, Comparable<Coin> {
    private final long serial;
    final int value;

    private Coin(long serial, int value) {
      this.serial = serial;
      this.value = value;
      assertThat(outside.add(serial)).isTrue();
    }

    @Override
    public void close() {
      assertThat(outside.remove(serial)).as("coin %s was outside", serial).isTrue();
    }

    @Override
    public int compareTo(Coin other) {
      return Integer.compare(value, other.value);
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof Coin other && other.value == value;
    }

    @Override
    public int hashCode() {
      return value;
    }

    @Override
    public String toString() {
      return Integer.toString(value);
    }
  }

  /// Makes a value.
  Coin coin(int value) {
    return new Coin(serials++, value);
  }

  /// Lets the drop of values like this throw, after it has dropped them.
  void curse(int value) {
    cursed.add(value);
  }

  /// Lets the next call but some of `set`, `get` and `take` throw.
  void failAfter(int calls) {
    untilFailure = calls;
  }

  /// Closes a value, unless it moved in.
  void closeIfOutside(Coin coin) {
    if (outside.contains(coin.serial)) {
      coin.close();
    }
  }

  /// How many elements were dropped.
  int drops() {
    return drops;
  }

  /// How many elements there are.
  int alive() {
    return inMemory.size();
  }

  /// Fails if a value or an element is left.
  void assertNothingLeft() {
    assertThat(inMemory).as("elements in memory").isEmpty();
    assertThat(outside).as("values that nobody closed").isEmpty();
  }

  private void mayFail() {
    if (untilFailure == 0) {
      untilFailure = -1;
      throw new Planned("an element");
    }
    if (untilFailure > 0) {
      untilFailure--;
    }
  }

  private long serial(MemorySegment memory, long offset) {
    long serial = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    assertThat(inMemory).as("elements in memory").contains(serial);
    return serial;
  }

  private static int value(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + Long.BYTES);
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
  public Coin get(MemorySegment memory, long offset) {
    long _ = serial(memory, offset);
    mayFail();
    return coin(value(memory, offset));
  }

  @Override
  public void set(MemorySegment memory, long offset, Coin value) {
    mayFail();
    value.close();
    inMemory.add(value.serial);
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value.serial);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + Long.BYTES, value.value);
  }

  @Override
  public Coin take(MemorySegment memory, long offset) {
    long serial = serial(memory, offset);
    mayFail();
    inMemory.remove(serial);
    return new Coin(serial, value(memory, offset));
  }

  @Override
  public void drop(MemorySegment memory, long offset) {
    inMemory.remove(serial(memory, offset));
    drops++;
    if (cursed.contains(value(memory, offset))) {
      throw new Planned("dropping " + value(memory, offset));
    }
  }

  @Override
  public boolean owns() {
    return true;
  }

  @Override
  public boolean isEqual(MemorySegment memory, long offset, Coin value) {
    long _ = serial(memory, offset);
    return value(memory, offset) == value.value;
  }

  /// What a test has planned to be thrown.
  static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Planned(String what) {
      super(what);
    }
  }
}
