package dev.cairn.examples;

import dev.cairn.unsafe.Libc;
import dev.cairn.unsafe.Pointer;

/// An array is a pointer to its first element; the others are reached by adding to it.
final class PointerArithmetic {
  private PointerArithmetic() {}

  static void main() {
    // @start region="program"
    long count = 5;
    Pointer numbers = Libc.calloc(count, 4);
    if (numbers.isNull()) {
      throw new OutOfMemoryError("calloc of " + count + " ints");
    }
    for (int i = 0; i < count; i++) {
      numbers.element(i, 4).setInt(i * i);
    }
    Pointer last = numbers.element(count - 1, 4);
    IO.println("the last is " + last.getInt() + ", " + last.minus(numbers) + " bytes on");
    // @end
    Pointer more = Libc.realloc(numbers, 8 * count);
    if (more.isNull()) {
      Libc.free(numbers);
      throw new OutOfMemoryError("realloc of " + 8 * count + " bytes");
    }
    IO.println("after realloc the third is " + more.element(2, 4).getInt());
    // From here on bounds are checked.
    try {
      more.toSegment(8 * count).asSlice(8 * count + 4);
    } catch (IndexOutOfBoundsException refused) {
      IO.println("as a segment, a step past the end is refused");
    }
    Libc.free(more);
  }
}
