package dev.cairn.examples;

import dev.cairn.unsafe.Libc;
import dev.cairn.unsafe.Pointer;

/// The C program: ask for memory, check for null, use it, give it back.
final class LibcProgram {
  private LibcProgram() {}

  static void main() {
    // @start region="program"
    Pointer number = Libc.malloc(4);
    if (number.isNull()) {
      throw new OutOfMemoryError("malloc of 4 bytes");
    }
    number.setInt(42);
    assert number.getInt() == 42;
    IO.println("malloc(4) is at " + number + " and holds " + number.getInt());
    Libc.free(number);
    // @end
    IO.println("freed; reading it now would be undefined, as in C");
  }
}
