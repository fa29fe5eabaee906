package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// An element that is another one, but for what a test changes about it.
class Delegating<T> implements Element<T> {
  private final Element<T> element;

  Delegating(Element<T> element) {
    this.element = element;
  }

  @Override
  public long byteSize() {
    return element.byteSize();
  }

  @Override
  public long byteAlignment() {
    return element.byteAlignment();
  }

  @Override
  public T get(MemorySegment memory, long offset) {
    return element.get(memory, offset);
  }

  @Override
  public void set(MemorySegment memory, long offset, T value) {
    element.set(memory, offset, value);
  }
}
