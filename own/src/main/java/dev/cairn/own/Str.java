package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.own.OwnershipException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A text that owns its memory: UTF-8 in one block that grows as needed.
///
/// {@snippet :
/// try (Str greeting = Str.of(heap, "Grüezi")) {
///   greeting.append(", world");
///   greeting.push('!');
///   greeting.borrow(bytes -> channel.write(bytes.asByteBuffer()));
/// }
/// }
///
/// Positions are offsets of bytes, and each is where a code point begins or the end of the text;
/// any other is refused with [IndexOutOfBoundsException].
///
/// ## Safety
///
/// What it holds is always UTF-8. So [what is lent][Owner#borrow()] can be read only, and while it
/// is lent the text does not change. A `String` in which half a surrogate pair is alone, for which
/// UTF-8 has no form, is refused with [IllegalArgumentException].
///
/// ## Cost
///
/// An empty one has no block; one that has, up to twice the bytes of its text. Adding at the end is
/// O(1) per byte on average, inserting and removing are O(n). A `String` is written where it
/// belongs, without an array in between; another [CharSequence] is made one first.
///
/// ## Failure
///
/// What needs memory throws [MemoryExhaustedException] if the allocator has none. Whatever is
/// thrown, the text is as it was, unless a method states otherwise.
///
/// ## Threads
///
/// As every owner's: one thread at a time, handed on by [#move()].
public final class Str extends Growing implements Comparable<Str> {
  private static final int REPLACEMENT = 0xfffd;
  private static final Needle ZERO = Needle.of("\0");

  // Counts the changes, so that what looks at code points can tell.
  private int changes;

  private Str(Allocator allocator) {
    super(allocator, 1);
  }

  private Str(Str from) {
    super(from);
  }

  /// Makes an empty text. It takes no memory yet.
  ///
  /// @param allocator where its memory comes from
  /// @return the text
  @MustBeClosed
  public static Str in(Allocator allocator) {
    return new Str(allocator);
  }

  /// Makes a copy of a text.
  ///
  /// @param allocator where its memory comes from
  /// @param text what it holds
  /// @return the text, with room for no more
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  @MustBeClosed
  public static Str of(Allocator allocator, CharSequence text) {
    String value = text.toString();
    long byteSize = Utf8.byteSize(value);
    return filled(
        allocator,
        str -> {
          str.makeExactRoom("of", byteSize);
          str.write(value, byteSize);
        });
  }

  /// Makes a text of bytes that are UTF-8.
  ///
  /// @param allocator where its memory comes from
  /// @param bytes what it holds
  /// @return the text, with room for no more
  /// @throws MalformedUtf8Exception if they are not UTF-8
  @MustBeClosed
  public static Str fromUtf8(Allocator allocator, MemorySegment bytes) {
    return filled(
        allocator,
        str -> {
          str.makeExactRoom("fromUtf8", bytes.byteSize());
          str.append(bytes);
        });
  }

  /// Makes a text of bytes that should be UTF-8, with U+FFFD in place of what is not: once for as
  /// many bytes as could have begun a code point, and else for each byte.
  ///
  /// @param allocator where its memory comes from
  /// @param bytes what it holds
  /// @return the text
  @MustBeClosed
  public static Str fromUtf8Lossy(Allocator allocator, MemorySegment bytes) {
    return filled(
        allocator,
        str -> {
          long end = bytes.byteSize();
          str.makeExactRoom("fromUtf8Lossy", end);
          for (long at = 0; at < end; ) {
            long valid = Utf8.validUpTo(bytes, at, end);
            str.append(bytes.asSlice(at, valid - at));
            at = valid;
            if (at < end) {
              str.push(REPLACEMENT);
              at += Math.abs(Utf8.sequence(bytes, at, end));
            }
          }
        });
  }

  /// Makes a text and fills it. If that throws, the memory is freed.
  private static Str filled(Allocator allocator, Consumer<Str> filling) {
    Str str = new Str(allocator);
    try {
      filling.accept(str);
      return str;
    } catch (Throwable failure) {
      str.close();
      throw failure;
    }
  }

  /// Makes a text of a C string: the bytes before the first zero.
  ///
  /// @param allocator where its memory comes from
  /// @param string memory that begins with the string. What C hands out has no size: give it one by
  ///     `reinterpret`.
  /// @return the text, with room for no more
  /// @throws IllegalArgumentException if there is no zero
  /// @throws MalformedUtf8Exception if it is not UTF-8
  @MustBeClosed
  public static Str fromCString(Allocator allocator, MemorySegment string) {
    long zero = ZERO.firstIn(string, 0, string.byteSize());
    if (zero < 0) {
      throw new IllegalArgumentException(
          "a C string without a zero in its "
              + string.byteSize()
              + " bytes: reinterpret the segment to the size of the memory it is in");
    }
    return fromUtf8(allocator, string.asSlice(0, zero));
  }

  /// Copies the text and a zero after it, for C.
  ///
  /// @param allocator where the copy goes: an arena, or an allocator, and then the caller frees it
  /// @return the copy, of one byte more than this text
  /// @throws IllegalArgumentException if there is a U+0000 in the text, which C would take for its
  ///     end
  public MemorySegment toCString(SegmentAllocator allocator) {
    requireUsable("toCString");
    long zero = ZERO.firstIn(memory, 0, used);
    if (zero >= 0) {
      throw new IllegalArgumentException(
          "toCString of "
              + describe()
              + ", which has a U+0000 at byte "
              + zero
              + ": C would take it for the end; remove it, or lend the bytes with their size");
    }
    MemorySegment copy = allocator.allocate(used + 1, 1);
    MemorySegment.copy(memory, 0, copy, 0, used);
    copy.set(ValueLayout.JAVA_BYTE, used, (byte) 0);
    return copy;
  }

  /// Gives what this has a new owner, and ends this.
  ///
  /// @return the new owner, for the first thread that uses it
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  public Str move() {
    return new Str(this);
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

  /// Makes room for more text, and for some after that.
  ///
  /// @param bytes how many bytes can then be added without need for memory
  public void reserve(long bytes) {
    makeRoom("reserve", requireSize("reserve", bytes));
  }

  /// Makes room for more text, and for no more than that.
  ///
  /// @param bytes how many bytes can then be added without need for memory
  public void reserveExact(long bytes) {
    makeExactRoom("reserveExact", requireSize("reserveExact", bytes));
  }

  /// Gives back the memory that is not in use.
  public void shrinkToFit() {
    shrink("shrinkToFit", 0);
  }

  /// Adds a code point at the end.
  ///
  /// @param codePoint the code point
  /// @throws IllegalArgumentException if it is none, or a surrogate
  public void push(int codePoint) {
    requireUnborrowed("push");
    long size = Utf8.requireCodePoint("push", codePoint);
    makeRoom("push", size);
    used = Utf8.write(codePoint, memory, used);
    changes++;
  }

  /// Adds a text at the end.
  ///
  /// @param text the text
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  public void append(CharSequence text) {
    requireUnborrowed("append");
    String value = text.toString();
    long byteSize = Utf8.byteSize(value);
    makeRoom("append", byteSize);
    write(value, byteSize);
  }

  private void write(String value, long byteSize) {
    Utf8.write(value, memory, used, byteSize);
    used += byteSize;
    changes++;
  }

  /// Adds a text at the end.
  ///
  /// @param text the text; it may be this one
  public void append(Str text) {
    text.requireUsable("append");
    long byteSize = text.used;
    requireUnborrowed("append");
    makeRoom("append", byteSize);
    MemorySegment.copy(text.memory, 0, memory, used, byteSize);
    used += byteSize;
    changes++;
  }

  /// Adds bytes at the end that are UTF-8.
  ///
  /// @param bytes the bytes
  /// @throws MalformedUtf8Exception if they are not UTF-8
  public void append(MemorySegment bytes) {
    requireUnborrowed("append");
    long byteSize = bytes.byteSize();
    makeRoom("append", byteSize);
    // First the copy: others may be able to write to the original.
    MemorySegment.copy(bytes, 0, memory, used, byteSize);
    long end = used + byteSize;
    long valid = Utf8.validUpTo(memory, used, end);
    if (valid < end) {
      throw new MalformedUtf8Exception(
          valid - used, byteSize, memory.get(ValueLayout.JAVA_BYTE, valid));
    }
    used = end;
    changes++;
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

  /// Removes the last code point.
  ///
  /// @return the code point, or nothing if the text is empty
  @CanIgnoreReturnValue
  public OptionalInt pop() {
    requireUnborrowed("pop");
    if (used == 0) {
      return OptionalInt.empty();
    }
    used = Utf8.before(memory, used);
    changes++;
    return OptionalInt.of(Utf8.codePointAt(memory, used));
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
    requireUnborrowed(call);
    requireRange(call, from, to);
    String value = text.toString();
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
    requireUnborrowed("replace");
    Needle old = Needle.of(target);
    MemorySegment bytes = Needle.of(replacement).bytes();
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

  /// Removes all from a position on, into a text of its own.
  ///
  /// @param byteIndex where the part begins
  /// @return what was removed, from the same allocator
  @MustBeClosed
  public Str splitOff(long byteIndex) {
    requireUnborrowed("splitOff");
    requireBoundary("splitOff", byteIndex);
    long byteSize = used - byteIndex;
    Str rest =
        filled(
            allocator,
            str -> {
              str.makeExactRoom("splitOff", byteSize);
              MemorySegment.copy(memory, byteIndex, str.memory, 0, byteSize);
              str.used = byteSize;
            });
    used = byteIndex;
    changes++;
    return rest;
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
          MemorySegment.copy(memory, read, memory, written, size);
          written += size;
        }
        read += size;
      }
    } finally {
      borrowed(-1);
      closeGap(written, read - written);
    }
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
    requireUsable("indexOf");
    requireBoundary("indexOf", from);
    return Needle.of(text).firstIn(memory, from, used);
  }

  /// Where a text is last found.
  ///
  /// @param text the text
  /// @return where it begins, or -1
  public long lastIndexOf(CharSequence text) {
    requireUsable("lastIndexOf");
    return Needle.of(text).lastIn(memory, used);
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
    requireUsable("startsWith");
    return Needle.of(prefix).isAt(memory, 0, used);
  }

  /// Whether this ends with a text.
  ///
  /// @param suffix the text
  /// @return true if it does
  public boolean endsWith(CharSequence suffix) {
    requireUsable("endsWith");
    Needle needle = Needle.of(suffix);
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
    requireUsable("contentEquals");
    return Utf8.isEqual(memory, 0, used, text.toString());
  }

  /// Whether the other is a text of the same code points.
  @Override
  public boolean equals(@Nullable Object other) {
    requireUsable("equals");
    if (!(other instanceof Str str)) {
      return false;
    }
    str.requireUsable("equals");
    return used == str.used && mismatch(str) == -1;
  }

  /// The hash code that the text as a `String` has.
  @Override
  public int hashCode() {
    requireUsable("hashCode");
    return Utf8.hash(memory, 0, used);
  }

  /// Compares by code points. A `String` compares by those of UTF-16, which is another order where
  /// one needs two.
  @Override
  public int compareTo(Str other) {
    requireUsable("compareTo");
    other.requireUsable("compareTo");
    long at = mismatch(other);
    if (at == -1) {
      return 0;
    }
    return at == used || at == other.used
        ? Long.compare(used, other.used)
        : Byte.compareUnsigned(
            memory.get(ValueLayout.JAVA_BYTE, at), other.memory.get(ValueLayout.JAVA_BYTE, at));
  }

  private long mismatch(Str other) {
    return MemorySegment.mismatch(memory, 0, used, other.memory, 0, other.used);
  }

  @Override
  void drop() {}

  @Override
  boolean lendsReadOnly() {
    return true;
  }

  @Override
  String describe() {
    return "a Str of " + used + " bytes";
  }

  private static long requireSize(String call, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(call + " of " + bytes + " bytes: a size is not negative");
    }
    return bytes;
  }

  private int codePoint(String call, long byteIndex) {
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

  private void requireBoundary(String call, long byteIndex) {
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

  private void requireRange(String call, long from, long to) {
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
