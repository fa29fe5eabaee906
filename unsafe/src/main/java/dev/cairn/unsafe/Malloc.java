package dev.cairn.unsafe;

import dev.cairn.platform.MallocFunctions;

/// The heap of one native library, by addresses: what C programs call.
///
/// ## Safety
///
/// Nothing is checked. A second `free`, or a write after it, corrupts the library's heap, which the
/// JVM itself may use. `dev.cairn.memory.SystemAllocator` is the same with every check.
///
/// ## Threads
///
/// Any thread may call; that is up to the native library, and all known ones allow it.
public final class Malloc {
  private final MallocFunctions functions;

  private Malloc(MallocFunctions functions) {
    this.functions = functions;
  }

  /// The C library's heap.
  ///
  /// @return the heap
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static Malloc libc() {
    return new Malloc(MallocFunctions.libc());
  }

  /// The heap of a native library.
  ///
  /// @param library `libc`, `jemalloc`, `mimalloc`, `tcmalloc`, another library's name without
  ///     `lib` and suffix, or the path of its file
  /// @return the heap
  /// @throws IllegalArgumentException if there is no such library, or it has no malloc of its own
  /// @throws IllegalCallerException if this JVM gives Cairn no native access
  public static Malloc of(String library) {
    return new Malloc(MallocFunctions.of(library));
  }

  /// `malloc(byteSize)`.
  ///
  /// @param byteSize the size in bytes, taken as unsigned
  /// @return the address of the block, a multiple of 16 if it has 16 bytes; zero on failure
  public long allocate(long byteSize) {
    return functions.malloc().applyAsLong(byteSize);
  }

  /// `calloc(1, byteSize)`.
  ///
  /// @param byteSize the size in bytes, taken as unsigned
  /// @return the address of the zeroed block, a multiple of 16 if it has 16 bytes; zero on failure
  public long allocateZeroed(long byteSize) {
    return functions.calloc().applyAsLong(1, byteSize);
  }

  /// `aligned_alloc(byteAlignment, byteSize)`.
  ///
  /// @param byteSize the size in bytes, a multiple of the alignment
  /// @param byteAlignment the alignment in bytes, a power of two
  /// @return the address of the block; zero on failure
  /// @throws UnsupportedOperationException if the library has no such function
  public long allocateAligned(long byteSize, long byteAlignment) {
    return functions.alignedAlloc().applyAsLong(byteAlignment, byteSize);
  }

  /// `realloc(address, byteSize)`.
  ///
  /// @param address the address of a live block, or zero
  /// @param byteSize the size wanted, in bytes
  /// @return the address of the block, perhaps moved; zero on failure, and then the old one is live
  public long reallocate(long address, long byteSize) {
    return functions.realloc().applyAsLong(address, byteSize);
  }

  /// `free(address)`.
  ///
  /// @param address the address of a live block, or zero
  public void free(long address) {
    functions.free().accept(address);
  }

  /// `malloc_usable_size(address)`.
  ///
  /// @param address the address of a live block
  /// @return how many bytes the block really has
  /// @throws UnsupportedOperationException if the library has no such function
  public long usableSize(long address) {
    if (functions.usableSizeOrNull() == null) {
      throw new UnsupportedOperationException(
          functions.library() + " does not tell the usable size of a block: use another library");
    }
    return functions.usableSizeOrNull().applyAsLong(address);
  }

  /// Answers the library whose heap this is.
  @Override
  public String toString() {
    return "malloc of " + functions.library();
  }
}
