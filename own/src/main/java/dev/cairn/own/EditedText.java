package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/// A text as it is changed in its midst, and as parts of it are removed.
abstract class EditedText extends Text {
  EditedText(Allocator allocator) {
    super(allocator);
  }

  EditedText(EditedText from) {
    super(from);
  }

  /// Adds a code point in the midst.
  ///
  /// @param byteIndex where it begins then
  /// @param codePoint the code point
  /// @throws IllegalArgumentException if it is none, or a surrogate
  public void insert(long byteIndex, int codePoint) {
    requireUnborrowed("insert");
    requireBoundary("insert", byteIndex);
    long size = Utf8.requireCodePoint("insert", codePoint);
    makeRoom("insert", size);
    openGap(byteIndex, size);
    long _ = Utf8.write(codePoint, memory, byteIndex);
    changes++;
  }

  /// Adds a text in the midst.
  ///
  /// @param byteIndex where it begins then
  /// @param text the text
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  public void insert(long byteIndex, CharSequence text) {
    splice("insert", byteIndex, byteIndex, text);
  }

  /// Removes a code point.
  ///
  /// @param byteIndex where it begins
  /// @return the code point
  @CanIgnoreReturnValue
  public int remove(long byteIndex) {
    requireUnborrowed("remove");
    int codePoint = codePoint("remove", byteIndex);
    closeGap(byteIndex, Utf8.byteSize(codePoint));
    changes++;
    return codePoint;
  }

  /// Removes a part of the text.
  ///
  /// @param from where it begins
  /// @param to where it ends
  public void removeRange(long from, long to) {
    splice("removeRange", from, to, "");
  }

  /// Puts a text in the place of a part of this one.
  ///
  /// @param from where the part begins
  /// @param to where it ends
  /// @param text what to put there
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  public void replaceRange(long from, long to, CharSequence text) {
    splice("replaceRange", from, to, text);
  }

  private void splice(String call, long from, long to, CharSequence text) {
    String value = text.toString();
    requireUnborrowed(call);
    requireRange(call, from, to);
    long byteSize = Utf8.byteSize(value);
    long more = byteSize - (to - from);
    if (more > 0) {
      makeRoom(call, more);
      openGap(to, more);
    } else {
      closeGap(from, -more);
    }
    // A slice, for nothing may be written after it.
    Utf8.write(value, memory.asSlice(from, byteSize), 0, byteSize);
    changes++;
  }

  /// Puts a text in the place of another one, wherever that is found: from the start on, and not in
  /// what was put there.
  ///
  /// @param target the text to replace, which is not empty
  /// @param replacement what to put there
  /// @return how often it was found
  /// @throws IllegalArgumentException if the target is empty, or half a surrogate pair is alone in
  ///     the replacement
  @CanIgnoreReturnValue
  public long replace(CharSequence target, CharSequence replacement) {
    Needle old = Needle.of(target);
    MemorySegment bytes = Needle.of(replacement).bytes();
    requireUnborrowed("replace");
    if (old.byteSize() == 0) {
      throw new IllegalArgumentException(
          "replace of an empty text, which is everywhere: say what to replace");
    }
    long count = 0;
    for (long at = 0; (at = old.firstIn(memory, at, used)) >= 0; at += old.byteSize()) {
      count++;
    }
    if (count == 0) {
      return 0;
    }
    long more = Math.max(0, Math.multiplyExact(count, bytes.byteSize() - old.byteSize()));
    makeRoom("replace", more);
    // What is to grow is moved to the end of its room, and read from there: reading stays ahead.
    openGap(0, more);
    long read = more;
    long written = 0;
    for (long i = 0; i < count; i++) {
      long found = old.firstIn(memory, read, used);
      MemorySegment.copy(memory, read, memory, written, found - read);
      written += found - read;
      MemorySegment.copy(bytes, 0, memory, written, bytes.byteSize());
      written += bytes.byteSize();
      read = found + old.byteSize();
    }
    closeGap(written, read - written);
    changes++;
    return count;
  }

  /// Removes all from a position on. One beyond the end removes nothing.
  ///
  /// @param byteSize how much of the text stays
  public void truncate(long byteSize) {
    requireUnborrowed("truncate");
    if (requireSize("truncate", byteSize) < used) {
      requireBoundary("truncate", byteSize);
      used = byteSize;
      changes++;
    }
  }

  /// Removes all. The memory stays, for what comes next.
  public void clear() {
    truncate(0);
  }

  /// Removes the code points that are not wanted.
  ///
  /// What it throws is thrown on: those that were refused till then are removed, all others stay.
  ///
  /// @param isWanted is asked for each code point once, from the start on. It may not change this
  ///     text, and what it reads of it is unspecified.
  public void retain(IntPredicate isWanted) {
    requireUnborrowed("retain");
    long written = 0;
    long read = 0;
    borrowed(1);
    changes++;
    try {
      while (read < used) {
        int codePoint = Utf8.codePointAt(memory, read);
        int size = Utf8.byteSize(codePoint);
        if (isWanted.test(codePoint)) {
          if (written != read) {
            MemorySegment.copy(memory, read, memory, written, size);
          }
          written += size;
        }
        read += size;
      }
    } finally {
      borrowed(-1);
      closeGap(written, read - written);
    }
  }

  static long requireSize(String call, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(call + " of " + bytes + " bytes: a size is not negative");
    }
    return bytes;
  }
}
