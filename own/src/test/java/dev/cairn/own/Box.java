package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// What the programs in the resource folder `forgetting` forget.
public final class Box<T extends @MustCallUnknown Object> extends Owner {
  private final Element<T> element;

  private Box(Allocator allocator, Element<T> element, @Owning T value) {
    super(allocator, allocator.allocate(element.byteSize(), element.byteAlignment()));
    this.element = element;
    element.set(memory, 0, value);
  }

  private Box(Box<T> from) {
    super(from);
    this.element = from.element;
  }

  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Box<T> in(
      Allocator allocator, Element<T> element, @Owning T value) {
    return new Box<>(allocator, element, value);
  }

  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Box<T> move() {
    return new Box<>(this);
  }

  public T get() {
    requireUsable("get");
    return element.get(memory, 0);
  }

  @Override
  void drop() {}

  @Override
  String describe() {
    return "a box";
  }

  @Override
  long usedBytes() {
    return memory.byteSize();
  }
}
