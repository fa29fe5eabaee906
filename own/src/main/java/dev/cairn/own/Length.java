package dev.cairn.own;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many elements an array component of a record has in memory, where it lies inside the
/// [Struct], as in C.
///
/// `@Length(4) int[] values` is C's `int values[4]`, and `@Length({2, 3}) int[][] rows` is
/// `int rows[2][3]`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {
  /// The number of elements, for each dimension of the array.
  ///
  /// @return at least one each
  int[] value();
}
