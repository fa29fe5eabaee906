package dev.cairn.engine;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is where in a heap: the tables of its chunks, and the slab of each page.
///
/// Arrays grow by being replaced, under the lock of [Grounds]; what is in them is not moved. So
/// whoever was handed a block finds it, with or without the lock.
final class Directory {
  private static final long[] NO_ROW = {};

  private final Lookup lookup;
  // By chunk, made when first needed. Two bits per granule: first all those that say that a thread
  // is about to free the block there, and nobody else may; then those that say that it has.
  private long[][] remote = {NO_ROW};
  // By page.
  private @Nullable Slab[] slabs = {};

  Directory(Lookup lookup) {
    this.lookup = lookup;
  }

  /// Says that there is one ground, for good; or, with null, that there are several.
  void setMain(@Nullable Ground ground) {
    lookup.origin = ground == null ? Lookup.NO_ORIGIN : ground.origin();
    lookup.mainMemory = ground == null ? null : ground.memory;
    lookup.mainScope = ground == null ? null : ground.memory.scope();
  }

  /// Makes room for a number of chunks.
  void ensureChunks(int count) {
    int before = lookup.chunks.length;
    if (count > before) {
      long[][] more = Arrays.copyOf(lookup.chunks, count);
      Arrays.fill(more, before, count, Chunk.NONE);
      long[][] moreRemote = Arrays.copyOf(remote, count);
      Arrays.fill(moreRemote, before, count, NO_ROW);
      @Nullable Slab[] moreSlabs = Arrays.copyOf(slabs, count * Chunk.PAGES);
      // Readers take no lock: what is in the arrays is written before they are seen.
      VarHandle.releaseFence();
      remote = moreRemote;
      slabs = moreSlabs;
      lookup.chunks = more;
    }
  }

  /// The table of a granule's chunk.
  long[] chunk(long granule) {
    long[][] now = lookup.chunks;
    long index = granule >>> Chunk.CHUNK_OF_GRANULE;
    return index < now.length ? now[(int) index] : Chunk.NONE;
  }

  /// The note of a granule's page.
  long note(long granule) {
    return Chunk.getVolatile(chunk(granule), Chunk.noteOf(granule));
  }

  /// The slab of a granule's page.
  @Nullable Slab slab(long granule) {
    @Nullable Slab[] now = slabs;
    long page = granule >>> Chunk.PAGE_OF_GRANULE;
    return page < now.length ? now[(int) page] : null;
  }

  /// The row of remote frees; empty if there were none.
  long[] remote(long granule) {
    long[][] now = remote;
    long index = granule >>> Chunk.CHUNK_OF_GRANULE;
    return index < now.length ? now[(int) index] : NO_ROW;
  }

  /// The row of remote frees, made if need be.
  long[] makeRemote(long granule) {
    int index = (int) (granule >>> Chunk.CHUNK_OF_GRANULE);
    if (remote[index].length == 0) {
      remote[index] = new long[2 * Chunk.WORDS];
    }
    return remote[index];
  }

  /// Whether a live block begins at a granule, and no other thread has freed it.
  boolean isLive(long granule) {
    int word = Chunk.wordOf(granule);
    long[] bits = remote(granule);
    // First who has freed it: a block that comes home loses its mark first, then this.
    long freed = bits.length == 0 ? 0 : Chunk.getVolatile(bits, Chunk.FREED + word);
    long live = Chunk.getVolatile(chunk(granule), Chunk.MARKS + word) & ~freed;
    return (live & (1L << granule)) != 0;
  }

  /// Whether another thread is about to free the block at a granule, or to find that it may not; or
  /// has freed it, and it has not come home.
  boolean isClaimed(long granule) {
    long[] bits = remote(granule);
    return bits.length != 0
        && (Chunk.getVolatile(bits, Chunk.wordOf(granule)) & (1L << granule)) != 0;
  }

  /// Enters a slab, of which no block is live; wholly or, if the Java heap is full, not at all.
  void enter(Slab slab) {
    long[][] chunks = lookup.chunks;
    for (int page = 0; page < slab.pages(); page++) {
      int index = chunkOf(slab, page);
      if (Chunk.isNone(chunks[index])) {
        chunks[index] = new long[Chunk.LENGTH];
      }
    }
    long note = slab.cache.key | slab.sizeClass | (slab.isShared ? Chunk.SHARED : 0);
    for (int page = 0; page < slab.pages(); page++) {
      long granule = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      slabs[(int) (granule >>> Chunk.PAGE_OF_GRANULE)] = slab;
      long _ = Chunk.getAndSet(chunks[chunkOf(slab, page)], Chunk.noteOf(granule), note);
    }
  }

  private static int chunkOf(Slab slab, int page) {
    long granule = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
    return (int) (granule >>> Chunk.CHUNK_OF_GRANULE);
  }

  /// Removes a slab, of which no block is live.
  void remove(Slab slab) {
    for (int page = 0; page < slab.pages(); page++) {
      long granule = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      long _ = Chunk.getAndSet(chunk(granule), Chunk.noteOf(granule), 0);
      slabs[(int) (granule >>> Chunk.PAGE_OF_GRANULE)] = null;
    }
  }

  /// What this takes on the Java heap, in bytes.
  long metadataBytes() {
    long[][] chunks = lookup.chunks;
    long bytes = 4L * (chunks.length + remote.length + slabs.length);
    for (int i = 0; i < chunks.length; i++) {
      bytes += 8L * ((Chunk.isNone(chunks[i]) ? 0 : Chunk.LENGTH) + remote[i].length);
    }
    return bytes;
  }
}
