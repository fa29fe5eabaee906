package dev.cairn.unsafe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The C library's memory functions, by their C names.
///
/// They do what their manual pages say: a failure is a null pointer, and sizes are unsigned, so
/// that a negative one is an enormous one. `memcpy` and its kin are the JVM's own, which does the
/// same faster than a call to C.
///
/// {@snippet :
/// Pointer p = Libc.malloc(4);
/// if (p.isNull()) {
///   throw new OutOfMemoryError();
/// }
/// p.setInt(42);
/// Libc.free(p);
/// }
///
/// ## Safety
///
/// Nothing is checked; see [Malloc].
public final class Libc {
  private static final Malloc HEAP = Malloc.libc();

  private Libc() {}

  /// Allocates a block of unspecified bytes.
  ///
  /// @param size the size in bytes
  /// @return the block, aligned to 16 if it has 16 bytes; null on failure
  public static Pointer malloc(long size) {
    return new Pointer(HEAP.allocate(size));
  }

  /// Allocates a zeroed block for an array. A size that overflows is a failure.
  ///
  /// @param count the number of elements
  /// @param size the size of each in bytes
  /// @return the block, aligned to 16 if it has 16 bytes; null on failure
  public static Pointer calloc(long count, long size) {
    long high = Math.unsignedMultiplyHigh(count, size);
    return high != 0 ? Pointer.NULL : new Pointer(HEAP.allocateZeroed(count * size));
  }

  /// Changes the size of a block, moving it if it must.
  ///
  /// @param block a live block, or null for a new one
  /// @param size the size wanted, in bytes
  /// @return the block; null on failure, and then the old one is live
  public static Pointer realloc(Pointer block, long size) {
    return new Pointer(HEAP.reallocate(block.address(), size));
  }

  /// Allocates an aligned block of unspecified bytes.
  ///
  /// @param alignment the alignment in bytes, a power of two
  /// @param size the size in bytes, a multiple of the alignment
  /// @return the block; null on failure
  public static Pointer aligned_alloc(long alignment, long size) {
    return new Pointer(HEAP.allocateAligned(size, alignment));
  }

  /// Frees a block.
  ///
  /// @param block a live block, or null, which does nothing
  public static void free(Pointer block) {
    HEAP.free(block.address());
  }

  /// How many bytes a block really has.
  ///
  /// @param block a live block
  /// @return the size in bytes
  public static long malloc_usable_size(Pointer block) {
    return HEAP.usableSize(block.address());
  }

  /// Copies bytes between places that do not overlap.
  ///
  /// @param to where the bytes go
  /// @param from where they are
  /// @param bytes how many
  public static void memcpy(Pointer to, Pointer from, long bytes) {
    memmove(to, from, bytes);
  }

  /// Copies bytes between places that may overlap.
  ///
  /// @param to where the bytes go
  /// @param from where they are
  /// @param bytes how many
  public static void memmove(Pointer to, Pointer from, long bytes) {
    MemorySegment memory = AllMemory.SEGMENT;
    MemorySegment.copy(memory, from.address(), memory, to.address(), bytes);
  }

  /// Fills memory with a byte.
  ///
  /// @param to where the bytes go
  /// @param value the byte
  /// @param bytes how many
  public static void memset(Pointer to, byte value, long bytes) {
    var _ = to.toSegment(bytes).fill(value);
  }

  /// Compares memory, byte by byte.
  ///
  /// @param a one place
  /// @param b the other place
  /// @param bytes how many bytes
  /// @return zero if all are equal; else the sign of the first difference, bytes taken as unsigned
  public static int memcmp(Pointer a, Pointer b, long bytes) {
    long at = a.toSegment(bytes).mismatch(b.toSegment(bytes));
    return at < 0
        ? 0
        : Integer.signum(
            Byte.toUnsignedInt(a.plus(at).getByte()) - Byte.toUnsignedInt(b.plus(at).getByte()));
  }

  /// The length of a C string.
  ///
  /// @param string where it begins
  /// @return the number of bytes before the first zero
  public static long strlen(Pointer string) {
    long length = 0;
    while (AllMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, string.address() + length) != 0) {
      length++;
    }
    return length;
  }
}
