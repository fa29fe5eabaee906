package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Pool;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Code of a user that runs inside a call takes no memory away from it.
@SuppressWarnings("MustBeClosedChecker") // much of it is to be closed at the wrong moment
class ForeignCodeTest {
  private static @Nullable Runnable hook;

  private static void fire() {
    Runnable run = hook;
    hook = null;
    if (run != null) {
      run.run();
    }
  }

  record Sly(int a, int b) {
    Sly {
      if (a == 99) {
        fire();
      }
    }

    @Override
    public int a() {
      fire();
      return a;
    }
  }

  record Key(int a) {
    @Override
    public int hashCode() {
      fire();
      return a;
    }

    @Override
    public boolean equals(Object o) {
      fire();
      return o instanceof Key k && k.a == a;
    }
  }

  private static final Element<Sly> SLY = Struct.of(MethodHandles.lookup(), Sly.class);
  private static final Element<Key> KEY = Struct.of(MethodHandles.lookup(), Key.class);

  private final Heap heap = Heap.growable(1 << 26);

  @AfterEach
  void sound() {
    hook = null;
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.validate();
    heap.close();
  }

  private void refused(OwnershipException.Kind kind, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            OwnershipException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void anAccessorThatPushesWhileItsRecordIsPushedIsRefused() {
    try (Vec<Sly> vec = Vec.in(heap, SLY)) {
      Sly other = new Sly(1, 2);
      hook =
          () -> {
            for (int i = 0; i < 100; i++) {
              vec.push(other);
            }
          };
      refused(OwnershipException.Kind.BORROWED, () -> vec.push(new Sly(3, 4)));
      assertThat(vec.size()).isZero();
    }
  }

  @Test
  void anAccessorCannotCloseTheListThatItsRecordIsSetIn() {
    try (Vec<Sly> vec = Vec.in(heap, SLY)) {
      vec.push(new Sly(1, 2));
      hook = vec::close;
      refused(OwnershipException.Kind.BORROWED, () -> vec.set(0, new Sly(3, 4)));
    }
  }

  @Test
  void aConstructorCannotEmptyTheListThatItsRecordIsPoppedFrom() {
    try (Vec<Sly> vec = Vec.in(heap, SLY)) {
      Sly bad = new Sly(99, 2);
      vec.push(bad);
      vec.push(bad);
      hook = vec::clear;
      refused(OwnershipException.Kind.BORROWED, () -> assertThat(vec.pop()).isNotNull());
      assertThat(vec.size()).isEqualTo(2);
    }
  }

  @Test
  void aHashCodeCannotCloseTheDictThatAsksForIt() {
    try (Dict<Key, Integer> dict = Dict.in(heap, KEY, Elements.INT)) {
      dict.put(new Key(1), 1);
      hook = dict::close;
      refused(OwnershipException.Kind.BORROWED, () -> dict.put(new Key(2), 1));
      hook = dict::close;
      refused(OwnershipException.Kind.BORROWED, () -> assertThat(dict.get(new Key(1))).isNull());
      assertThat(dict.size()).isEqualTo(1);
      dict.validate();
    }
  }

  @Test
  void aTextCannotCloseTheDictThatShowsIt() {
    record Bad(int a) {
      @Override
      public String toString() {
        fire();
        return "x";
      }
    }
    try (Dict<Bad, Integer> dict =
        Dict.in(heap, Struct.of(MethodHandles.lookup(), Bad.class), Elements.INT)) {
      dict.put(new Bad(1), 1);
      hook = dict::close;
      refused(OwnershipException.Kind.BORROWED, () -> assertThat(dict.toString()).isNull());
      hook = null;
    }
  }

  @Test
  void anAccessorCannotCloseTheBoxThatItsRecordIsSetIn() {
    try (Box<Sly> box = Box.in(heap, SLY, new Sly(1, 2))) {
      hook = box::close;
      refused(OwnershipException.Kind.BORROWED, () -> box.set(new Sly(3, 4)));
    }
  }

  @Test
  void anAccessorCannotCloseTheHandleThatItsRecordIsSetBy() {
    try (Rc<Sly> rc = Rc.in(heap, SLY, new Sly(1, 2))) {
      hook = rc::close;
      refused(
          OwnershipException.Kind.BORROWED,
          () -> assertThat(rc.setIfUnique(new Sly(3, 4))).isTrue());
    }
  }

  @Test
  void anAccessorMayShareTheHandleThatItsRecordIsSetBy() {
    try (Rc<Sly> rc = Rc.in(heap, SLY, new Sly(1, 2))) {
      Sly next = new Sly(3, 4);
      hook = () -> rc.share().close();
      assertThat(rc.setIfUnique(next)).isTrue();
    }
  }

  @Test
  void whatOwnsBlocksIsLentReadOnly() {
    try (Vec<String> vec = Vec.in(heap, Elements.utf8(heap))) {
      vec.push("a text that is longer than fifteen bytes");
      try (Borrow borrow = vec.borrow()) {
        assertThat(borrow.segment().isReadOnly()).isTrue();
      }
    }
  }

  @Test
  void aTableIsLentReadOnly() {
    try (DictOfLongs dict = DictOfLongs.in(heap)) {
      dict.put(1, 1);
      try (Borrow borrow = dict.borrow()) {
        assertThat(borrow.segment().isReadOnly()).isTrue();
      }
    }
  }

  @Test
  void moreElementsThanALongCountsAreRefused() {
    record Empty() {}
    try (Vec<Empty> vec = Vec.in(heap, Struct.of(MethodHandles.lookup(), Empty.class))) {
      vec.push(new Empty());
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 70; i++) {
                  vec.extendFromWithin(0, vec.size());
                }
              })
          .isInstanceOf(RuntimeException.class);
      assertThat(vec.size()).isPositive();
    }
  }

  @Test
  void aBuilderThatClosesItsWeakHandleLeaksNothing() {
    Link<Box<Integer>> link = Box.elements(heap, () -> Elements.INT);
    assertThatThrownBy(
            () ->
                Rc.<Box<Integer>>cyclic(
                    heap,
                    link,
                    weak -> {
                      weak.close();
                      return Box.in(heap, Elements.INT, 1);
                    }))
        .isInstanceOf(OwnershipException.class);
  }

  @Test
  void anElementCannotCloseTheBoxThatItIsComparedFor() {
    class Eq extends Delegating<Integer> {
      Eq() {
        super(Elements.INT);
      }

      @Override
      public boolean equals(Object o) {
        fire();
        return o instanceof Eq;
      }

      @Override
      public int hashCode() {
        return 1;
      }
    }
    Link<Box<Integer>> link = Box.elements(heap, Eq::new);
    try (Vec<Box<Integer>> vec = Vec.in(heap, link)) {
      Box<Integer> box = Box.in(heap, new Eq(), 1);
      hook = box::close;
      assertThatThrownBy(() -> vec.push(box)).isInstanceOf(OwnershipException.class);
      assertThat(vec.size()).isZero();
    }
  }

  @Test
  void anAllocatorThatUsesTheOwnerWhileItGrowsIsRefused() {
    Allocator hooked =
        (Allocator)
            Proxy.newProxyInstance(
                Allocator.class.getClassLoader(),
                new Class<?>[] {Allocator.class},
                (_, method, arguments) -> {
                  fire();
                  return method.invoke(heap, arguments);
                });
    try (DictOfLongs dict = DictOfLongs.in(hooked);
        VecOfLong vec = VecOfLong.in(hooked)) {
      hook = () -> dict.put(1, 1);
      refused(OwnershipException.Kind.BORROWED, () -> dict.put(2, 2));
      hook = () -> vec.push(1);
      refused(OwnershipException.Kind.BORROWED, () -> vec.push(2));
      assertThat(dict.size() + vec.size()).isZero();
      dict.validate();
    }
  }

  @Test
  void anAllocatorDoesNotCloseWhileItsMemoryIsLent() {
    for (Allocator allocator :
        List.of(
            Heap.growable(1 << 22),
            Heap.fixed(4096),
            Region.growable(1 << 16),
            Pool.confined(new Layout(64, 8), 4),
            SystemAllocator.ofConfined())) {
      try (allocator;
          Box<Integer> box = Box.in(allocator, Elements.INT, 42)) {
        try (Borrow borrow = box.borrow()) {
          assertThatThrownBy(allocator::close)
              .as("%s", allocator)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("an arena over it is open");
          assertThat(borrow.segment().get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(42);
        }
      }
    }
  }

  @Test
  void memoryThatMayEndEarlierIsNotLent() {
    try (Arena arena = Arena.ofConfined();
        Heap over = Heap.over(arena.allocate(1 << 16));
        Box<Integer> box = Box.in(over, Elements.INT, 42)) {
      assertThatThrownBy(() -> box.borrow(MemorySegment::byteSize))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("which may end before the arena does");
      assertThat(box.get()).isEqualTo(42);
    }
  }

  @Test
  void aListOfOwnersIsNotChangedWhileItIsLent() {
    try (Vec<String> vec = Vec.in(heap, Elements.utf8(heap))) {
      vec.push("a text that has a block of its own");
      try (Borrow borrow = vec.borrow()) {
        assertThat(borrow.segment().isReadOnly()).isTrue();
        assertThatThrownBy(() -> vec.set(0, "another")).isInstanceOf(OwnershipException.class);
        assertThatThrownBy(() -> vec.replace(0, "another")).isInstanceOf(OwnershipException.class);
      }
      vec.set(0, "another");
      assertThat(vec.get(0)).isEqualTo("another");
    }
  }
}
