package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.ValueLayout;

/// The least owner: of a block with one `long`.
final class Slot extends Owner {
  private Slot(Allocator allocator) {
    super(allocator, allocator.allocate(Long.BYTES, Long.BYTES));
  }

  private Slot(Slot from) {
    super(from);
  }

  /// Makes a slot whose value is unspecified.
  @MustBeClosed
  static Slot in(Allocator allocator) {
    return new Slot(allocator);
  }

  @MustBeClosed
  Slot move() {
    return new Slot(this);
  }

  long get() {
    requireUsable("get");
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
  }

  /// Takes a block of another size.
  void resize(long byteSize) {
    requireUnborrowed("resize");
    setMemory(allocator.reallocate(memory, byteSize, Long.BYTES));
  }

  @Override
  void drop() {}

  @Override
  String describe() {
    return "a slot";
  }

  @Override
  long usedBytes() {
    return memory.byteSize();
  }
}
