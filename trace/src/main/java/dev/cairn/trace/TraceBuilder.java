package dev.cairn.trace;

import dev.cairn.alloc.Layout;
import java.util.Arrays;
import java.util.BitSet;

/// Makes a [Trace], operation by operation, and refuses one that no program can do.
///
/// Not thread-safe.
public final class TraceBuilder {
  private static final int MOST_OPERATIONS = Integer.MAX_VALUE - 8;

  String name;
  int operations;
  int blocks;
  int threads = 1;
  byte[] codes = new byte[1024];
  byte[] alignmentShifts = new byte[1024];
  int[] blockOf = new int[1024];
  long[] byteSizes = new long[1024];
  long[] lines = new long[1024];
  short[] threadOf = new short[1024];

  private final BitSet live = new BitSet();
  private short thread;
  private long line;

  TraceBuilder(String name) {
    this.name = name;
  }

  /// Names the trace.
  ///
  /// @param newName what to call the trace, in one line
  /// @return this builder
  public TraceBuilder name(String newName) {
    name = newName;
    return this;
  }

  /// Says which thread the operations from here on are of. It begins with thread 0.
  ///
  /// @param number the number of the thread, from 0 to 32767
  /// @return this builder
  /// @throws IllegalArgumentException if `number` is out of that range
  public TraceBuilder thread(int number) {
    if (number < 0 || number > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "thread " + number + ": number the threads from 0 to " + Short.MAX_VALUE);
    }
    thread = (short) number;
    return this;
  }

  /// Says which line of the file the operations from here on are from.
  TraceBuilder line(long number) {
    line = number;
    return this;
  }

  /// Adds an allocation.
  ///
  /// @param byteSize the size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return the number of the new block
  /// @throws dev.cairn.alloc.LayoutException if the size and the alignment make no layout
  public int allocate(long byteSize, long byteAlignment) {
    return begin(Trace.ALLOCATE, byteSize, byteAlignment);
  }

  /// Adds an allocation of zeroed memory.
  ///
  /// @param byteSize the size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return the number of the new block
  /// @throws dev.cairn.alloc.LayoutException if the size and the alignment make no layout
  public int allocateZeroed(long byteSize, long byteAlignment) {
    return begin(Trace.ALLOCATE_ZEROED, byteSize, byteAlignment);
  }

  /// Adds a change of a block's size.
  ///
  /// @param block the number of a live block
  /// @param byteSize the new size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @return this builder
  /// @throws IllegalArgumentException if `block` is not live
  /// @throws dev.cairn.alloc.LayoutException if the size and the alignment make no layout
  public TraceBuilder reallocate(int block, long byteSize, long byteAlignment) {
    requireLive("reallocate", block);
    Layout.requireValid(byteSize, byteAlignment);
    add(Trace.REALLOCATE, block, byteSize, byteAlignment);
    return this;
  }

  /// Adds the end of a block.
  ///
  /// @param block the number of a live block
  /// @return this builder
  /// @throws IllegalArgumentException if `block` is not live
  public TraceBuilder free(int block) {
    requireLive("free", block);
    live.clear(block);
    add(Trace.FREE, block, 0, 1);
    return this;
  }

  /// Adds a call of free with NULL.
  ///
  /// @return this builder
  public TraceBuilder freeNull() {
    add(Trace.FREE_NULL, Trace.NO_BLOCK, 0, 1);
    return this;
  }

  /// Whether a block was allocated and has not been freed.
  ///
  /// @param block a number
  /// @return whether it is that of a live block
  public boolean isLive(long block) {
    return block >= 0 && block < blocks && live.get((int) block);
  }

  /// Makes the trace of all operations so far.
  ///
  /// @return the trace
  public Trace build() {
    return build(Reading.NONE);
  }

  Trace build(Reading reading) {
    return new Trace(this, reading);
  }

  private int begin(byte code, long byteSize, long byteAlignment) {
    Layout.requireValid(byteSize, byteAlignment);
    add(code, blocks, byteSize, byteAlignment);
    live.set(blocks);
    return blocks++;
  }

  private void add(byte code, int block, long byteSize, long byteAlignment) {
    if (operations == codes.length) {
      grow();
    }
    codes[operations] = code;
    alignmentShifts[operations] = (byte) Long.numberOfTrailingZeros(byteAlignment);
    blockOf[operations] = block;
    byteSizes[operations] = byteSize;
    lines[operations] = line;
    threadOf[operations] = thread;
    threads = Math.max(threads, thread + 1);
    operations++;
  }

  private void grow() {
    if (operations == MOST_OPERATIONS) {
      throw new IllegalStateException(
          "a trace has at most " + MOST_OPERATIONS + " operations: split the recording");
    }
    int capacity = (int) Math.min(operations * 2L, MOST_OPERATIONS);
    codes = Arrays.copyOf(codes, capacity);
    alignmentShifts = Arrays.copyOf(alignmentShifts, capacity);
    blockOf = Arrays.copyOf(blockOf, capacity);
    byteSizes = Arrays.copyOf(byteSizes, capacity);
    lines = Arrays.copyOf(lines, capacity);
    threadOf = Arrays.copyOf(threadOf, capacity);
  }

  private void requireLive(String operation, int block) {
    if (!isLive(block)) {
      throw new IllegalArgumentException(
          operation
              + " of block "
              + block
              + ", which is not live: "
              + blocks
              + " blocks have been allocated so far, numbered from 0");
    }
  }
}
