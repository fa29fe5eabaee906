package dev.cairn.trace;

import java.util.Arrays;
import java.util.Objects;

/// A recording of what a program asked of its allocator: its operations, in order.
///
/// It is well-formed: every [Kind#FREE] and [Kind#REALLOCATE] is of a block that is live at that
/// point, and every size and alignment makes a valid [dev.cairn.alloc.Layout].
///
/// The operations are held in columns of primitive arrays, 24 bytes each. Instances are
/// immutable and may be used by any thread.
public final class Trace {
  /// What an operation is.
  public enum Kind {
    /// A block begins: malloc, calloc, aligned_alloc, operator new.
    ALLOCATE,
    /// A block ends: free, operator delete.
    FREE,
    /// A block changes its size, and perhaps its place: realloc.
    REALLOCATE,
    /// A call of free with NULL, which does nothing. It has no block and no size.
    FREE_NULL
  }

  /// The block of an operation that has none.
  public static final int NO_BLOCK = -1;

  // What an operation is, as it is held: the kind, and whether it is zeroed.
  static final byte ALLOCATE = 0;
  static final byte ALLOCATE_ZEROED = 1;
  static final byte REALLOCATE = 2;
  static final byte FREE = 3;
  static final byte FREE_NULL = 4;

  private static final long MAX_MALLOC_ALIGNMENT = 16;

  private final String name;
  private final Reading reading;
  private final int blocks;
  private final int threads;
  // One element per operation.
  private final byte[] codes;
  private final byte[] alignmentShifts;
  private final int[] blockOf;
  private final long[] byteSizes;
  private final long[] lines;
  private final short[] threadOf;

  Trace(TraceBuilder from, Reading reading) {
    int operations = from.operations;
    this.name = from.name;
    this.reading = reading;
    this.blocks = from.blocks;
    this.threads = from.threads;
    this.codes = Arrays.copyOf(from.codes, operations);
    this.alignmentShifts = Arrays.copyOf(from.alignmentShifts, operations);
    this.blockOf = Arrays.copyOf(from.blockOf, operations);
    this.byteSizes = Arrays.copyOf(from.byteSizes, operations);
    this.lines = Arrays.copyOf(from.lines, operations);
    this.threadOf = Arrays.copyOf(from.threadOf, operations);
  }

  /// Begins a trace.
  ///
  /// @param name what to call the trace
  /// @return a builder with no operations
  public static TraceBuilder builder(String name) {
    return new TraceBuilder(name);
  }

  /// The alignment that C promises for a block of a size: that of the largest type that fits in it,
  /// and no more than 16.
  ///
  /// Formats that do not record alignment are read with it. To ask 16 of blocks smaller than that
  /// would be to ask more than the recorded program could rely on: several allocators align a block
  /// of 8 bytes to 8.
  ///
  /// @param byteSize the size in bytes
  /// @return the alignment in bytes: 1, 2, 4, 8 or 16
  public static long mallocAlignment(long byteSize) {
    return Math.clamp(Long.highestOneBit(byteSize), 1, MAX_MALLOC_ALIGNMENT);
  }

  /// The name of this trace.
  ///
  /// @return the name that the file gives, or that of the file
  public String name() {
    return name;
  }

  /// How this trace was read, and what was left out of it.
  ///
  /// @return the account of the reading
  public Reading reading() {
    return reading;
  }

  /// The number of operations.
  ///
  /// @return the number; operations are indexed from 0
  public int operations() {
    return codes.length;
  }

  /// The number of blocks.
  ///
  /// @return the number; blocks are numbered from 0 in order of allocation
  public int blocks() {
    return blocks;
  }

  /// The number of threads that the operations are of.
  ///
  /// @return one more than the highest thread number; 1 for formats that record none
  public int threads() {
    return threads;
  }

  /// What an operation is.
  ///
  /// @param operation the index of the operation
  /// @return its kind
  public Kind kind(int operation) {
    return switch (codes[operation]) {
      case REALLOCATE -> Kind.REALLOCATE;
      case FREE -> Kind.FREE;
      case FREE_NULL -> Kind.FREE_NULL;
      default -> Kind.ALLOCATE;
    };
  }

  /// Whether an operation asked for zeroed memory.
  ///
  /// @param operation the index of the operation
  /// @return true only where the kind is [Kind#ALLOCATE]
  public boolean isZeroed(int operation) {
    return codes[operation] == ALLOCATE_ZEROED;
  }

  byte code(int operation) {
    return codes[operation];
  }

  /// The block that an operation is of.
  ///
  /// @param operation the index of the operation
  /// @return the number of the block, or [#NO_BLOCK] where the kind is [Kind#FREE_NULL]
  public int block(int operation) {
    return blockOf[operation];
  }

  /// The size that an operation asked for.
  ///
  /// @param operation the index of the operation
  /// @return the size in bytes; 0 where the operation frees
  public long byteSize(int operation) {
    return byteSizes[operation];
  }

  /// The alignment that an operation asked for.
  ///
  /// @param operation the index of the operation
  /// @return the alignment in bytes; 1 where the operation frees
  public long byteAlignment(int operation) {
    return 1L << alignmentShifts[operation];
  }

  /// The thread that an operation was done by.
  ///
  /// @param operation the index of the operation
  /// @return the number of the thread, from 0
  public int thread(int operation) {
    return threadOf[operation];
  }

  /// The line of the file that an operation was read from.
  ///
  /// @param operation the index of the operation
  /// @return the line number, from 1; 0 where the trace was not read from a file
  public long line(int operation) {
    return lines[operation];
  }

  /// Whether `other` is a trace of the same name and the same operations. How and from where either
  /// was read makes no difference.
  @Override
  public boolean equals(Object other) {
    return other instanceof Trace that
        && name.equals(that.name)
        && Arrays.equals(codes, that.codes)
        && Arrays.equals(alignmentShifts, that.alignmentShifts)
        && Arrays.equals(blockOf, that.blockOf)
        && Arrays.equals(byteSizes, that.byteSizes)
        && Arrays.equals(threadOf, that.threadOf);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, Arrays.hashCode(codes), Arrays.hashCode(byteSizes));
  }

  /// Answers `git log (69,531 operations)`.
  @Override
  public String toString() {
    return "%s (%,d operations)".formatted(name, operations());
  }
}
