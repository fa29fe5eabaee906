package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A text as it is read. [EditedText] adds how it is changed, [Str] how it is made and added to.
abstract class Text extends Growing {
  /// How many bytes the text has.
  long used;

  /// How often the text has changed, so that what looks at code points can tell.
  int changes;

  Text(Allocator allocator) {
    super(allocator, 1);
  }

  Text(Text from) {
    super(from);
    this.used = from.used;
  }

  @Override
  final long usedBytes() {
    return used;
  }

  /// The size of the text.
  ///
  /// @return how many bytes it has in UTF-8
  public long byteSize() {
    requireUsable("byteSize");
    return used;
  }

  /// Whether there is no text.
  ///
  /// @return true if its size is zero
  public boolean isEmpty() {
    return byteSize() == 0;
  }

  /// The size of the block.
  ///
  /// @return how many bytes the text can have before it needs another
  public long capacity() {
    requireUsable("capacity");
    return memory.byteSize();
  }

  /// Whether a code point begins, or the text ends, at a position.
  ///
  /// @param byteIndex the position
  /// @return false if it is inside a code point, or outside the text
  public boolean isCharBoundary(long byteIndex) {
    requireUsable("isCharBoundary");
    return isBoundary(byteIndex);
  }

  /// The code point at a position.
  ///
  /// @param byteIndex where it begins
  /// @return the code point
  public int codePointAt(long byteIndex) {
    requireUsable("codePointAt");
    return codePoint("codePointAt", byteIndex);
  }

  /// The code points, from the start on.
  ///
  /// @return a stream for the thread of this owner. If the text has changed since, it refuses to go
  ///     on, with [OwnershipException].
  public IntStream codePoints() {
    requireUsable("codePoints");
    return StreamSupport.intStream(new CodePoints(), false);
  }

  /// Where a text is first found.
  ///
  /// ## Cost
  ///
  /// The text's bytes as garbage, and in the worst case the product of both sizes in time: so for
  /// each method that searches.
  ///
  /// @param text the text
  /// @return where it begins, or -1
  public long indexOf(CharSequence text) {
    return indexOf(text, 0);
  }

  /// Where a text is first found from a position on.
  ///
  /// @param text the text
  /// @param from the position
  /// @return where it begins, or -1
  public long indexOf(CharSequence text, long from) {
    // First what the caller has written: it may do anything to this text.
    Needle needle = Needle.of(text);
    requireUsable("indexOf");
    requireBoundary("indexOf", from);
    return needle.firstIn(memory, from, used);
  }

  /// Where a text is last found.
  ///
  /// @param text the text
  /// @return where it begins, or -1
  public long lastIndexOf(CharSequence text) {
    Needle needle = Needle.of(text);
    requireUsable("lastIndexOf");
    return needle.lastIn(memory, used);
  }

  /// Whether a text is found in this one.
  ///
  /// @param text the text
  /// @return true if it is
  public boolean contains(CharSequence text) {
    return indexOf(text, 0) >= 0;
  }

  /// Whether this begins with a text.
  ///
  /// @param prefix the text
  /// @return true if it does
  public boolean startsWith(CharSequence prefix) {
    Needle needle = Needle.of(prefix);
    requireUsable("startsWith");
    return needle.isAt(memory, 0, used);
  }

  /// Whether this ends with a text.
  ///
  /// @param suffix the text
  /// @return true if it does
  public boolean endsWith(CharSequence suffix) {
    Needle needle = Needle.of(suffix);
    requireUsable("endsWith");
    return needle.isAt(memory, used - needle.byteSize(), used);
  }

  /// Lends a part of the text, until what this answers is closed.
  ///
  /// @param from where the part begins
  /// @param to where it ends
  /// @return the borrow, whose segment can be read only
  /// @throws UnsupportedOperationException if the memory is in a Java array
  @MustBeClosed
  public Borrow borrow(long from, long to) {
    requireUsable("borrow");
    requireRange("borrow", from, to);
    return new Borrow(this, from, to - from);
  }

  /// A part of the text.
  ///
  /// @param from where it begins
  /// @param to where it ends
  /// @return a copy
  public String substring(long from, long to) {
    requireUsable("substring");
    requireRange("substring", from, to);
    return Utf8.read(memory, from, to - from);
  }

  /// The text as a `String`.
  ///
  /// @throws OwnershipException as every use does
  /// @throws IllegalStateException if it has 2 GiB or more
  @Override
  public String toString() {
    requireUsable("toString");
    return Utf8.read(memory, 0, used);
  }

  /// Whether the text is the same as another.
  ///
  /// @param text the other
  /// @return true if it has the same code points
  public boolean contentEquals(CharSequence text) {
    String value = text.toString();
    requireUsable("contentEquals");
    return Utf8.isEqual(memory, 0, used, value);
  }

  /// Whether the other is a text of the same code points.
  @Override
  public boolean equals(@Nullable Object other) {
    requireUsable("equals");
    if (!(other instanceof Text text)) {
      return false;
    }
    text.requireUsable("equals");
    return used == text.used && mismatch(text) == -1;
  }

  /// The hash code that the text as a `String` has.
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    return Utf8.hash(memory, 0, used);
  }

  final long mismatch(Text other) {
    return MemorySegment.mismatch(memory, 0, used, other.memory, 0, other.used);
  }

  @Override
  final void drop() {}

  @Override
  final boolean lendsReadOnly() {
    return true;
  }

  @Override
  final String describe() {
    return "a Str of " + used + " bytes";
  }

  final int codePoint(String call, long byteIndex) {
    requireBoundary(call, byteIndex);
    if (byteIndex == used) {
      throw new IndexOutOfBoundsException(
          call
              + " at the end, byte "
              + byteIndex
              + ", of "
              + describe()
              + ": no code point begins there");
    }
    return Utf8.codePointAt(memory, byteIndex);
  }

  private boolean isBoundary(long byteIndex) {
    return byteIndex == used
        || (byteIndex >= 0
            && byteIndex < used
            && !Utf8.isContinuation(memory.get(ValueLayout.JAVA_BYTE, byteIndex)));
  }

  final void requireBoundary(String call, long byteIndex) {
    if (!isBoundary(byteIndex)) {
      throw new IndexOutOfBoundsException(
          call
              + " at byte "
              + byteIndex
              + " of "
              + describe()
              + (byteIndex < 0 || byteIndex > used
                  ? ", outside of it"
                  : ", inside of the code point that begins at byte "
                      + Utf8.before(memory, byteIndex)));
    }
  }

  final void requireRange(String call, long from, long to) {
    requireBoundary(call, from);
    requireBoundary(call, to);
    if (from > to) {
      throw new IndexOutOfBoundsException(
          call
              + " from byte "
              + from
              + " to byte "
              + to
              + " of "
              + describe()
              + ", which is before");
    }
  }

  /// Moves what lies from an offset on so that a gap of some bytes begins there. There is room.
  final void openGap(long at, long bytes) {
    MemorySegment.copy(memory, at, memory, at + bytes, used - at);
    used += bytes;
  }

  /// Moves what lies behind a gap to where the gap begins.
  final void closeGap(long at, long bytes) {
    MemorySegment.copy(memory, at + bytes, memory, at, used - at - bytes);
    used -= bytes;
  }

  private final class CodePoints extends Spliterators.AbstractIntSpliterator {
    private final int expected = changes;
    private long at;

    CodePoints() {
      super(used, Spliterator.ORDERED | Spliterator.NONNULL);
    }

    @Override
    public boolean tryAdvance(IntConsumer action) {
      requireUsable("codePoints");
      if (changes != expected) {
        throw new OwnershipException(
            Kind.STALE, "codePoints of " + describe() + ", which has changed since");
      }
      if (at == used) {
        return false;
      }
      int codePoint = Utf8.codePointAt(memory, at);
      at += Utf8.byteSize(codePoint);
      action.accept(codePoint);
      return true;
    }
  }
}
