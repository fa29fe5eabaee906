package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;

/// An owner of a block that others may own, too.
final class SharedSlot extends Owner implements SharesBlock {
  private SharedSlot(Allocator allocator) {
    super(allocator, allocator.allocate(Long.BYTES, Long.BYTES));
  }

  @MustBeClosed
  static SharedSlot in(Allocator allocator) {
    return new SharedSlot(allocator);
  }

  @Override
  void drop() {}

  @Override
  String describe() {
    return "a shared slot";
  }

  @Override
  long usedBytes() {
    return memory.byteSize();
  }
}
