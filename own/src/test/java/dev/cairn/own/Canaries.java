package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Numbers as elements that own something: each in memory is alive until it is dropped or taken,
/// once. A number among those that fail throws.
class Canaries implements Element<Integer> {
  private final Set<Integer> live = ConcurrentHashMap.newKeySet();
  private final AtomicInteger copies = new AtomicInteger(1_000);
  final List<Integer> dropped = new ArrayList<>();
  final Set<Integer> failingSets = new HashSet<>();
  final Set<Integer> failingTakes = new HashSet<>();
  final Set<Integer> failingDrops = new HashSet<>();

  Set<Integer> live() {
    return live;
  }

  @Override
  public long byteSize() {
    return Integer.BYTES;
  }

  @Override
  public long byteAlignment() {
    return Integer.BYTES;
  }

  @Override
  public boolean owns() {
    return true;
  }

  /// Answers a copy, which has a number of its own.
  @Override
  public Integer get(MemorySegment memory, long offset) {
    assertThat(live).contains(read(memory, offset));
    return copies.getAndIncrement();
  }

  @Override
  public void set(MemorySegment memory, long offset, Integer value) {
    if (failingSets.contains(value)) {
      throw new ArithmeticException("set of " + value);
    }
    assertThat(live.add(value)).as("%s was not there", value).isTrue();
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value);
  }

  @Override
  public Integer take(MemorySegment memory, long offset) {
    int value = read(memory, offset);
    if (failingTakes.contains(value)) {
      throw new ArithmeticException("take of " + value);
    }
    assertThat(live.remove(value)).as("%s was there", value).isTrue();
    return value;
  }

  @Override
  public void drop(MemorySegment memory, long offset) {
    int value = read(memory, offset);
    assertThat(live.remove(value)).as("%s was there", value).isTrue();
    synchronized (dropped) {
      dropped.add(value);
    }
    if (failingDrops.contains(value)) {
      throw new ArithmeticException("drop of " + value);
    }
  }

  private static int read(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
  }
}
