package dev.cairn.alloc;

import java.lang.foreign.MemoryLayout;

/// The size and alignment of a block of memory, in bytes.
///
/// A layout is a valid request: its alignment is a power of two, and its size, rounded up to a
/// multiple of its alignment, does not exceed [Long#MAX_VALUE]. Whoever holds a `Layout` need not
/// check either again. A size of zero is a valid size.
///
/// The algebra is that of Rust's `core::alloc::Layout`, edge cases included. One difference follows
/// from `long` having a sign: the largest alignment is 2^62, where Rust allows 2^63.
///
/// {@snippet :
/// Layout header = Layout.of(ValueLayout.JAVA_SHORT);                   // 2 bytes, aligned to 2
/// Layout.Extended packet = header.extend(Layout.of(ValueLayout.JAVA_LONG));
/// packet.offset();                                                     // 8
/// packet.layout();                                                     // 16 bytes, aligned to 8
/// }
///
/// Instances are immutable and may be used by any thread. Every operation is O(1).
///
/// @param byteSize the size in bytes; zero or more
/// @param byteAlignment the alignment in bytes; a power of two
public record Layout(long byteSize, long byteAlignment) {
  /// The largest alignment a layout can have: 2^62.
  public static final long MAX_ALIGNMENT = 1L << 62;

  /// Makes a layout of a size and an alignment.
  ///
  /// @throws LayoutException if `byteSize` is negative
  /// @throws LayoutException if `byteAlignment` is not a power of two
  /// @throws LayoutException if `byteSize`, rounded up to a multiple of `byteAlignment`, exceeds
  ///     [Long#MAX_VALUE]
  public Layout {
    requireValid(byteSize, byteAlignment);
  }

  /// Refuses a size and an alignment that make no layout, without making one.
  ///
  /// @param byteSize the size in bytes
  /// @param byteAlignment the alignment in bytes
  /// @throws LayoutException as the constructor does
  public static void requireValid(long byteSize, long byteAlignment) {
    // A valid alignment is in 1..2^62, so the subtraction cannot overflow; a negative size, as an
    // unsigned number, exceeds every bound. One comparison then decides size and overflow.
    if (Long.bitCount(byteAlignment) != 1
        || byteAlignment < 0
        || byteSize < 0
        || byteSize > Long.MAX_VALUE - (byteAlignment - 1)) {
      throw invalid(byteSize, byteAlignment);
    }
  }

  /// A layout of `byteSize` bytes at an alignment of 1.
  ///
  /// @param byteSize the size in bytes
  /// @return the layout
  /// @throws LayoutException if `byteSize` is negative
  public static Layout ofBytes(long byteSize) {
    return new Layout(byteSize, 1);
  }

  /// The size and alignment of a foreign layout.
  ///
  /// @param layout a layout of `java.lang.foreign`: a value, struct, union or sequence
  /// @return the layout
  public static Layout of(MemoryLayout layout) {
    return new Layout(layout.byteSize(), layout.byteAlignment());
  }

  /// The layout of an array of `count` elements of this layout.
  ///
  /// Each element is padded to this layout's alignment, so that all of them are aligned.
  ///
  /// @param count the number of elements; zero or more
  /// @return the layout of the array
  /// @throws LayoutException if `count` is negative or the size overflows
  public Layout array(long count) {
    return padToAlign().repeatPacked(count);
  }

  /// The layout of `count` elements of this layout, and the distance from one to the next.
  ///
  /// @param count the number of elements; zero or more
  /// @return the layout of all of them, and their stride
  /// @throws LayoutException if `count` is negative or the size overflows
  public Repeated repeat(long count) {
    Layout element = padToAlign();
    return new Repeated(element.repeatPacked(count), element.byteSize);
  }

  /// The layout of `count` elements of this layout with no padding between them.
  ///
  /// Only the first element is sure to be aligned.
  ///
  /// @param count the number of elements; zero or more
  /// @return the layout of all of them
  /// @throws LayoutException if `count` is negative or the size overflows
  public Layout repeatPacked(long count) {
    if (count < 0) {
      throw new LayoutException(
          "count " + count + " is negative: ask for zero elements of " + this + " or more");
    }
    if (Math.multiplyHigh(byteSize, count) != 0 || byteSize * count < 0) {
      throw new LayoutException(
          count + " elements of " + this + " overflow a long: ask for fewer elements");
    }
    return new Layout(byteSize * count, byteAlignment);
  }

  /// The layout of this layout followed by another, and the offset at which the other begins.
  ///
  /// The other begins at the first offset that suits its alignment. No padding is added at the end:
  /// a C struct is the fields' layouts extended one by one, then [#padToAlign()].
  ///
  /// @param next the layout that follows this one
  /// @return the layout of both, and the offset of `next` in it
  /// @throws LayoutException if the size overflows
  public Extended extend(Layout next) {
    long offset = roundUp(byteSize, next.byteAlignment);
    return new Extended(joined(offset, next, Math.max(byteAlignment, next.byteAlignment)), offset);
  }

  /// The layout of this layout followed by another with no padding between them.
  ///
  /// The alignment is that of this layout; the other's is ignored.
  ///
  /// @param next the layout that follows this one
  /// @return the layout of both
  /// @throws LayoutException if the size overflows
  public Layout extendPacked(Layout next) {
    return joined(byteSize, next, byteAlignment);
  }

  /// This layout with its size rounded up to a multiple of its alignment.
  ///
  /// @return the padded layout; this layout where it needs no padding
  public Layout padToAlign() {
    long padded = roundUp(byteSize, byteAlignment);
    return padded == byteSize ? this : new Layout(padded, byteAlignment);
  }

  /// This layout with an alignment of at least `alignment`. The size does not change.
  ///
  /// @param alignment the alignment wanted, in bytes
  /// @return the aligned layout; this layout where it is aligned so already
  /// @throws LayoutException if `alignment` is not a power of two or the padded size overflows
  public Layout alignTo(long alignment) {
    requireValid(byteSize, alignment);
    return alignment <= byteAlignment ? this : new Layout(byteSize, alignment);
  }

  /// The number of bytes to insert after this layout so that the next address is a multiple of
  /// `alignment`, if this layout begins at one.
  ///
  /// @param alignment the alignment of what follows, in bytes
  /// @return the padding in bytes, less than `alignment`
  /// @throws LayoutException if `alignment` is not a power of two
  public long paddingNeededFor(long alignment) {
    requireValid(0, alignment);
    return -byteSize & (alignment - 1);
  }

  /// Answers `24 bytes aligned to 8`.
  @Override
  public String toString() {
    return byteSize + (byteSize == 1 ? " byte" : " bytes") + " aligned to " + byteAlignment;
  }

  private Layout joined(long offset, Layout next, long alignment) {
    long end = offset + next.byteSize;
    // The offset may itself be 2^63, a negative long; then so is its end.
    if (end < 0) {
      throw new LayoutException(
          this + " followed by " + next + " overflows a long: ask for smaller layouts");
    }
    return new Layout(end, alignment);
  }

  private static long roundUp(long size, long alignment) {
    return (size + alignment - 1) & -alignment;
  }

  private static LayoutException invalid(long size, long alignment) {
    if (alignment <= 0 || Long.bitCount(alignment) != 1) {
      return new LayoutException(
          "alignment "
              + alignment
              + " is not a power of two: ask for 1, 2, 4, ... up to 2^62 bytes");
    }
    if (size < 0) {
      return new LayoutException(
          "size "
              + size
              + " is negative: ask for zero bytes or more (did a multiplication overflow?)");
    }
    return new LayoutException(
        "size "
            + size
            + ", rounded up to a multiple of the alignment "
            + alignment
            + ", overflows a long: ask for fewer bytes");
  }

  /// What [Layout#extend(Layout)] answers.
  ///
  /// @param layout the layout of both
  /// @param offset where the second begins, in bytes from the start
  public record Extended(Layout layout, long offset) {}

  /// What [Layout#repeat(long)] answers.
  ///
  /// @param layout the layout of all elements
  /// @param stride the distance from one element to the next, in bytes
  public record Repeated(Layout layout, long stride) {}
}
