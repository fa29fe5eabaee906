package dev.cairn.engine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What a heap is to be: where its memory comes from, and how much of it there is.
///
/// @param name what those who watch it call it
/// @param kind what messages call it
/// @param growth whether it takes more memory
/// @param limit the most bytes it may hold from the system
/// @param memory the memory that the caller has brought, or null
/// @param source where its own memory comes from
/// @param retained how many bytes that are not in use it may keep, if they are more than a quarter
///     of what is
/// @param decayMillis after how many milliseconds it gives them back; negative for never
/// @param hugeFrom from how many bytes on it asks for huge pages
public record HeapPlan(
    String name,
    String kind,
    Growth growth,
    long limit,
    @Nullable MemorySegment memory,
    Source source,
    long retained,
    long decayMillis,
    long hugeFrom) {

  /// A plan of a heap that has no name but its kind.
  ///
  /// @param kind what messages call it
  /// @param growth whether it takes more memory
  /// @param limit the most bytes it may hold from the system
  /// @param memory the memory that the caller has brought, or null
  /// @param source where its own memory comes from
  /// @param retained how many bytes that are not in use it may keep
  /// @param decayMillis after how many milliseconds it gives them back; negative for never
  /// @param hugeFrom from how many bytes on it asks for huge pages
  public HeapPlan(
      String kind,
      Growth growth,
      long limit,
      @Nullable MemorySegment memory,
      Source source,
      long retained,
      long decayMillis,
      long hugeFrom) {
    this(kind, kind, growth, limit, memory, source, retained, decayMillis, hugeFrom);
  }

  /// The same plan, of a heap with a name.
  ///
  /// @param newName the name
  /// @return the plan
  public HeapPlan named(String newName) {
    return new HeapPlan(
        newName, kind, growth, limit, memory, source, retained, decayMillis, hugeFrom);
  }

  /// From where on a heap asks for huge pages unless it is told: what uses less memory keeps to
  /// small ones.
  public static final long USUALLY_HUGE_FROM = 32L << 20;

  /// Heaps smaller than this have no slabs: pages of one size each would be too few.
  private static final long FEWEST_SLABS_BYTES = 2L << 20;

  private static final int LARGE_GRANULE = 4096;

  // A thread that allocates blocks of every size has slabs of every class. These bounds keep what
  // is bound in slabs that are mostly free to a part of the heap.
  private static final int LEAST_IN_SLABS = 4096;
  private static final int LARGEST_IN_SLABS_SHIFT = 13;
  private static final int THREAD_SHIFT = 24;
  private static final int STRIPE_SHIFT = 25;

  /// Whether more memory is taken from the system.
  public enum Growth {
    /// It has all of its memory from the start.
    NONE,
    /// It takes more as needed.
    ON_DEMAND
  }

  /// Where memory comes from.
  public enum Source {
    /// Address space reserved with `mmap`.
    PAGES,
    /// Arenas of the JDK.
    ARENAS
  }

  /// The alignment that the memory of a caller is trimmed to, so that its blocks can have any.
  ///
  /// @param memory the memory
  /// @return the alignment in bytes
  public static long alignmentOver(MemorySegment memory) {
    return memory.isNative() && memory.byteSize() >= FEWEST_SLABS_BYTES
        ? LARGE_GRANULE
        : BlockMap.GRANULE;
  }

  /// Whether small blocks are in slabs, for threads to cache.
  boolean hasSlabs() {
    return limit >= FEWEST_SLABS_BYTES;
  }

  /// The size of the largest blocks that are in slabs, in bytes.
  long largestInSlabs() {
    return hasSlabs()
        ? Math.clamp(limit >> LARGEST_IN_SLABS_SHIFT, LEAST_IN_SLABS, SizeClasses.LARGEST)
        : -1;
  }

  /// How many threads can have a cache of their own.
  int threadCaches() {
    return Math.clamp(limit >> THREAD_SHIFT, 1, Integer.MAX_VALUE - 1);
  }

  /// How many caches the other threads share, at most.
  int sharedCaches() {
    return Math.clamp(limit >> STRIPE_SHIFT, 1, Integer.MAX_VALUE);
  }

  /// The unit of blocks that are not in slabs, in bytes.
  int granule() {
    return hasSlabs() ? LARGE_GRANULE : BlockMap.GRANULE;
  }

  boolean usesReservations() {
    return source == Source.PAGES && hasSlabs();
  }

  /// Answers the kind of the heap and its limit.
  @Override
  public String toString() {
    return limit == Long.MAX_VALUE ? kind : kind + " of " + limit + " bytes";
  }
}
