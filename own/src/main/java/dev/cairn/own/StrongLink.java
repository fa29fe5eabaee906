package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// Strong handles of shared values as they lie in memory.
final class StrongLink<T, S extends Shared<T, S>> extends Link<S> {
  private final LateFamily<T, S> late;

  StrongLink(LateFamily<T, S> late) {
    this.late = late;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  S again(long address) {
    Family<T, S> family = late.get("get");
    MemorySegment block = family.blockOfValueAt(address);
    family.counts.addStrong(block);
    return family.strong(block);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  S out(long address) {
    Family<T, S> family = late.get("take");
    return family.strong(family.blockOfValueAt(address));
  }

  @Override
  void end(long address) {
    Family<T, S> family = late.get("drop");
    family.removeStrong(family.blockOfValueAt(address));
  }

  @Override
  long requireFit(S handle) {
    return late.require(handle.family, handle).valueOffset;
  }

  @Override
  boolean isEqual(long address, S handle) {
    Family<T, S> family = late.get("isEqual");
    MemorySegment block = family.blockOfValueAt(address);
    return block.equals(handle.memory)
        || Values.areEqual(
            family.element,
            block,
            family.valueOffset,
            handle.family.element,
            handle.memory,
            handle.family.valueOffset);
  }

  @Override
  int hashAt(long address) {
    Family<T, S> family = late.get("hash");
    return family.element.hash(family.blockOfValueAt(address), family.valueOffset);
  }
}
