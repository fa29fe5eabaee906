package dev.cairn.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is where in a heap: the tables of its chunks, and the slab of each page.
///
/// Arrays grow by being replaced, under the lock of [Grounds]; what is in them is not moved. So
/// whoever was handed a block finds it, with or without the lock.
final class Directory {
  // By chunk. Read without a lock by every call.
  long[][] chunks = {Chunk.NONE};

  /// The only ground, once it is there for good; null where grounds come and go.
  @Nullable Ground main;

  /// What to add to a position in the main ground to have the address. Without a main ground it
  /// makes a position of no address.
  long origin = Long.MIN_VALUE;

  // By chunk, made when first needed. Two bits per granule: first all those that say that a thread
  // is about to free the block there, and nobody else may; then those that say that it has.
  private long[][] remote = {Chunk.NONE};
  // By page.
  private @Nullable Slab[] slabs = {};

  /// Says that there is one ground, for good; or, with null, that there are several.
  void setMain(@Nullable Ground ground) {
    origin = ground == null ? Long.MIN_VALUE : ground.origin();
    main = ground;
  }

  /// Makes room for a number of chunks.
  void ensureChunks(int count) {
    int before = chunks.length;
    if (count > before) {
      long[][] more = Arrays.copyOf(chunks, count);
      Arrays.fill(more, before, count, Chunk.NONE);
      remote = Arrays.copyOf(remote, count);
      Arrays.fill(remote, before, count, Chunk.NONE);
      slabs = Arrays.copyOf(slabs, count * Chunk.PAGES);
      chunks = more;
    }
  }

  /// The table of a granule's chunk.
  long[] chunk(long granule) {
    long[][] now = chunks;
    long index = granule >>> Chunk.CHUNK_OF_GRANULE;
    return index < now.length ? now[(int) index] : Chunk.NONE;
  }

  /// The note of a granule's page.
  long note(long granule) {
    long[] chunk = chunk(granule);
    return chunk.length == 0 ? 0 : Chunk.getVolatile(chunk, Chunk.noteOf(granule));
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
    return index < now.length ? now[(int) index] : Chunk.NONE;
  }

  /// The row of remote frees, made if need be.
  long[] makeRemote(long granule) {
    int index = (int) (granule >>> Chunk.CHUNK_OF_GRANULE);
    if (remote[index].length == 0) {
      remote[index] = new long[2 * Chunk.WORDS];
    }
    return remote[index];
  }

  /// Whether a live block begins at a granule, and no other thread is freeing it.
  boolean isLive(long granule) {
    long[] chunk = chunk(granule);
    return chunk.length != 0
        && (Chunk.getAcquire(chunk, Chunk.MARKS + Chunk.wordOf(granule)) & (1L << granule)) != 0
        && !isClaimed(granule);
  }

  /// Whether a thread is about to free the block at a granule, or has, and it has not come home.
  boolean isClaimed(long granule) {
    long[] bits = remote(granule);
    return bits.length != 0
        && (Chunk.getVolatile(bits, Chunk.wordOf(granule)) & (1L << granule)) != 0;
  }

  /// Enters a slab, of which no block is live.
  void enter(Slab slab) {
    for (int page = 0; page < slab.pages(); page++) {
      long granule = slab.start + ((long) page << Chunk.PAGE_OF_GRANULE);
      int index = (int) (granule >>> Chunk.CHUNK_OF_GRANULE);
      if (chunks[index].length == 0) {
        chunks[index] = new long[Chunk.LENGTH];
      }
      slabs[(int) (granule >>> Chunk.PAGE_OF_GRANULE)] = slab;
      long _ =
          Chunk.getAndSet(chunks[index], Chunk.noteOf(granule), slab.cache.key | slab.sizeClass);
    }
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
    long bytes = 4L * (chunks.length + remote.length + slabs.length);
    for (int i = 0; i < chunks.length; i++) {
      bytes += 8L * (chunks[i].length + remote[i].length);
    }
    return bytes;
  }
}
