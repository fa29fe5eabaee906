package dev.cairn.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A range of address space taken from the system with mmap: backed by memory as it is touched,
/// zero until then.
///
/// A *page* is the system's: [#pageSize()] bytes, at a multiple of them.
///
/// ## Cost
///
/// A reservation takes addresses only. Memory comes a page at a time, when the page is first
/// touched, and stays until it is [discarded][#discard(long, long)]. Every method but
/// [#memory()], [#isSupported()] and [#pageSize()] is at least one call of the system. The system
/// does not promise the memory: a process that touches more than there is may be killed.
///
/// ## Threads
///
/// Any thread may use a reservation. Closing it while another thread is in one of its methods is
/// refused, or makes that method throw [IllegalStateException]: it is never the memory of someone
/// else that the method reaches.
public final class Reservation implements AutoCloseable {
  /// The largest alignment a reservation can have: 1 GiB.
  public static final long MAX_ALIGNMENT = 1L << 30;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  // Null where this JVM cannot reserve.
  private static final @Nullable MemoryCalls CALLS = MemoryCalls.bindOrNull();

  private final MemoryCalls calls;
  private final Arena arena;
  // All of the pages; memory may end within the last.
  private final MemorySegment pages;
  private final MemorySegment memory;

  @SuppressWarnings({"restricted", "MustBeClosedChecker"}) // close() closes the arena
  private Reservation(MemoryCalls calls, Mapping mapping, long address, long byteSize) {
    this.calls = calls;
    this.arena = Arena.ofShared();
    // SAFETY: the pages are mapped, for reading and writing, and only the cleanup unmaps them: when
    // the scope has ended, and with it every use of them.
    this.pages =
        MemorySegment.ofAddress(address)
            .reinterpret(roundUp(byteSize, calls.pageSize), arena, _ -> unmap(calls, mapping));
    this.memory = pages.asSlice(0, byteSize);
  }

  /// What the system gave: the pages, and what could not be trimmed from them.
  private record Mapping(long from, long to) {}

  /// Whether this JVM can reserve: on Linux, on x86-64 or AArch64, with native access given.
  ///
  /// Native access is given by the option that [NativeAccess#option()] names. A JVM that would only
  /// warn counts as one that does not give it, so that nobody is warned; it is asked once.
  ///
  /// @return whether it can
  public static boolean isSupported() {
    return CALLS != null;
  }

  /// Reserves address space.
  ///
  /// @param byteSize the size of the memory in bytes; it takes whole pages
  /// @param byteAlignment what its address is a multiple of; that of a page where it is less
  /// @return the reservation; null if the system refuses it or [#isSupported()] is false
  /// @throws IllegalArgumentException if `byteSize` is not positive
  /// @throws IllegalArgumentException if `byteAlignment` is not a power of two, or beyond 1 GiB
  public static @Nullable Reservation tryReserve(long byteSize, long byteAlignment) {
    if (byteSize <= 0) {
      throw new IllegalArgumentException(
          "a reservation of " + byteSize + " bytes: reserve one byte or more");
    }
    if (Long.bitCount(byteAlignment) != 1 || byteAlignment < 0 || byteAlignment > MAX_ALIGNMENT) {
      throw new IllegalArgumentException(
          "a reservation at an alignment of "
              + byteAlignment
              + ": it must be a power of two, at most "
              + MAX_ALIGNMENT);
    }
    MemoryCalls calls = CALLS;
    if (calls == null) {
      return null;
    }
    long alignment = Math.max(byteAlignment, calls.pageSize);
    long size = roundUp(byteSize, calls.pageSize);
    // The kernel takes sizes as unsigned: a sum beyond Long.MAX_VALUE is more than it has.
    long taken = size + alignment - calls.pageSize;
    long from = calls.map(taken);
    if (from == MemoryCalls.REFUSED) {
      return null;
    }
    long to = from + taken;
    long first = roundUp(from, alignment);
    long last = first + size;
    // An end that the system does not take back now is given back with the rest.
    if (from < first && calls.unmap(from, first - from) == 0) {
      from = first;
    }
    if (last < to && calls.unmap(last, to - last) == 0) {
      to = last;
    }
    return new Reservation(calls, new Mapping(from, to), first, byteSize);
  }

  /// The size of a page of the system.
  ///
  /// @return the size in bytes, a power of two
  /// @throws UnsupportedOperationException if [#isSupported()] is false
  public static long pageSize() {
    if (CALLS == null) {
      throw new UnsupportedOperationException(
          "reserving memory needs Linux on x86-64 or AArch64, and native access: start the JVM"
              + " with "
              + NativeAccess.option()
              + ", or take memory from an Arena where isSupported() is false");
    }
    return CALLS.pageSize;
  }

  /// The memory, in a scope of its own that any thread may access and that ends on closing.
  ///
  /// @return a segment of exactly the size that was asked for
  public MemorySegment memory() {
    return memory;
  }

  /// Gives the memory of every page that is wholly inside a range back to the system. The pages
  /// stay, and are zero. A page that is partly inside keeps its contents.
  ///
  /// @param offset where the range begins
  /// @param byteSize the size of the range in bytes
  /// @throws IndexOutOfBoundsException if the range is not inside the memory
  /// @throws IllegalStateException if this reservation is closed
  /// @throws IllegalStateException if the system refuses, as it does for pages that are locked
  public void discard(long offset, long byteSize) {
    Objects.checkFromIndexSize(offset, byteSize, memory.byteSize());
    long from = roundUp(offset, calls.pageSize);
    long to = roundDown(offset + byteSize, calls.pageSize);
    MemorySegment range = pages.asSlice(from, Math.max(0, to - from));
    requireDone(
        calls.discard(range),
        "discard",
        range.byteSize(),
        "pages that are locked cannot be given back");
  }

  /// Asks for huge pages where a range is, for all pages that it touches.
  ///
  /// @param offset where the range begins
  /// @param byteSize the size of the range in bytes
  /// @return whether the system takes the advice; if not, nothing has changed
  /// @throws IndexOutOfBoundsException if the range is not inside the memory
  /// @throws IllegalStateException if this reservation is closed
  public boolean preferHugePages(long offset, long byteSize) {
    return calls.preferHugePages(pagesOf(offset, byteSize)) == 0;
  }

  /// Backs all pages that a range touches with memory. Their contents are kept, also what other
  /// threads write meanwhile.
  ///
  /// @param offset where the range begins
  /// @param byteSize the size of the range in bytes
  /// @throws IndexOutOfBoundsException if the range is not inside the memory
  /// @throws IllegalStateException if this reservation is closed
  /// @throws IllegalStateException if the system does not have that much memory; it may have backed
  ///     some of the pages
  public void populate(long offset, long byteSize) {
    MemorySegment range = pagesOf(offset, byteSize);
    int answer = calls.populate(range);
    if (answer == -MemoryCalls.EINVAL) { // a kernel that does not know this call
      touch(offset, byteSize);
    } else {
      requireDone(answer, "back", range.byteSize(), "ask for less, or give the system more memory");
    }
  }

  /// Does what [#populate(long, long)] does by adding zero to each page.
  void touch(long offset, long byteSize) {
    MemorySegment range = pagesOf(offset, byteSize);
    for (long at = 0; at < range.byteSize(); at += calls.pageSize) {
      var _ = (long) LONG.getAndAdd(range, at, 0L);
    }
  }

  /// Backs all pages that a range touches with memory, and keeps them from being swapped out until
  /// this reservation is closed.
  ///
  /// @param offset where the range begins
  /// @param byteSize the size of the range in bytes
  /// @throws IndexOutOfBoundsException if the range is not inside the memory
  /// @throws IllegalStateException if this reservation is closed
  /// @throws IllegalStateException if the system refuses, as it does beyond the limit of the
  ///     process, RLIMIT_MEMLOCK; it may have locked some of the pages
  public void lock(long offset, long byteSize) {
    MemorySegment range = pagesOf(offset, byteSize);
    requireDone(
        calls.lock(range),
        "lock",
        range.byteSize(),
        "raise the limit of locked memory (RLIMIT_MEMLOCK, ulimit -l), or lock less");
  }

  /// Gives memory and addresses back, and so ends every use of them. Closing again does nothing.
  ///
  /// @throws IllegalStateException if a native call is using the memory; nothing has changed then
  /// @throws IllegalStateException if the system does not take the addresses back; they are lost
  ///     then, as is the memory, until the process ends
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /// Answers the size and the address.
  @Override
  public String toString() {
    return "reservation of "
        + memory.byteSize()
        + " bytes at 0x"
        + Long.toHexString(memory.address());
  }

  /// All pages that a range of the memory touches.
  private MemorySegment pagesOf(long offset, long byteSize) {
    Objects.checkFromIndexSize(offset, byteSize, memory.byteSize());
    long from = roundDown(offset, calls.pageSize);
    long to = byteSize == 0 ? from : roundUp(offset + byteSize, calls.pageSize);
    return pages.asSlice(from, to - from);
  }

  private static void unmap(MemoryCalls calls, Mapping mapping) {
    long size = mapping.to - mapping.from;
    requireDone(
        calls.unmap(mapping.from, size),
        "unmap",
        size,
        "the process may have too many mappings: raise vm.max_map_count");
  }

  private static void requireDone(int answer, String verb, long byteSize, String remedy) {
    if (answer != 0) {
      throw new IllegalStateException(
          "the system refuses to "
              + verb
              + " "
              + byteSize
              + " bytes, "
              + MemoryCalls.errorName(-answer)
              + ": "
              + remedy);
    }
  }

  private static long roundUp(long value, long powerOfTwo) {
    return roundDown(value + powerOfTwo - 1, powerOfTwo);
  }

  private static long roundDown(long value, long powerOfTwo) {
    return value & -powerOfTwo;
  }
}
