package dev.cairn.own;

import dev.cairn.alloc.Allocator;

/// The elements that everybody needs.
public final class Elements {
  /// `int`s.
  public static final Element<Integer> INT = new Primitives.Ints();

  /// `long`s.
  public static final Element<Long> LONG = new Primitives.Longs();

  /// `double`s.
  public static final Element<Double> DOUBLE = new Primitives.Doubles();

  /// `float`s.
  public static final Element<Float> FLOAT = new Primitives.Floats();

  /// `short`s.
  public static final Element<Short> SHORT = new Primitives.Shorts();

  /// `char`s.
  public static final Element<Character> CHAR = new Primitives.Chars();

  /// Bytes.
  public static final Element<Byte> BYTE = new Primitives.Bytes();

  /// `boolean`s, a byte each.
  public static final Element<Boolean> BOOLEAN = new Primitives.Booleans();

  private Elements() {}

  /// `String`s of any length, in UTF-8.
  ///
  /// ## Cost
  ///
  /// 16 bytes in place, which is all for up to 15 bytes of text; what is longer has a block of its
  /// own in addition. To compare one with a `String` makes no garbage where it lies in place, and
  /// 40 bytes for the segment of a block that has the same hash code; the hash code of a long one
  /// is kept.
  ///
  /// ## Failure
  ///
  /// A string that has half a surrogate pair, for which UTF-8 has no form, is refused with
  /// [IllegalArgumentException]. If the allocator has no room for a block,
  /// [dev.cairn.alloc.MemoryExhaustedException] is thrown, and nothing was written.
  ///
  /// @param allocator where the blocks come from: one that has
  ///     [blockAt][Allocator#blockAt(long, long)]
  /// @return the element, for the threads that may use the allocator
  public static Element<String> utf8(Allocator allocator) {
    return new Variable.Strings(allocator);
  }

  /// Byte arrays of any length. They are equal if their bytes are, and hash as
  /// [java.util.Arrays#hashCode(byte[])] does. What is read is a copy.
  ///
  /// ## Cost
  ///
  /// As that of [#utf8(Allocator)].
  ///
  /// @param allocator where the blocks come from: one that has
  ///     [blockAt][Allocator#blockAt(long, long)]
  /// @return the element, for the threads that may use the allocator
  public static Element<byte[]> bytes(Allocator allocator) {
    return new Variable.Bytes(allocator);
  }
}
