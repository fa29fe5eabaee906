package dev.cairn.own;

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
}
