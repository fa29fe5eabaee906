package dev.cairn.testkit;

/// What the contract of an allocator leaves open, and so each allocator has to state.
///
/// {@snippet :
/// Traits.DEFAULT.withMaxAlignment(8).with(Traits.Reclaim.LAST_IN_FIRST_OUT)
/// }
///
/// @param maxAlignment the largest alignment that every block can have, in bytes
/// @param capacity whether it takes more memory than it was opened with
/// @param reclaim which freed blocks make room
/// @param ending what becomes of its live blocks when it closes
/// @param threads which threads may use a block
public record Traits(
    long maxAlignment, Capacity capacity, Reclaim reclaim, Ending ending, Threads threads) {

  /// The traits of a heap: alignments up to 1 MiB, bounded, frees in any order, blocks that end
  /// when it closes and that any thread may use.
  public static final Traits DEFAULT =
      new Traits(1 << 20, Capacity.BOUNDED, Reclaim.ANY_ORDER, Ending.BLOCKS_END, Threads.ANY);

  /// Refuses a largest alignment that is none.
  ///
  /// @throws IllegalArgumentException if `maxAlignment` is not a power of two up to 1 MiB
  public Traits {
    if (Long.bitCount(maxAlignment) != 1 || maxAlignment < 1 || maxAlignment > 1 << 20) {
      throw new IllegalArgumentException(
          "largest alignment " + maxAlignment + ": the suite asks for powers of two up to 1 MiB");
    }
  }

  /// These traits with another largest alignment.
  ///
  /// @param bytes the largest alignment that every block can have, in bytes
  /// @return the traits
  public Traits withMaxAlignment(long bytes) {
    return new Traits(bytes, capacity, reclaim, ending, threads);
  }

  /// These traits with another capacity.
  ///
  /// @param other the capacity
  /// @return the traits
  public Traits with(Capacity other) {
    return new Traits(maxAlignment, other, reclaim, ending, threads);
  }

  /// These traits with another way of reclaiming.
  ///
  /// @param other the way of reclaiming
  /// @return the traits
  public Traits with(Reclaim other) {
    return new Traits(maxAlignment, capacity, other, ending, threads);
  }

  /// These traits with another ending.
  ///
  /// @param other the ending
  /// @return the traits
  public Traits with(Ending other) {
    return new Traits(maxAlignment, capacity, reclaim, other, threads);
  }

  /// These traits with other threads.
  ///
  /// @param other the threads
  /// @return the traits
  public Traits with(Threads other) {
    return new Traits(maxAlignment, capacity, reclaim, ending, other);
  }

  /// Whether an allocator takes more memory than it was opened with.
  public enum Capacity {
    /// It never does: the capacity that it is opened with is the most its footprint becomes.
    BOUNDED,
    /// It does, for as long as the system gives it any.
    UNBOUNDED
  }

  /// Which freed blocks make room for other ones.
  public enum Reclaim {
    /// Every one does.
    ANY_ORDER,
    /// A block does when every block that was allocated after it is freed too.
    LAST_IN_FIRST_OUT
  }

  /// What becomes of the live blocks when an allocator closes.
  public enum Ending {
    /// Every access to them throws [IllegalStateException] from then on.
    BLOCKS_END,
    /// They can be accessed for as long as the memory below them, which is the caller's.
    BLOCKS_STAY,
    /// As those that stay, but they are zero.
    BLOCKS_ARE_WIPED
  }

  /// Which threads may use a block.
  public enum Threads {
    /// Any thread may.
    ANY,
    /// Only the thread that allocated it: access by another throws [WrongThreadException].
    ALLOCATING
  }
}
