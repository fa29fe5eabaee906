package dev.cairn.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Where things are in the table of a chunk: what is known of 4 MiB of memory.
///
/// A chunk has 64 pages of 64 KiB, and a page 4096 granules of 16 bytes. The table is a `long[]`:
///
/// - one *note* per page: 0 where no slab is; else the number of the cache that owns the slab, its
///   size class, and the flag [#SHARED];
/// - one *mark* per granule, a bit: a live block of a slab begins there.
///
/// Granules are counted from the beginning of the heap's positions, so that the low bits of a
/// granule's number are its place in the table.
final class Chunk {
  static final int GRANULE_SHIFT = 4;
  static final int PAGE_SHIFT = 16;
  static final int CHUNK_SHIFT = 22;

  /// From a granule's number to that of its chunk.
  static final int CHUNK_OF_GRANULE = CHUNK_SHIFT - GRANULE_SHIFT;

  /// From a granule's number to that of its page.
  static final int PAGE_OF_GRANULE = PAGE_SHIFT - GRANULE_SHIFT;

  static final int PAGES = 1 << (CHUNK_SHIFT - PAGE_SHIFT);

  /// Words of marks.
  static final int WORDS = 1 << (CHUNK_OF_GRANULE - 6);

  static final int PAGE_MASK = PAGES - 1;
  static final int WORD_MASK = WORDS - 1;

  /// Where the marks begin.
  static final int MARKS = PAGES;

  /// The length of a table.
  static final int LENGTH = MARKS + WORDS;

  /// In a note: others than its owner may free blocks of this page.
  static final long SHARED = Long.MIN_VALUE;

  /// How far left of the size class the number of the cache is in a note.
  static final int OWNER_SHIFT = 8;

  /// The table of every chunk without slabs. It is never written.
  static final long[] NONE = new long[LENGTH];

  /// In the row of remote frees, where the bits of blocks begin that others have freed for good.
  static final int FREED = WORDS;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private Chunk() {}

  /// Whether a table is that of chunks without slabs.
  @SuppressWarnings("ReferenceEquality") // the very same
  static boolean isNone(long[] table) {
    return table == NONE;
  }

  /// Where the note of a granule's page is.
  static int noteOf(long granule) {
    return (int) (granule >>> PAGE_OF_GRANULE) & PAGE_MASK;
  }

  /// Which word of bits a granule's bit is in.
  static int wordOf(long granule) {
    return (int) (granule >>> 6) & WORD_MASK;
  }

  /// Reads a word anew, whatever was read before.
  static long getOpaque(long[] words, int index) {
    return (long) WORD.getOpaque(words, index);
  }

  static long getVolatile(long[] words, int index) {
    return (long) WORD.getVolatile(words, index);
  }

  static long getAndSet(long[] words, int index, long value) {
    return (long) WORD.getAndSet(words, index, value);
  }

  static long getAndOr(long[] words, int index, long bits) {
    return (long) WORD.getAndBitwiseOr(words, index, bits);
  }

  /// Sets the flag of a note, if it is one.
  static void share(long[] table, int note) {
    long before;
    do {
      before = getVolatile(table, note);
    } while (before > 0 && !WORD.weakCompareAndSet(table, note, before, before | SHARED));
  }

  static long getAndClear(long[] words, int index, long bits) {
    return (long) WORD.getAndBitwiseAnd(words, index, ~bits);
  }
}
