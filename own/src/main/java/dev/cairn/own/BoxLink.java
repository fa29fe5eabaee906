package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Boxes as they lie in memory.
final class BoxLink<T> extends Link<Box<T>> {
  private final Allocator allocator;
  private final Supplier<Element<T>> maker;
  private volatile @Nullable Element<T> made;

  BoxLink(Allocator allocator, Supplier<Element<T>> maker) {
    this.allocator = allocator;
    this.maker = maker;
  }

  private Element<T> element() {
    Element<T> element = made;
    if (element == null) {
      element = maker.get();
      made = element;
    }
    return element;
  }

  private MemorySegment block(long address) {
    return allocator.blockAt(address, element().byteSize());
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  Box<T> again(long address) {
    Element<T> element = element();
    T copy = element.get(block(address), 0);
    try {
      return Box.in(allocator, element, copy);
    } catch (Throwable failure) {
      Drops.addTo(failure, () -> Values.discard(element, copy));
      throw failure;
    }
  }

  @Override
  Box<T> out(long address) {
    return new Box<>(allocator, block(address), element());
  }

  @Override
  void end(long address) {
    Element<T> element = element();
    MemorySegment block = block(address);
    if (element.owns()) {
      PendingDrops.run(() -> end(element, block));
    } else {
      allocator.free(block);
    }
  }

  private void end(Element<T> element, MemorySegment block) {
    try {
      element.drop(block, 0);
    } finally {
      allocator.free(block);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the very same allocator
  long requireFit(Box<T> box) {
    Element<T> element = element();
    if (box.allocator != allocator || !box.element.equals(element)) {
      throw new IllegalArgumentException(
          box.describe()
              + " has a block of "
              + box.allocator
              + " and the element "
              + box.element
              + ", but links here lead to blocks of "
              + allocator
              + " with the element "
              + element
              + ": make both with the same two objects");
    }
    return 0;
  }

  @Override
  boolean isEqual(long address, Box<T> box) {
    return Values.areEqual(element(), block(address), 0, box.element, box.memory, 0);
  }

  @Override
  int hashAt(long address) {
    return element().hash(block(address), 0);
  }
}
