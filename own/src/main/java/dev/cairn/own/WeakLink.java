package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// Weak handles of shared values as they lie in memory. They are equal if they are of the same
/// value.
final class WeakLink<T, S extends Owner> extends Link<Weak<S>> {
  private final LateFamily<T, S> late;

  WeakLink(LateFamily<T, S> late) {
    this.late = late;
  }

  @Override
  Weak<S> again(long address) {
    Family<T, S> family = late.get("get");
    MemorySegment block = family.blockOfValueAt(address);
    family.counts.addWeakToWeak(block);
    return new Weak<>(family, block, family.counts.newcomer());
  }

  @Override
  Weak<S> out(long address) {
    Family<T, S> family = late.get("take");
    return new Weak<>(family, family.blockOfValueAt(address), family.counts.newcomer());
  }

  @Override
  void end(long address) {
    Family<T, S> family = late.get("drop");
    family.removeWeak(family.blockOfValueAt(address));
  }

  @Override
  long requireFit(Weak<S> handle) {
    return late.require(handle.family, handle).valueOffset;
  }

  @Override
  boolean isEqual(long address, Weak<S> handle) {
    return late.get("isEqual").blockOfValueAt(address).equals(handle.memory);
  }

  @Override
  int hashAt(long address) {
    return Long.hashCode(address);
  }
}
