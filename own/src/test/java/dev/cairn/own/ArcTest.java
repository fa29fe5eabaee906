package dev.cairn.own;

import static dev.cairn.own.BoxTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cairn.memory.Heap;
import dev.cairn.own.OwnershipException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // each test says itself what is closed, and when
class ArcTest extends SharedContract<Arc<Integer>> {
  private static final int ROUNDS = 2_000;
  private static final int TURNS = 2_000_000;

  private final ExecutorService threads = Executors.newFixedThreadPool(3);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Override
  Arc<Integer> make(Heap in, Element<Integer> element, int value) {
    return Arc.in(in, element, value);
  }

  @Override
  Arc<Integer> cyclic(
      Element<Integer> element, Function<? super Weak<Arc<Integer>>, Integer> builder) {
    return Arc.cyclic(heap, element, builder);
  }

  @Override
  Arc<Integer> moved(Arc<Integer> handle) {
    return handle.move();
  }

  @Test
  void aHandleBelongsToTheFirstThreadThatUsesIt() throws Exception {
    Arc<Integer> one = Arc.in(heap, Elements.INT, 1);
    Arc<Integer> other = one.share();
    Arc<Integer> theirs = one.share();
    Weak<Arc<Integer>> weak = one.downgrade();
    assertThat(other.get()).isEqualTo(1);
    elsewhere(
        () -> {
          assertRefused(Kind.WRONG_THREAD, one::get);
          assertRefused(Kind.WRONG_THREAD, other::get);
          assertRefused(Kind.WRONG_THREAD, other::close);
          assertThat(theirs.get()).isEqualTo(1);
          try (weak;
              Arc<Integer> again = upgraded(weak)) {
            assertThat(again.strongCount()).isEqualTo(4);
          }
          return "used";
        });
    assertRefused(Kind.WRONG_THREAD, theirs::get);
    assertRefused(Kind.CLOSED, weak::upgrade);
    assertThat(one.strongCount()).isEqualTo(3);
    // Its thread has ended, and nobody else may use it: what it counts stays.
    theirs.family.removeStrong(theirs.memory);
    close(other);
    close(one);
  }

  @Test
  void theLastOfManyThreadsDropsTheValueOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> first = Arc.in(heap, canaries, round);
      List<Arc<Integer>> handles = List.of(first.share(), first.share(), first.move());
      race(
          handles.stream()
              .<Callable<Object>>map(
                  handle ->
                      () -> {
                        for (int i = 0; i < 10; i++) {
                          handle.share().close();
                          try (Weak<Arc<Integer>> weak = handle.downgrade()) {
                            upgraded(weak).close();
                          }
                        }
                        return close(handle);
                      })
              .toList());
    }
    assertThat(canaries.dropped).hasSize(ROUNDS).doesNotHaveDuplicates();
  }

  @Test
  void anUpgradeEitherFindsTheValueOrNothing() throws Exception {
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> first = Arc.in(heap, Elements.INT, round);
      Weak<Arc<Integer>> weak = first.downgrade();
      Arc<Integer> strong = first.move();
      int value = round;
      List<Object> results =
          race(
              List.of(
                  () -> close(strong),
                  () -> {
                    try (weak;
                        Arc<Integer> again = weak.upgrade()) {
                      if (again != null) {
                        assertThat(again.get()).isEqualTo(value);
                      }
                      return again != null;
                    }
                  }));
      found += results.get(1).equals(true) ? 1 : 0;
    }
    assertThat(found).isBetween(0, ROUNDS);
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void exactlyOneOfThoseThatTakeGetsTheValue() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> first = Arc.in(heap, canaries, round);
      Arc<Integer> other = first.share();
      Arc<Integer> one = first.move();
      List<Optional<Integer>> taken = race(List.of(one::take, other::take));
      assertThat(taken).containsExactlyInAnyOrder(Optional.of(round), Optional.empty());
    }
    assertThat(canaries.dropped).isEmpty();
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void onlyOneOfThoseThatUnwrapGetsTheValue() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> first = Arc.in(heap, canaries, round);
      Arc<Integer> other = first.share();
      Arc<Integer> one = first.move();
      List<Optional<Integer>> taken =
          race(List.of(() -> unwrapOrClose(one), () -> unwrapOrClose(other)));
      long got = taken.stream().filter(Optional::isPresent).count();
      assertThat(got).isLessThanOrEqualTo(1);
      assertThat(canaries.dropped.contains(round)).isEqualTo(got == 0);
    }
    assertThat(canaries.live()).isEmpty();
  }

  @Test
  void aHandleIsNotUniqueWhileAnotherOneIsNowWeakNowStrong() throws Exception {
    Arc<Integer> first = Arc.in(heap, Elements.INT, 1);
    Arc<Integer> other = first.share();
    Arc<Integer> one = first.move();
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch looked = new CountDownLatch(1);
    List<Integer> found =
        race(
            List.of(
                () -> {
                  int unique = 0;
                  while (!done.get()) {
                    unique += one.isUnique() ? 1 : 0;
                  }
                  close(one);
                  looked.countDown();
                  return unique;
                },
                () -> {
                  Arc<Integer> strong = other;
                  for (int i = 0; i < TURNS; i++) {
                    try (Weak<Arc<Integer>> weak = strong.downgrade()) {
                      close(strong);
                      strong = upgraded(weak);
                    }
                  }
                  done.set(true);
                  // The first may be about to look once more: until then the handle must stay.
                  looked.await();
                  close(strong);
                  return 0;
                }));
    assertThat(found).containsOnly(0);
  }

  @Test
  void whoWritesAloneSeesWhatOthersReadBefore() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> first = Arc.in(heap, Elements.INT, 1);
      Arc<Integer> other = first.share();
      Arc<Integer> one = first.move();
      List<Integer> read =
          race(
              List.of(
                  () -> {
                    while (!one.setIfUnique(2)) {
                      Thread.onSpinWait();
                    }
                    int now = one.get();
                    close(one);
                    return now;
                  },
                  () -> {
                    int now = other.get();
                    close(other);
                    return now;
                  }));
      assertThat(read).containsExactly(2, 1);
    }
  }

  @Test
  void theWeakCountIsRightWhileItIsLocked() throws Exception {
    Arc<Integer> first = Arc.in(heap, Elements.INT, 1);
    Arc<Integer> other = first.share();
    Arc<Integer> one = first.move();
    AtomicBoolean done = new AtomicBoolean();
    List<Long> most =
        race(
            List.of(
                () -> {
                  for (int i = 0; i < 100_000; i++) {
                    assertThat(one.isUnique()).isFalse();
                  }
                  done.set(true);
                  close(one);
                  return 0L;
                },
                () -> {
                  long highest = 0;
                  while (!done.get()) {
                    highest = Math.max(highest, other.weakCount());
                    other.downgrade().close();
                  }
                  close(other);
                  return highest;
                }));
    assertThat(most).containsOnly(0L);
  }

  @Test
  void ofThreadsThatClaimAHandleOneGetsIt() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Arc<Integer> handle = Arc.in(heap, canaries, round).move();
      Callable<Object> use =
          () -> {
            try {
              return close(handle);
            } catch (OwnershipException refusal) {
              assertThat(refusal.kind()).isIn(Kind.WRONG_THREAD, Kind.CLOSED);
              return refusal.kind();
            }
          };
      assertThat(race(List.of(use, use, use))).containsOnlyOnce("closed");
    }
    assertThat(canaries.dropped).hasSize(ROUNDS);
  }

  private static Optional<Integer> unwrapOrClose(Arc<Integer> handle) {
    Optional<Integer> value = handle.tryUnwrap();
    close(handle);
    return value;
  }

  @CanIgnoreReturnValue
  private static Object close(Owner owner) {
    owner.close();
    return "closed";
  }

  /// Runs all at the same time, and answers what they did.
  @CanIgnoreReturnValue
  private <T> List<T> race(List<? extends Callable<T>> racers) throws Exception {
    CyclicBarrier start = new CyclicBarrier(racers.size());
    List<Future<T>> running = new ArrayList<>();
    for (Callable<T> racer : racers) {
      running.add(
          threads.submit(
              () -> {
                var _ = start.await();
                return racer.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get());
    }
    return results;
  }
}
