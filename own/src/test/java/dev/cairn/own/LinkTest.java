package dev.cairn.own;

import static dev.cairn.own.BoxTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // each test says itself what is closed, and when
class LinkTest extends HeapTest {
  private static final int LONG_LIST = 1_000_000;

  private final Canaries canaries = new Canaries();
  private final Node.Nodes nodes = new Node.Nodes(heap);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(16);

  @AfterEach
  void end() {
    arena.close();
  }

  @Test
  void aHandleMovesIntoMemoryAndOut() {
    Link<Rc<Integer>> links = Rc.elements(heap, () -> canaries);
    Rc<Integer> one = Rc.in(heap, canaries, 1);
    links.set(memory, 0, one);
    assertRefused(Kind.MOVED, one::get);
    one.close();
    assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(one.memory.address() + 8);
    Rc<Integer> more = links.get(memory, 0);
    assertThat(more.strongCount()).isEqualTo(2);
    Rc<Integer> out = links.take(memory, 0);
    assertThat(out.strongCount()).isEqualTo(2);
    assertThat(out.isSameAs(more)).isTrue();
    more.close();
    out.close();
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void droppingALinkEndsItsHandle() {
    Link<Arc<Integer>> links = Arc.elements(heap, () -> canaries);
    Arc<Integer> one = Arc.in(heap, canaries, 1);
    links.set(memory, 0, one.share());
    links.drop(memory, 0);
    assertThat(one.strongCount()).isEqualTo(1);
    links.set(memory, 8, one);
    links.drop(memory, 8);
    assertThat(canaries.dropped).containsExactly(1);
  }

  @Test
  void aWeakLinkDoesNotKeepTheValue() {
    Link<Weak<Arc<Integer>>> links = Arc.weakElements(heap, () -> canaries);
    Arc<Integer> one = Arc.in(heap, canaries, 1);
    Weak<Arc<Integer>> weak = one.downgrade();
    links.set(memory, 0, one.downgrade());
    assertThat(links.isEqual(memory, 0, weak)).isTrue();
    assertThat(links.hash(memory, 0)).isEqualTo(links.hash(memory, 0));
    weak.close();
    assertThat(one.weakCount()).isEqualTo(1);
    one.close();
    try (Weak<Arc<Integer>> again = links.get(memory, 0)) {
      assertThat(again.upgrade()).isNull();
    }
    links.take(memory, 0).close();
  }

  @Test
  void aLinkIsEqualToAHandleOfAnEqualValue() {
    Link<Rc<Integer>> links = Rc.elements(heap, () -> Elements.INT);
    links.set(memory, 0, Rc.in(heap, Elements.INT, 1));
    try (Rc<Integer> equal = Rc.in(heap, Elements.INT, 1);
        Rc<Integer> other = Rc.in(heap, Elements.INT, 2)) {
      assertThat(links.isEqual(memory, 0, equal)).isTrue();
      assertThat(links.isEqual(memory, 0, other)).isFalse();
      assertThat(links.hash(memory, 0)).isEqualTo(equal.hashCode());
    }
    links.drop(memory, 0);
  }

  @Test
  void aLinkMayLeadNowhere() {
    Element<Optional<Rc<Integer>>> links = Rc.elements(heap, () -> Elements.INT).optional();
    links.set(memory, 0, Optional.empty());
    assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
    assertThat(links.get(memory, 0)).isEmpty();
    assertThat(links.take(memory, 0)).isEmpty();
    assertThat(links.isEqual(memory, 0, Optional.empty())).isTrue();
    links.drop(memory, 0);
    Rc<Integer> one = Rc.in(heap, Elements.INT, 1);
    links.set(memory, 0, Optional.of(one.share()));
    assertThat(links.isEqual(memory, 0, Optional.of(one))).isTrue();
    assertThat(links.isEqual(memory, 0, Optional.empty())).isFalse();
    links.get(memory, 0).orElseThrow().close();
    links.drop(memory, 0);
    assertThat(one.strongCount()).isEqualTo(1);
    one.close();
  }

  @Test
  void aLinkThatIsNotOptionalLeadsSomewhere() {
    memory.fill((byte) 0);
    assertThatThrownBy(() -> Rc.elements(heap, () -> Elements.INT).get(memory, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("optional()");
  }

  @Test
  void aHandleOfAnotherAllocatorOrElementIsRefused() {
    try (Heap other = Heap.growable(1 << 20);
        Rc<Integer> foreign = Rc.in(other, Elements.INT, 1);
        Rc<Integer> odd = Rc.in(heap, canaries, 1)) {
      Link<Rc<Integer>> links = Rc.elements(heap, () -> Elements.INT);
      assertThatThrownBy(() -> links.set(memory, 0, foreign))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> links.set(memory, 0, odd))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(foreign.get()).isEqualTo(1);
      Link<Box<Integer>> boxes = Box.elements(heap, () -> Elements.INT);
      try (Box<Integer> box = Box.in(other, Elements.INT, 1)) {
        assertThatThrownBy(() -> boxes.set(memory, 0, box))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void anEndedOrBorrowedHandleIsRefused() {
    Link<Rc<Integer>> links = Rc.elements(heap, () -> Elements.INT);
    Rc<Integer> one = Rc.in(heap, Elements.INT, 1);
    try (Borrow borrow = one.borrow()) {
      assertThat(borrow.segment().byteSize()).isEqualTo(4);
      assertRefused(Kind.BORROWED, () -> links.set(memory, 0, one));
    }
    one.close();
    assertRefused(Kind.CLOSED, () -> links.set(memory, 0, one));
  }

  @Test
  void whatAnRcCountsStaysInItsThreadAlsoInMemory() throws Exception {
    Link<Rc<Integer>> links = Rc.elements(heap, () -> Elements.INT);
    links.set(memory, 0, Rc.in(heap, Elements.INT, 1));
    elsewhere(
        () -> {
          assertRefused(Kind.WRONG_THREAD, () -> links.get(memory, 0));
          assertRefused(Kind.WRONG_THREAD, () -> links.take(memory, 0));
          assertRefused(Kind.WRONG_THREAD, () -> links.drop(memory, 0));
          return "refused";
        });
    links.drop(memory, 0);
  }

  @Test
  void anArcInMemoryIsForAllThreads() throws Exception {
    Link<Arc<Integer>> links = Arc.elements(heap, () -> Elements.INT);
    try (Box<Arc<Integer>> box = Box.in(heap, links, Arc.in(heap, Elements.INT, 1))) {
      Box<Arc<Integer>> moved = box.move();
      int read =
          elsewhere(
              () -> {
                try (moved;
                    Arc<Integer> handle = moved.get()) {
                  return handle.get();
                }
              });
      assertThat(read).isEqualTo(1);
    }
  }

  @Test
  void aBoxInMemoryIsCopiedWhenItIsRead() {
    Element<String> texts = Elements.utf8(heap);
    Link<Box<String>> links = Box.elements(heap, () -> texts);
    links.set(memory, 0, Box.in(heap, texts, "a text of some length"));
    try (Box<String> copy = links.get(memory, 0)) {
      assertThat(heap.stats().liveBlocks()).isEqualTo(4);
      assertThat(links.isEqual(memory, 0, copy)).isTrue();
      assertThat(links.hash(memory, 0)).isEqualTo(copy.hashCode());
      copy.set("another");
      assertThat(links.isEqual(memory, 0, copy)).isFalse();
    }
    links.take(memory, 0).close();
  }

  @Test
  void aBoxInAJavaArrayMayLieAtItsStart() {
    try (Heap array = Heap.over(MemorySegment.ofArray(new byte[4096]))) {
      Element<Optional<Box<Byte>>> links = Box.elements(array, () -> Elements.BYTE).optional();
      Box<Byte> box = Box.in(array, Elements.BYTE, (byte) 1);
      assertThat(box.memory.address()).isZero();
      links.set(memory, 0, Optional.of(box));
      try (Box<Byte> copy = links.get(memory, 0).orElseThrow()) {
        assertThat(copy.get()).isEqualTo((byte) 1);
      }
      links.drop(memory, 0);
      assertThat(array.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void aLongListEndsWithoutADeepStack() {
    Rc<Node> head = Rc.in(heap, nodes, Node.last(0));
    for (int i = 1; i < LONG_LIST; i++) {
      head = Rc.in(heap, nodes, Node.before(i, head));
    }
    assertThat(heap.stats().liveBlocks()).isEqualTo(LONG_LIST);
    head.close();
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void aLongListOfBoxesEndsWithoutADeepStack() {
    Element<Cell> cells = new Cells(heap);
    Box<Cell> head = Box.in(heap, cells, new Cell(Optional.empty()));
    for (int i = 1; i < LONG_LIST; i++) {
      head = Box.in(heap, cells, new Cell(Optional.of(head)));
    }
    head.close();
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void aListIsReadByItsLinks() {
    Rc<Node> head = Rc.in(heap, nodes, Node.last(0));
    for (int i = 1; i < 10; i++) {
      head = Rc.in(heap, nodes, Node.before(i, head));
    }
    List<Integer> numbers = new ArrayList<>();
    for (Rc<Node> at = head; at != null; ) {
      Node node = at.get();
      at.close();
      numbers.add(node.number());
      at = node.next().orElse(null);
    }
    assertThat(numbers).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  }

  @Test
  void theTailOfAListStaysWithWhoeverSharesIt() {
    Rc<Node> tail = Rc.in(heap, nodes, Node.before(1, Rc.in(heap, nodes, Node.last(0))));
    Rc<Node> list = Rc.in(heap, nodes, Node.before(2, tail.share()));
    Rc<Node> other = Rc.in(heap, nodes, Node.before(3, tail.share()));
    tail.close();
    list.close();
    assertThat(heap.stats().liveBlocks()).isEqualTo(3);
    other.close();
  }

  @Test
  void aChildKnowsItsParentAndDoesNotKeepIt() {
    Rc<Node> parent =
        Rc.cyclic(
            heap,
            nodes,
            weak ->
                Node.before(
                    1,
                    Rc.in(heap, nodes, new Node(2, Optional.empty(), Optional.of(weak.share())))));
    assertThat(parent.weakCount()).isEqualTo(1);
    Node top = parent.get();
    Rc<Node> child = top.next().orElseThrow();
    Node below = child.get();
    try (Rc<Node> up = Objects.requireNonNull(below.up().orElseThrow().upgrade())) {
      assertThat(up.isSameAs(parent)).isTrue();
    }
    below.close();
    assertThat(parent.strongCount()).isEqualTo(1);
    parent.close();
    Node orphan = child.get();
    assertThat(orphan.up().orElseThrow().upgrade()).isNull();
    orphan.close();
    top.close();
  }

  @Test
  void aValueMayHaveAWeakLinkToItself() {
    Rc<Node> one =
        Rc.cyclic(heap, nodes, weak -> new Node(1, Optional.empty(), Optional.of(weak.share())));
    assertThat(one.weakCount()).isEqualTo(1);
    one.close();
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void aCircleIsReportedAsALeak() {
    List<Object> leaks = new ArrayList<>();
    try (Heap own = Heap.builder().onLeak(leaks::add).growable(1 << 20)) {
      Node.Nodes others = new Node.Nodes(own);
      Rc<Node> one = Rc.in(own, others, Node.last(1));
      assertThat(one.setIfUnique(Node.last(2))).isTrue();
      Link<Rc<Node>> links = Rc.elements(own, () -> others);
      // The pointer lies behind the number.
      links.set(one.memory, 16, one.share());
      one.close();
      assertThat(own.stats().liveBlocks()).isEqualTo(1);
    }
    assertThat(leaks).isNotEmpty();
  }

  @Test
  void aValueThatIsSetKeepsWhatItLinksTo() {
    Rc<Node> one = Rc.in(heap, nodes, Node.before(1, Rc.in(heap, nodes, Node.last(0))));
    one.update(node -> new Node(2, node.next(), node.up()));
    Node now = one.get();
    assertThat(now.number()).isEqualTo(2);
    assertThat(now.next().orElseThrow().strongCount()).isEqualTo(2);
    now.close();
    one.close();
  }

  @Test
  void whatThrowsInAChainDoesNotStopIt() {
    Link<Rc<Integer>> canaryLinks = Rc.elements(heap, () -> canaries);
    Link<Rc<Rc<Integer>>> links = Rc.elements(heap, () -> canaryLinks);
    canaries.failingDrops.add(1);
    Rc<Rc<Integer>> inner = Rc.in(heap, canaryLinks, Rc.in(heap, canaries, 1));
    Box<Rc<Rc<Integer>>> outer = Box.in(heap, links, inner);
    assertThatThrownBy(outer::close).hasMessage("drop of 1");
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  private record Cell(Optional<Box<Cell>> next) {}

  private static final class Cells implements Element<Cell> {
    private final Element<Optional<Box<Cell>>> nexts;

    Cells(Heap heap) {
      nexts = Box.elements(heap, () -> this).optional();
    }

    @Override
    public long byteSize() {
      return nexts.byteSize();
    }

    @Override
    public long byteAlignment() {
      return nexts.byteAlignment();
    }

    @Override
    public boolean owns() {
      return true;
    }

    @Override
    public Cell get(MemorySegment memory, long offset) {
      return new Cell(nexts.get(memory, offset));
    }

    @Override
    public void set(MemorySegment memory, long offset, Cell value) {
      nexts.set(memory, offset, value.next);
    }

    @Override
    public Cell take(MemorySegment memory, long offset) {
      return new Cell(nexts.take(memory, offset));
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      nexts.drop(memory, offset);
    }
  }
}
