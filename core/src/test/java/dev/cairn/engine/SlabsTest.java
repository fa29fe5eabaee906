package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// Threads that free blocks of one slab are stopped here at points where the system may stop them.
class SlabsTest {
  private static final int SIZE_CLASS = SizeClasses.COUNT - 1;

  private final HeapPlan plan =
      new HeapPlan(
          "heap",
          HeapPlan.Growth.ON_DEMAND,
          64 << 20,
          null,
          HeapPlan.Source.ARENAS,
          Long.MAX_VALUE,
          -1,
          HeapPlan.USUALLY_HUGE_FROM);
  private final Lookup lookup = new Lookup(plan, () -> false) {};
  private final Directory directory = lookup.directory;
  private final Grounds grounds = lookup.grounds;
  private final Slabs slabs = new Slabs(grounds, directory, new Usage(), () -> {});
  private final ThreadCache cache = new ThreadCache(1, ThreadCache.Kind.THREAD);
  private final ThreadCache another = new ThreadCache(2, ThreadCache.Kind.THREAD);

  @Test
  void aSlabMayBeReleasedBeforeItIsAnnounced() {
    long first = allocate(cache);
    long second = allocate(cache);
    Slab slab = slabAt(first);
    slabs.share(slab);
    // One thread has freed its block, and is stopped before it announces that.
    assertThat(slabs.claim(slab, first)).isTrue();
    long _ = Chunk.getAndOr(directory.remote(first), freed(first), 1L << first);
    // Another frees the other block, and both come home.
    assertThat(slabs.claim(slab, second)).isTrue();
    assertThat(slabs.freeRemotely(slab, second)).isTrue();
    slabs.empty(cache);
    assertThat(slab.isReleased).isTrue();
    long third = allocate(another);
    assertThat(third).isEqualTo(first);

    slabs.announce(slab);

    assertThat(another.popAll()).isNull();
    slabs.empty(cache);
    assertThat(directory.isLive(third)).isTrue();
    assertThat(cache.slabs).isNull();
  }

  @Test
  void aClaimThatIsWithdrawnDoesNotStandAgainstTheRightOne() throws Exception {
    long block = allocate(cache);
    Slab slab = slabAt(block);
    slabs.share(slab);
    // A thread that frees the block's predecessor once more has found it gone, and is stopped
    // before it withdraws its claim.
    long[] bits = claims(block);
    long _ = Chunk.getAndOr(bits, Chunk.wordOf(block), 1L << block);
    assertThat(directory.isLive(block)).isTrue();

    CompletableFuture<Boolean> right =
        CompletableFuture.supplyAsync(() -> slabs.claim(slab, block));
    assertThat(isDoneSoon(right)).isFalse();
    long _ = Chunk.getAndClear(bits, Chunk.wordOf(block), 1L << block);

    assertThat(right.get()).isTrue();
  }

  @Test
  void whatWasFreedIsRefusedWhileItIsOnItsWayHome() {
    long block = allocate(cache);
    Slab slab = slabAt(block);
    slabs.share(slab);
    assertThat(slabs.claim(slab, block)).isTrue();
    assertThat(slabs.freeRemotely(slab, block)).isTrue();

    assertThat(directory.isLive(block)).isFalse();
    assertThat(slabs.claim(slab, block)).isFalse();
  }

  @Test
  void aThreadThatComesLateDoesNotClaimABlockOfTheNextSlab() {
    long block = allocate(cache);
    Slab slab = slabAt(block);
    slabs.share(slab);
    // A thread that frees a block twice has come as far as its claim. Meanwhile its slab goes, and
    // another thread's comes, which nobody else may take blocks of.
    assertThat(slabs.claim(slab, block)).isTrue();
    assertThat(slabs.freeRemotely(slab, block)).isTrue();
    slabs.empty(cache);
    long next = allocate(another);
    assertThat(next).isEqualTo(block);

    assertThat(slabs.claim(slab, block)).isFalse();

    assertThat(directory.isClaimed(next)).isFalse();
    assertThat(directory.isLive(next)).isTrue();
  }

  @Test
  void aSlabCountsAsSharedOnlyOnceEveryThreadKnows() {
    long block = allocate(cache);
    Slab slab = slabAt(block);
    // Some thread is about to share it: its note says so, but not every thread has passed the
    // fence.
    Chunk.share(directory.chunk(block), Chunk.noteOf(block));
    assertThat(slab.isShared).isFalse();

    slabs.share(slab);

    assertThat(slab.isShared).isTrue();
    List<Long> rest = new ArrayList<>();
    while (rest.size() < slab.blocks) {
      rest.add(allocate(cache));
    }
    // The class has others that free its blocks: its next slabs need no fence.
    assertThat(slabAt(rest.getLast()).isShared).isTrue();
    assertThat(directory.note(rest.getLast())).isNegative();
  }

  private long allocate(ThreadCache cache) {
    return slabs.allocate(cache, SIZE_CLASS) >>> Chunk.GRANULE_SHIFT;
  }

  private Slab slabAt(long granule) {
    Slab slab = directory.slab(granule);
    assertThat(slab).isNotNull();
    return slab;
  }

  private long[] claims(long granule) {
    synchronized (grounds) {
      return directory.makeRemote(granule);
    }
  }

  private static int freed(long granule) {
    return Chunk.FREED + Chunk.wordOf(granule);
  }

  private static boolean isDoneSoon(CompletableFuture<?> task) throws Exception {
    try {
      var _ = task.get(100, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillAtIt) {
      return false;
    }
  }
}
