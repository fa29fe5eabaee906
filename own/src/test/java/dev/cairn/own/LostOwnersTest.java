package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import dev.cairn.own.LostOwners.Places;
import dev.cairn.own.LostOwners.Watched;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Owners are lost in threads that end, so that no frame keeps them.
class LostOwnersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Allocator> heaps = new CopyOnWriteArrayList<>();
  private final BlockingQueue<LostOwner> found = new LinkedBlockingQueue<>();

  @BeforeEach
  void watchAll() {
    LostOwners.watch(Watched.FULL, Places.OMITTED);
    // Other tests may have lost others.
    LostOwners.onLost(
        lost -> {
          if (lost.kind().equals("Slot") || heaps.contains(lost.allocator())) {
            found.add(lost);
          }
        });
  }

  @AfterEach
  void watchAsBefore() {
    LostOwners.watch(Watched.SAMPLED, Places.OMITTED);
    LostOwners.onLost(LostOwners::log);
  }

  @Test
  void anOwnerThatNobodyClosedIsReported() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(() -> forget(heap));
      LostOwner lost = nextLost();
      assertThat(lost.kind()).isEqualTo("Slot");
      assertThat(lost.byteSize()).isEqualTo(8);
      assertThat(lost.allocator()).isSameAs(heap);
      assertThat(lost.place()).isEmpty();
      assertThat(lost).hasToString("Slot of 8 bytes in fixed heap of 65536 bytes");
    }
  }

  @Test
  void ownersThatWereClosedLeaveNothing() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(
          () -> {
            for (int i = 0; i < 100; i++) {
              try (Slot slot = Slot.in(heap);
                  Slot moved = slot.move()) {
                assertThat(moved.usedBytes()).isEqualTo(8);
                assertThat(Watch.isAny(heap)).isTrue();
              }
            }
          });
      assertThat(Watch.isAny(heap)).isFalse();
      assertNothingElseIsLost(heap);
    }
  }

  @Test
  void whatWasMovedIsLostWithItsLastOwnerAndOnce() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(
          () -> {
            try (Slot first = Slot.in(heap)) {
              moveAndForget(first);
            }
          });
      assertThat(nextLost().kind()).isEqualTo("Slot");
      assertThat(Watch.isAny(heap)).isFalse();
      assertNothingElseIsLost(heap);
    }
  }

  @Test
  void anOwnerThatIsLostOnItsWayToAnotherThreadIsReported() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(
          () -> {
            BlockingQueue<Slot> queue = new LinkedBlockingQueue<>();
            hand(heap, queue);
            queue.clear();
          });
      assertThat(nextLost().kind()).isEqualTo("Slot");
    }
  }

  @Test
  void theReportKnowsTheBlockThatThereWasLast() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(
          () -> {
            Slot slot = forgotten(heap);
            slot.resize(1000);
          });
      LostOwner lost = nextLost();
      assertThat(lost.byteSize()).isEqualTo(1000);
      lost.reclaim();
      assertThat(heap.stats().liveBlocks()).isZero();
      heap.validate();
    }
  }

  @Test
  void theReportNamesWhoMadeItIfPlacesAreRecorded() throws InterruptedException {
    LostOwners.watch(Watched.FULL, Places.RECORDED);
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(() -> forget(heap));
      LostOwner lost = nextLost();
      assertThat(lost.place().getFirst().getClassName()).isEqualTo(LostOwnersTest.class.getName());
      assertThat(lost.place().getFirst().getMethodName()).isEqualTo("forgotten");
      assertThat(lost.toString()).contains(", made\n\tat ", "forgotten(LostOwnersTest.java:");
    }
  }

  @Test
  void nothingIsWatchedWhenThatIsOff() {
    LostOwners.watch(Watched.OFF, Places.OMITTED);
    try (Heap heap = Heap.fixed(1 << 20)) {
      for (int i = 0; i < 10_000; i++) {
        try (Slot slot = Slot.in(heap)) {
          assertThat(slot.usedBytes()).isEqualTo(8);
          assertThat(Watch.isAny(heap)).isFalse();
        }
      }
    }
  }

  @Test
  void oneIn128IsWatchedUnlessToldOtherwise() {
    LostOwners.watch(Watched.SAMPLED, Places.OMITTED);
    int owners = 1 << 17;
    int watched = 0;
    try (Heap heap = Heap.fixed(1 << 20)) {
      for (int i = 0; i < owners; i++) {
        try (Slot slot = Slot.in(heap)) {
          assertThat(slot.usedBytes()).isEqualTo(8);
          watched += Watch.isAny(heap) ? 1 : 0;
        }
      }
    }
    // 1024 is expected, and the deviation is 32.
    assertThat(watched).isBetween(1024 - 10 * 32, 1024 + 10 * 32);
  }

  @Test
  void ownersWhoseMemoryEndedWithTheirAllocatorAreNotReported() throws InterruptedException {
    Heap heap = quietHeap();
    inAThreadThatEnds(
        () -> {
          Slot slot = forgotten(heap);
          heap.close();
          assertThatThrownBy(slot::get).isInstanceOf(IllegalStateException.class);
        });
    until("nothing is watched", () -> !Watch.isAny(heap));
    assertThat(found).isEmpty();
  }

  @Test
  void aReportThatFailsDoesNotKeepOthersFromBeingMade() throws InterruptedException {
    BlockingQueue<LostOwner> after = new LinkedBlockingQueue<>();
    LostOwners.onLost(
        lost -> {
          if (lost.kind().equals("Slot")) {
            after.add(lost);
          }
          throw new AssertionError("the listener throws");
        });
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(
          () -> {
            forget(heap);
            forget(heap);
          });
      until("both are reported", () -> after.size() == 2);
    }
  }

  @Test
  void theBlockOfALostOwnerIsGivenBackOnce() throws InterruptedException {
    try (Heap heap = Heap.fixed(1 << 16)) {
      inAThreadThatEnds(() -> forget(heap));
      LostOwner lost = nextLost();
      assertThat(heap.stats().liveBlocks()).isOne();
      lost.reclaim();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThatThrownBy(lost::reclaim)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "reclaim of the block of a lost Slot in fixed heap of 65536 bytes: it was reclaimed"
                  + " before");
      heap.validate();
    }
  }

  @Test
  void aBlockThatOthersMayShareStays() throws InterruptedException {
    try (Heap heap = quietHeap()) {
      inAThreadThatEnds(() -> forgetShared(heap));
      LostOwner lost = nextLost();
      assertThat(lost.kind()).isEqualTo("Rc");
      assertThatThrownBy(lost::reclaim)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(": others may share it: its last owner frees it");
      assertThat(heap.stats().liveBlocks()).isOne();
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // it cannot be closed
  void aBlockThatIsLentStays() throws InterruptedException {
    Heap heap = quietHeap();
    inAThreadThatEnds(() -> forgetBorrowed(heap));
    LostOwner lost = nextLost();
    assertThatThrownBy(lost::reclaim)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(": it is lent, and nobody can tell for how long");
    assertThat(heap.stats().liveBlocks()).isOne();
    // Nobody can end the borrow, and so the heap stays open.
    assertThatThrownBy(heap::close).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBlockStaysWhileTheThreadOfItsOwnerMayUseIt() throws InterruptedException {
    try (Heap heap = Heap.fixed(1 << 16)) {
      CountDownLatch enough = new CountDownLatch(1);
      // This test is of the same package as the owners, so the thread looks as if it were in one.
      Thread busy =
          Thread.ofPlatform()
              .name("busy")
              .start(
                  () -> {
                    forget(heap);
                    awaits(enough);
                  });
      LostOwner lost = nextLost();
      assertThatThrownBy(lost::reclaim)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("busy")
          .hasMessageEndingWith(" may be in a call on it: try again when that has returned");
      assertThat(heap.stats().liveBlocks()).isOne();
      enough.countDown();
      busy.join();
      lost.reclaim();
      assertThat(heap.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void aConfinedAllocatorTakesABlockBackInItsOwnThreadAlone() throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Region region = one.submit(() -> Region.fixed(1024)).get();
      one.submit(() -> forget(region)).get();
      LostOwner lost = nextLost();
      assertThatThrownBy(lost::reclaim).isInstanceOf(WrongThreadException.class);
      assertThat(one.submit(() -> region.stats().liveBlocks()).get()).isOne();
      one.submit(lost::reclaim).get();
      assertThat(one.submit(() -> region.stats().liveBlocks()).get()).isZero();
      one.submit(region::close).get();
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // it is forgotten on purpose
  private static Slot forgotten(Allocator heap) {
    return Slot.in(heap);
  }

  private static void forget(Allocator heap) {
    Slot slot = forgotten(heap);
    assertThat(slot.usedBytes()).isEqualTo(8);
  }

  @SuppressWarnings("MustBeClosedChecker") // it is forgotten on purpose
  private static void forgetShared(Allocator heap) {
    Rc<Long> handle = Rc.in(heap, Elements.LONG, 42L);
    assertThat(handle.get()).isEqualTo(42);
  }

  @SuppressWarnings("MustBeClosedChecker") // it is forgotten on purpose
  private static void moveAndForget(Slot slot) {
    Slot moved = slot.move();
    assertThat(moved.usedBytes()).isEqualTo(8);
  }

  @SuppressWarnings("MustBeClosedChecker") // it is forgotten on purpose
  private static void forgetBorrowed(Allocator heap) {
    Borrow borrow = forgotten(heap).borrow();
    assertThat(borrow.segment().byteSize()).isEqualTo(8);
  }

  @SuppressWarnings("MustBeClosedChecker") // who takes it from the queue closes it
  private static void hand(Allocator heap, BlockingQueue<Slot> queue) {
    try (Slot slot = Slot.in(heap)) {
      queue.add(slot.move());
    }
  }

  private static void awaits(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static void inAThreadThatEnds(Runnable program) throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread.ofPlatform()
        .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
        .start(program)
        .join();
    assertThat(failures).isEmpty();
  }

  private LostOwner nextLost() throws InterruptedException {
    until("an owner is found", () -> !found.isEmpty());
    return found.remove();
  }

  /// Loses one more owner, and waits until that is all that was found.
  private void assertNothingElseIsLost(Allocator heap) throws InterruptedException {
    inAThreadThatEnds(() -> forgetShared(heap));
    assertThat(nextLost().kind()).isEqualTo("Rc");
    assertThat(found).isEmpty();
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("after " + PATIENCE + " it is still not so that " + what);
      }
      System.gc();
      Thread.sleep(10);
    }
  }

  /// A heap that may close with live blocks.
  private Heap quietHeap() {
    Heap heap = Heap.builder().onLeak(_ -> {}).fixed(1 << 16);
    heaps.add(heap);
    return heap;
  }
}
