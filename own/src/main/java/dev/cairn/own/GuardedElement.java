package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// An element that may run code of a user, as one owner uses it: meanwhile the owner counts as
/// borrowed, so that it keeps the memory that the element is at work in.
///
/// The constructor and the accessors of a record are such code, and the `equals` and `hashCode` of
/// a key.
final class GuardedElement<T> implements Element<T> {
  private final Owner owner;
  private final Element<T> element;

  private GuardedElement(Owner owner, Element<T> element) {
    this.owner = owner;
    this.element = element;
  }

  /// The element for an owner: itself, if it runs no code but ours.
  static <T> Element<T> of(Owner owner, Element<T> element) {
    Element<T> itself = unguarded(element);
    return itself instanceof Variable || Primitives.has(itself)
        ? itself
        : new GuardedElement<>(owner, itself);
  }

  private static <T> Element<T> unguarded(Element<T> element) {
    return element instanceof GuardedElement<T> guarded ? guarded.element : element;
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
  public boolean owns() {
    return element.owns();
  }

  @Override
  public T get(MemorySegment memory, long offset) {
    owner.borrowed(1);
    try {
      return element.get(memory, offset);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public void set(MemorySegment memory, long offset, T value) {
    owner.borrowed(1);
    try {
      element.set(memory, offset, value);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public T take(MemorySegment memory, long offset) {
    owner.borrowed(1);
    try {
      return element.take(memory, offset);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public void drop(MemorySegment memory, long offset) {
    if (!memory.equals(owner.memory)) {
      // What was moved out of the owner needs none of its memory.
      element.drop(memory, offset);
      return;
    }
    owner.borrowed(1);
    try {
      element.drop(memory, offset);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public int hash(T value) {
    owner.borrowed(1);
    try {
      return element.hash(value);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public int hash(MemorySegment memory, long offset) {
    owner.borrowed(1);
    try {
      return element.hash(memory, offset);
    } finally {
      owner.borrowed(-1);
    }
  }

  @Override
  public boolean isEqual(MemorySegment memory, long offset, T value) {
    owner.borrowed(1);
    try {
      return element.isEqual(memory, offset, value);
    } finally {
      owner.borrowed(-1);
    }
  }

  /// Whether the other is the same element, guarded or not.
  @Override
  public boolean equals(Object other) {
    return other instanceof Element<?> that && element.equals(unguarded(that));
  }

  @Override
  public int hashCode() {
    return element.hashCode();
  }

  @Override
  public String toString() {
    return element.toString();
  }
}
