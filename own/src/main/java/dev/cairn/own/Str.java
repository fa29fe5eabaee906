package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;

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
/// belongs, without garbage; another [CharSequence] is made one first. `hashCode`, `equals` and
/// `compareTo` are O(n).
///
/// ## Failure
///
/// What needs memory throws [dev.cairn.alloc.MemoryExhaustedException] if the allocator has none.
/// Whatever is thrown, the text is as it was, unless a method states otherwise.
///
/// ## Threads
///
/// As every owner's: one thread at a time, handed on by [#move()].
public final class Str extends Text implements Comparable<Str> {
  private static final int REPLACEMENT = 0xfffd;
  private static final Needle ZERO = Needle.of("\0");

  private Str(Allocator allocator) {
    super(allocator);
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
    borrowed(1);
    try {
      MemorySegment copy = allocator.allocate(used + 1, 1);
      MemorySegment.copy(memory, 0, copy, 0, used);
      copy.set(ValueLayout.JAVA_BYTE, used, (byte) 0);
      return copy;
    } finally {
      borrowed(-1);
    }
  }

  /// Gives what this has a new owner, and ends this.
  ///
  /// @return the new owner, for the first thread that uses it
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Str move() {
    return new Str(this);
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
    // First what the caller has written: it may do anything to this text.
    String value = text.toString();
    requireUnborrowed("append");
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

  private static long requireSize(String call, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(call + " of " + bytes + " bytes: a size is not negative");
    }
    return bytes;
  }
}
