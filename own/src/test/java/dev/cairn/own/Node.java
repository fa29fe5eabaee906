package dev.cairn.own;

import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// A value that owns the next of its like, and knows the one above it.
record Node(int number, Optional<Rc<Node>> next, Optional<Weak<Rc<Node>>> up) {

  static Node last(int number) {
    return new Node(number, Optional.empty(), Optional.empty());
  }

  static Node before(int number, Rc<Node> next) {
    return new Node(number, Optional.of(next), Optional.empty());
  }

  /// Ends what a node owns that was read.
  void close() {
    next.ifPresent(Owner::close);
    up.ifPresent(Owner::close);
  }

  static final class Nodes implements Element<Node> {
    private static final long NEXT = 8;
    private static final long UP = 16;
    private final Element<Optional<Rc<Node>>> nexts;
    private final Element<Optional<Weak<Rc<Node>>>> ups;

    Nodes(Heap heap) {
      nexts = Rc.elements(heap, () -> this).optional();
      ups = Rc.weakElements(heap, () -> this).optional();
    }

    @Override
    public long byteSize() {
      return 24;
    }

    @Override
    public long byteAlignment() {
      return 8;
    }

    @Override
    public boolean owns() {
      return true;
    }

    @Override
    public Node get(MemorySegment memory, long offset) {
      return new Node(
          memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset),
          nexts.get(memory, offset + NEXT),
          ups.get(memory, offset + UP));
    }

    @Override
    public void set(MemorySegment memory, long offset, Node value) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value.number);
      nexts.set(memory, offset + NEXT, value.next);
      ups.set(memory, offset + UP, value.up);
    }

    @Override
    public Node take(MemorySegment memory, long offset) {
      return new Node(
          memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset),
          nexts.take(memory, offset + NEXT),
          ups.take(memory, offset + UP));
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      Drops drops = new Drops();
      drops.attempt(() -> nexts.drop(memory, offset + NEXT));
      drops.attempt(() -> ups.drop(memory, offset + UP));
      drops.rethrow();
    }
  }
}
