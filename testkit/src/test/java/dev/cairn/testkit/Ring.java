package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.own.Element;
import dev.cairn.own.Rc;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Supplier;

/// A value that owns the next of its like, which may be itself.
///
/// @param next makes the handle of the next one when this value moves in
record Ring(Supplier<Optional<Rc<Ring>>> next) {

  /// Makes a value that keeps itself, and lets go of it: nobody can end it any more.
  @SuppressWarnings("MustBeClosedChecker") // it is forgotten on purpose
  static void forget(Allocator allocator) {
    Rc<Ring> handle = Rc.in(allocator, new Rings(allocator), new Ring(Optional::empty));
    boolean isSet = handle.setIfUnique(new Ring(() -> Optional.of(handle.share())));
    if (!isSet || handle.strongCount() != 2) {
      throw new AssertionError("no ring: " + handle.strongCount() + " handles");
    }
    handle.close();
  }

  private static final class Rings implements Element<Ring> {
    private final Element<Optional<Rc<Ring>>> links;

    Rings(Allocator allocator) {
      links = Rc.elements(allocator, () -> this).optional();
    }

    @Override
    public long byteSize() {
      return links.byteSize();
    }

    @Override
    public long byteAlignment() {
      return links.byteAlignment();
    }

    @Override
    public boolean owns() {
      return true;
    }

    @Override
    public Ring get(MemorySegment memory, long offset) {
      return new Ring(() -> links.get(memory, offset));
    }

    @Override
    public void set(MemorySegment memory, long offset, Ring value) {
      links.set(memory, offset, value.next.get());
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      links.drop(memory, offset);
    }
  }
}
