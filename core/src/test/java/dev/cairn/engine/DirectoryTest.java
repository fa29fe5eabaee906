package dev.cairn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// White box: what is known of each page and granule of a heap.
class DirectoryTest {
  private static final long PAGE = 1L << Chunk.PAGE_OF_GRANULE;
  private static final long CHUNK = 1L << Chunk.CHUNK_OF_GRANULE;
  private static final HeapPlan PLAN =
      new HeapPlan(
          "heap",
          HeapPlan.Growth.ON_DEMAND,
          1L << 30,
          null,
          HeapPlan.Source.ARENAS,
          0,
          -1,
          HeapPlan.USUALLY_HUGE_FROM);
  private static final long[] BEYOND = {10 * CHUNK, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE};

  private final Lookup lookup = new PagedHeap(PLAN, () -> false);
  private final Directory directory = lookup.directory;
  private final ThreadCache cache = new ThreadCache(5, ThreadCache.Kind.THREAD);

  @Test
  void nothingIsKnownOfWhatIsBeyondOrHasNoSlab() {
    directory.ensureChunks(3);
    for (long granule : new long[] {0, CHUNK, CHUNK + 77, 3 * CHUNK - 1}) {
      assertNothingIsAt(granule);
    }
    for (long granule : BEYOND) {
      assertNothingIsAt(granule);
    }
  }

  @Test
  void aSlabIsFoundByEachOfItsPagesAlsoAcrossChunks() {
    int sizeClass = SizeClasses.of(65536, 1);
    assertThat(SizeClasses.slabPages(sizeClass)).isGreaterThan(2);
    directory.ensureChunks(3);
    Slab slab = new Slab(cache, sizeClass, 2 * CHUNK - 2 * PAGE);
    directory.enter(slab);
    for (int page = 0; page < slab.pages(); page++) {
      for (long granule : new long[] {0, 1, PAGE - 1}) {
        long at = slab.start + page * PAGE + granule;
        assertThat(directory.slab(at)).isSameAs(slab);
        assertThat(directory.note(at)).isEqualTo(5L << Chunk.OWNER_SHIFT | sizeClass);
      }
    }
    assertNothingIsAt(slab.start - 1);
    assertNothingIsAt(slab.start + slab.pages() * PAGE);

    directory.remove(slab);
    for (int page = 0; page < slab.pages(); page++) {
      assertNothingIsAt(slab.start + page * PAGE);
    }
  }

  @Test
  void aNoteKeepsItsOwnerAndClassWhenItsPageBecomesShared() {
    directory.ensureChunks(2);
    Slab slab = new Slab(cache, 3, CHUNK);
    directory.enter(slab);
    Chunk.share(directory.chunk(CHUNK), Chunk.noteOf(CHUNK));
    Chunk.share(directory.chunk(CHUNK), Chunk.noteOf(CHUNK + PAGE));
    assertThat(directory.note(CHUNK)).isNegative();
    assertThat(directory.note(CHUNK) & ~Chunk.SHARED).isEqualTo(cache.key | 3);
    assertThat(directory.note(CHUNK + PAGE)).as("no slab is there").isZero();
  }

  @Test
  void aBlockIsLiveThatIsMarkedAndThatNobodyHasFreed() {
    directory.ensureChunks(2);
    directory.enter(new Slab(cache, 0, CHUNK));
    long granule = CHUNK + 1234;
    assertThat(directory.isLive(granule)).isFalse();
    directory.chunk(granule)[Chunk.MARKS + Chunk.wordOf(granule)] |= 1L << granule;
    assertThat(directory.isLive(granule)).isTrue();
    assertThat(directory.isLive(granule - 1)).isFalse();
    assertThat(directory.isLive(granule + 1)).isFalse();
    assertThat(directory.isClaimed(granule)).isFalse();

    long[] bits = directory.makeRemote(granule);
    assertThat(directory.makeRemote(granule)).isSameAs(bits).isSameAs(directory.remote(granule));
    long _ = Chunk.getAndOr(bits, Chunk.wordOf(granule), 1L << granule);
    assertThat(directory.isClaimed(granule)).isTrue();
    assertThat(directory.isClaimed(granule + 64)).isFalse();
    assertThat(directory.isLive(granule)).as("a claim may be withdrawn").isTrue();
    long _ = Chunk.getAndOr(bits, Chunk.FREED + Chunk.wordOf(granule), 1L << granule);
    assertThat(directory.isLive(granule)).isFalse();
  }

  @Test
  void whatIsKnownStaysWhereItIsWhenChunksAreAdded() {
    directory.ensureChunks(2);
    Slab slab = new Slab(cache, 0, CHUNK);
    directory.enter(slab);
    long[] chunk = directory.chunk(CHUNK);
    long[] remote = directory.makeRemote(CHUNK);
    directory.ensureChunks(100);
    directory.ensureChunks(50);
    assertThat(directory.chunk(CHUNK)).isSameAs(chunk);
    assertThat(directory.remote(CHUNK)).isSameAs(remote);
    assertThat(directory.slab(CHUNK)).isSameAs(slab);
    assertNothingIsAt(100 * CHUNK - 1);
    directory.enter(new Slab(cache, 1, 99 * CHUNK));
    assertThat(directory.note(99 * CHUNK)).isEqualTo(cache.key | 1);
  }

  @Test
  void tablesAreMadeOnlyForChunksThatHaveSlabs() {
    directory.ensureChunks(1000);
    long before = directory.metadataBytes();
    assertThat(before).isLessThan(1000 * 300);
    directory.enter(new Slab(cache, 0, 500 * CHUNK));
    assertThat(directory.metadataBytes() - before).isEqualTo(8L * Chunk.LENGTH);
    long[] remote = directory.makeRemote(500 * CHUNK);
    assertThat(directory.metadataBytes() - before).isEqualTo(8L * (Chunk.LENGTH + remote.length));
  }

  @Test
  void withoutAMainGroundNoAddressThatMemoryCanHaveHasAPosition() {
    Ground ground = Ground.allocated(CHUNK << Chunk.GRANULE_SHIFT, 4096, 64, 16);
    long address = ground.base;
    directory.ensureChunks(2);
    directory.setMain(ground);
    assertThat(address - lookup.origin).isEqualTo(ground.start);
    directory.setMain(null);
    assertThat(lookup.mainMemory).isNull();
    for (long any : new long[] {0, address, 1L << 56, Long.MAX_VALUE, -16, -(1L << 56)}) {
      long granule = Long.rotateRight(any - lookup.origin, Chunk.GRANULE_SHIFT);
      assertThat(granule >>> Chunk.CHUNK_OF_GRANULE)
          .as("0x%x", any)
          .isGreaterThanOrEqualTo(lookup.chunks.length);
    }
    ground.release();
  }

  private void assertNothingIsAt(long granule) {
    assertThat(directory.note(granule)).isZero();
    assertThat(directory.slab(granule)).isNull();
    assertThat(directory.isLive(granule)).isFalse();
    assertThat(directory.isClaimed(granule)).isFalse();
    assertThat(directory.remote(granule)).isEmpty();
  }
}
